package result

import (
	"strconv"

	"github.com/spcheck/spcheck/internal/msg"
)

// The outcomes for a federated credential, besides Planned.
const (
	Added        Outcome = "added"
	AlreadyThere Outcome = "alreadyThere" // no change was needed
	NotAdded     Outcome = "notAdded"
	MaybeAdded   Outcome = "unknown" // the response was lost
)

// Federation is the report of spcheck federate. It never contains a token.
type Federation struct {
	Header
	// Outcome is added, alreadyThere, planned (--dry-run) or stopped. After a stop, the
	// steps say where it stopped and the error says why.
	Outcome          Outcome           `json:"outcome" jsonschema:"enum=added,enum=alreadyThere,enum=planned,enum=stopped"`
	ServicePrincipal *ServicePrincipal `json:"servicePrincipal"`
	Application      *Application      `json:"application"`
	ActingAs         *string           `json:"actingAs"` // the identity that changes Microsoft Graph, as in --reader
	Steps            []Step            `json:"steps"`
	Checks           []Check           `json:"checks"` // preflight checks
	Trusts           []Trust           `json:"federatedCredentials"`
	Verification     *Verification     `json:"verification"` // null if there was no token to test with
	Remaining        []Credential      `json:"remaining"`    // the other credentials that can sign in
	NextSteps        []Remedy          `json:"nextSteps"`
	Notes            []msg.Text        `json:"notes,omitempty"`
}

// Trust is one requested federated credential.
type Trust struct {
	ID       *string `json:"id"` // its ID in Microsoft Graph, once it exists
	Name     string  `json:"name"`
	Issuer   string  `json:"issuer"`
	Subject  string  `json:"subject"`
	Audience string  `json:"audience"`
	Outcome  Outcome `json:"outcome" jsonschema:"enum=planned,enum=added,enum=alreadyThere,enum=notAdded,enum=unknown"`
}

// Failed makes this the report of a run that stopped.
func (r *Federation) Failed(h Header) { r.Header, r.Outcome = h, Stopped }

// Document shows what was done, then the credentials and what to do next.
func (r *Federation) Document(View) (*Document, error) {
	d := newDocument(&r.Header, msg.New("Federated credential in place of a secret"))
	d.change(subjectText(r.ServicePrincipal, r.Application), r.remark(), r.Outcome, r.Steps, r.Checks)
	for i, t := range r.Trusts {
		d.add(Part{ID: "federated-" + strconv.Itoa(i+1), Title: trustTexts[t.Outcome], Facts: t.facts(r.ActingAs)})
	}
	d.add(Part{ID: "next", Title: msg.New("What to do"), Steps: r.NextSteps})
	d.add(Part{ID: "remaining", Title: msg.New("Other credentials"), Table: credentialTable(ordered(r.Remaining), d.At)})
	d.notes(r.Notes, false)
	return d, nil
}

func (r *Federation) remark() msg.Text {
	proven := r.Verification != nil && r.Verification.InARow > 0
	switch {
	case r.Outcome == Added && proven:
		return msg.New("a federated credential was added and verified")
	case r.Outcome == Added:
		return msg.New("a federated credential was added; it was not tested, for lack of a token")
	case r.Outcome == AlreadyThere && proven:
		return msg.New("the federated credential already exists, and signing in with it works")
	case r.Outcome == AlreadyThere:
		return msg.New("the federated credential already exists; nothing was changed")
	case r.Outcome == Planned:
		return msg.New("a plan only; nothing was changed")
	}
	return msg.New("the run stopped")
}

var trustTexts = map[Outcome]msg.Text{
	Planned: msg.New("Would be added"), Added: msg.New("Added"), NotAdded: msg.New("Not added"),
	AlreadyThere: msg.New("Already there"), MaybeAdded: msg.New("Possibly added"),
}

func (t Trust) facts(actor *string) []Fact {
	facts := []Fact{
		{msg.New("Name"), msg.Literal(t.Name)},
		{msg.New("Issuer"), msg.Literal(t.Issuer)},
		{msg.New("Subject"), msg.Literal(t.Subject)},
		{msg.New("Audience"), msg.Literal(t.Audience)},
	}
	if t.Outcome == Planned || t.Outcome == Added {
		facts = append(facts, Fact{msg.New("Acting as"), literal(actor)})
	}
	return facts
}
