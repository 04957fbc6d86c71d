package result

import (
	"strconv"

	"github.com/spcheck/spcheck/internal/msg"
)

// TrustOutcome is the actual or planned result for one federated credential.
type TrustOutcome string

// The outcomes for a federated credential.
const (
	TrustPlanned TrustOutcome = "planned"
	TrustAdded   TrustOutcome = "added"
	TrustThere   TrustOutcome = "alreadyThere" // no change was needed
	TrustMissing TrustOutcome = "notAdded"
	TrustUnsure  TrustOutcome = "unknown" // the answer was lost
)

// Federation is the report of spcheck federate. It never contains a token.
type Federation struct {
	Header
	// Outcome is added, alreadyThere, planned (--dry-run) or stopped. After a stop, the
	// steps say where it stopped and the error says why.
	Outcome          string            `json:"outcome" jsonschema:"enum=added,enum=alreadyThere,enum=planned,enum=stopped"`
	ServicePrincipal *ServicePrincipal `json:"servicePrincipal"`
	Application      *Application      `json:"application"`
	ActingAs         *string           `json:"actingAs"` // the identity that changes Microsoft Graph, as in --reader
	Steps            []Step            `json:"steps"`
	Checks           []Check           `json:"checks"` // preflight checks
	Trusts           []Trust           `json:"federatedCredentials"`
	Verification     *Verification     `json:"verification"` // nil if there was no token to test with
	Remaining        []Credential      `json:"remaining"`    // the other credentials that can sign in
	NextSteps        []Remedy          `json:"nextSteps"`
	Notes            []msg.Text        `json:"notes,omitempty"`
}

// Trust is one requested federated credential.
type Trust struct {
	ID       *string      `json:"id"` // its ID in Microsoft Graph, once it exists
	Name     string       `json:"name"`
	Issuer   string       `json:"issuer"`
	Subject  string       `json:"subject"`
	Audience string       `json:"audience"`
	Outcome  TrustOutcome `json:"outcome" jsonschema:"enum=planned,enum=added,enum=alreadyThere,enum=notAdded,enum=unknown"`
}

// Kind returns the kind of spcheck federate.
func (*Federation) Kind() Kind { return "federate" }

// Failed makes this the report of a run that stopped.
func (r *Federation) Failed(h Header) { r.Header, r.Outcome = h, string(Stopped) }

// Document shows what was done, then the credentials and what to do next.
func (r *Federation) Document(View) (*Document, error) {
	d := newDocument(&r.Header, msg.New("Federated credential in place of a secret"))
	d.Title = subjectText(r.ServicePrincipal, r.Application)
	d.Headline, d.Remark = d.Title, r.remark()
	if d.Tone = Good; r.Outcome == string(Stopped) {
		d.Tone = toneOf(r.Status)
	}
	var steps []Item
	for _, s := range r.Steps {
		if s.Status != Skipped || !s.Summary.IsZero() {
			steps = append(steps, Item{Status: s.Status, Text: titled(s.Title, s.Summary)})
		}
	}
	d.add(Part{ID: "steps", Title: msg.New("Steps"), Items: steps})
	checks := whole
	if r.Outcome != string(Planned) && r.Outcome != string(Stopped) {
		checks = Hidden
	}
	d.add(Part{ID: "preflight", Title: msg.New("Preflight"), Brief: checks, Checks: r.Checks})
	for i, t := range r.Trusts {
		d.add(Part{ID: "federated-" + strconv.Itoa(i+1), Title: t.Outcome.title(), Facts: t.facts(r.ActingAs)})
	}
	d.add(Part{ID: "next", Title: msg.New("What to do"), Steps: r.NextSteps})
	d.add(Part{ID: "remaining", Title: msg.New("Other credentials"), Table: credentialTable(ordered(r.Remaining), d.At)})
	d.notes(r.Notes, false)
	return d, nil
}

func (r *Federation) remark() msg.Text {
	proven := r.Verification != nil && r.Verification.InARow > 0 && r.Outcome != string(Stopped)
	switch {
	case r.Outcome == "added" && proven:
		return msg.New("a federated credential was added and verified")
	case r.Outcome == "added":
		return msg.New("a federated credential was added; it was not tested, for lack of a token")
	case r.Outcome == "alreadyThere" && proven:
		return msg.New("the federated credential already exists, and signing in with it works")
	case r.Outcome == "alreadyThere":
		return msg.New("the federated credential already exists; nothing was changed")
	case r.Outcome == string(Planned):
		return msg.New("a plan only; nothing was changed")
	}
	return msg.New("the run stopped")
}

func (o TrustOutcome) title() msg.Text {
	switch o {
	case TrustPlanned:
		return msg.New("Would be added")
	case TrustAdded:
		return msg.New("Added")
	case TrustThere:
		return msg.New("Already there")
	case TrustUnsure:
		return msg.New("Possibly added")
	}
	return msg.New("Not added")
}

func (t Trust) facts(actor *string) []Fact {
	facts := []Fact{
		{msg.New("Name"), msg.Literal(t.Name)},
		{msg.New("Issuer"), msg.Literal(t.Issuer)},
		{msg.New("Subject"), msg.Literal(t.Subject)},
		{msg.New("Audience"), msg.Literal(t.Audience)},
	}
	if t.Outcome == TrustPlanned || t.Outcome == TrustAdded {
		facts = append(facts, Fact{msg.New("Acting as"), literal(actor)})
	}
	return facts
}
