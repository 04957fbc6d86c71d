package diagnose

import (
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// Problem is a missing or malformed setting that makes a sign-in impossible.
type Problem struct {
	Cause   causes.ID // config-incomplete or secret-missing
	Summary msg.Text
	Source  msg.Text // the setting or file
	Value   string   // the value, never a secret
	// Evidence is further evidence, such as the objects that --sp may mean.
	Evidence []result.Evidence
	Hints    []msg.Text
	// NotFound means that --sp names nothing, although everything could be read.
	NotFound bool
}

// Misnamed returns the problem of a --sp that does not name exactly one object. It lists the
// service principals with the name, or else the applications, or else like, the service
// principals with a similar name.
func Misnamed(name string, principals []objects.ServicePrincipal, applications []objects.Application,
	like []objects.ServicePrincipal) *Problem {
	p := &Problem{Cause: causes.ConfigIncomplete, Value: name, Source: msg.New("flag --sp")}
	switch {
	case len(principals) > 1:
		p.Summary = msg.New("%d service principals have the name %q", len(principals), name)
		for _, sp := range principals {
			p.candidate(msg.New("service principal with that name"), objects.OnServicePrincipal, sp.DisplayName, sp.AppID, sp.ID)
		}
	case len(applications) > 1:
		p.Summary = msg.New("%d applications have the name %q, but no service principal does", len(applications), name)
		for _, a := range applications {
			p.candidate(msg.New("application with that name"), objects.OnApplication, a.DisplayName, a.AppID, a.ID)
		}
	default:
		p.Summary, p.NotFound = msg.New("the tenant has no service principal or application %q", name), true
		for _, sp := range like {
			p.candidate(msg.New("service principal with a similar name"), objects.OnServicePrincipal, sp.DisplayName, sp.AppID, sp.ID)
		}
	}
	if len(p.Evidence) == 0 {
		p.Hints = []msg.Text{msg.New("use the full display name, a service principal name, the application ID or an object ID")}
		return p
	}
	p.Hints = append(p.Hints, msg.New("use --sp with one of these IDs"))
	return p
}

func (p *Problem) candidate(claim msg.Text, kind, name, appID, id string) {
	found := seen.Of(fact.Of([2]string{appID, id}), fromDirectory(kind, "displayName"),
		func(ids [2]string) msg.Text { return msg.New("application ID %s, object ID %s", ids[0], ids[1]) })
	if e, ok := found.Evidence(claim); ok {
		p.Evidence = append(p.Evidence, e)
	}
	p.Hints = append(p.Hints, msg.New("%s: application ID %s, object ID %s", name, appID, id))
}

// Failure returns the problem as an error for standard error.
func (p *Problem) Failure() *fail.Error {
	if p.NotFound {
		e := fail.Unknown(p.Summary, p.Hints...)
		e.NotFound = true
		return e
	}
	return fail.Usage(p.Summary, p.Hints...)
}
