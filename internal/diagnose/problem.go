package diagnose

import (
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// Problem is a set-up that is incomplete or malformed, found before any request.
type Problem struct {
	Cause   causes.ID // config-incomplete or secret-missing
	Summary msg.Text
	Source  msg.Text // the setting or file it is about
	Value   string   // what stands there, never a secret
	// Evidence is what else shows it, such as the candidates of a name.
	Evidence []result.Evidence
	Hints    []msg.Text
	// NotFound says that --sp names nothing, though everything could be read.
	NotFound bool
}

// Ambiguous is the problem of a name that several service principals have.
func Ambiguous(name string, found []objects.ServicePrincipal) *Problem {
	p := misnamed(name, msg.New("%d service principals have the name %q", len(found), name))
	for _, sp := range found {
		p.candidate(msg.New("service principal with that name"), objects.OnServicePrincipal, sp.DisplayName, sp.AppID, sp.ID)
	}
	return p.chooseOne()
}

// AmbiguousApplications is the problem of a name that no service principal has,
// and several applications have.
func AmbiguousApplications(name string, found []objects.Application) *Problem {
	p := misnamed(name, msg.New("%d applications have the name %q, but no service principal does", len(found), name))
	for _, a := range found {
		p.candidate(msg.New("application with that name"), objects.OnApplication, a.DisplayName, a.AppID, a.ID)
	}
	return p.chooseOne()
}

// misnamed starts the problem of a --sp that does not name one thing.
func misnamed(name string, what msg.Text) *Problem {
	return &Problem{Cause: causes.ConfigIncomplete, Value: name, Source: msg.New("flag --sp"), Summary: what}
}

func (p *Problem) candidate(claim msg.Text, kind, name, appID, id string) {
	found := seen.Of(fact.Of([2]string{appID, id}), fromDirectory(kind, "displayName"),
		func(ids [2]string) msg.Text { return msg.New("application ID %s, object ID %s", ids[0], ids[1]) })
	if e, ok := found.Evidence(claim); ok {
		p.Evidence = append(p.Evidence, e)
	}
	p.Hints = append(p.Hints, msg.New("%s: application ID %s, object ID %s", name, appID, id))
}

func (p *Problem) chooseOne() *Problem {
	p.Hints = append(p.Hints, msg.New("use --sp with one of these IDs"))
	return p
}

// Unnamed is the problem of a name that nothing in the tenant has. Those of nearly
// that name are offered.
func Unnamed(name string, like []objects.ServicePrincipal) *Problem {
	p := misnamed(name, msg.New("the tenant has no service principal or application %q", name))
	p.NotFound = true
	for _, sp := range like {
		p.candidate(msg.New("service principal with a similar name"), objects.OnServicePrincipal, sp.DisplayName, sp.AppID, sp.ID)
	}
	if len(like) > 0 {
		return p.chooseOne()
	}
	p.Hints = []msg.Text{msg.New("use the full display name, a service principal name, the application ID or an object ID")}
	return p
}
