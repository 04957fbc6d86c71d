package result

import (
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// ItemOutcome is the actual or planned result for one application of a plan.
type ItemOutcome string

// The outcomes of spcheck plan and apply.
const (
	ItemPlanned   ItemOutcome = "planned"   // due, and can be renewed
	ItemNotDue    ItemOutcome = "notDue"    // nothing to do
	ItemForbidden ItemOutcome = "forbidden" // due, but cannot be renewed at present: the error says why
	ItemRenewed   ItemOutcome = "renewed"   // added, stored and verified
	ItemUnproven  ItemOutcome = "unproven"  // added, but not verified to sign in from its targets
	ItemFailed    ItemOutcome = "failed"    // nothing was changed, or the result is unknown: the error says which
	ItemSkipped   ItemOutcome = "skipped"   // not begun
)

// Plan is the report of spcheck plan.
type Plan struct{ Batch }

// Apply is the report of spcheck apply.
type Apply struct {
	Batch
	// Plan is the path of the applied plan.
	Plan string `json:"plan"`
}

// Batch is the common part of Plan and Apply, with one item per application in the
// file.
type Batch struct {
	Header
	Tenant string `json:"tenant"` // as configured
	// File is the path of the renewals file. FileHash is the SHA-256 of its content in
	// hex.
	File     string     `json:"file"`
	FileHash string     `json:"fileHash"`
	Items    []PlanItem `json:"items"`
	Totals   PlanTotals `json:"totals"`
	Notes    []msg.Text `json:"notes,omitempty"`
}

// PlanItem is one application.
type PlanItem struct {
	Application string      `json:"application"` // as named in the file
	AppID       *string     `json:"appId"`
	DisplayName *string     `json:"displayName"`
	Reason      *msg.Text   `json:"reason"` // why it is or is not due
	Object      *string     `json:"object" jsonschema:"enum=application,enum=servicePrincipal"`
	EndDateTime *time.Time  `json:"endDateTime"` // of the new secret
	Targets     []string    `json:"targets"`
	Outcome     ItemOutcome `json:"outcome" jsonschema:"enum=planned,enum=notDue,enum=forbidden,enum=renewed,enum=unproven,enum=failed,enum=skipped"`
	KeyID       *string     `json:"keyId"`   // of the new secret
	Removed     []string    `json:"removed"` // key IDs of removed secrets
	Error       *Failure    `json:"error"`
	Notes       []msg.Text  `json:"notes,omitempty"`
}

// PlanTotals counts items by outcome.
type PlanTotals struct {
	Items     int `json:"items"`
	Planned   int `json:"planned"`
	NotDue    int `json:"notDue"`
	Forbidden int `json:"forbidden"`
	Renewed   int `json:"renewed"`
	Unproven  int `json:"unproven"`
	Failed    int `json:"failed"`
	Skipped   int `json:"skipped"`
	Removed   int `json:"removed"`
}

// Kind returns the kind of spcheck plan.
func (*Plan) Kind() Kind { return "plan" }

// Kind returns the kind of spcheck apply.
func (*Apply) Kind() Kind { return "apply" }

// Document lists what would be done, and what prevents it.
func (p *Plan) Document(View) (*Document, error) {
	return p.document(msg.New("Renewal plan")), nil
}

// Document lists what was done, and what was not.
func (a *Apply) Document(View) (*Document, error) {
	return a.document(msg.New("Renewals")), nil
}

// Count computes the totals.
func (b *Batch) Count() {
	b.Totals = PlanTotals{Items: len(b.Items)}
	for _, i := range b.Items {
		*b.Totals.of(i.Outcome)++
		b.Totals.Removed += len(i.Removed)
	}
}

func (t *PlanTotals) of(o ItemOutcome) *int {
	switch o {
	case ItemPlanned:
		return &t.Planned
	case ItemNotDue:
		return &t.NotDue
	case ItemForbidden:
		return &t.Forbidden
	case ItemRenewed:
		return &t.Renewed
	case ItemUnproven:
		return &t.Unproven
	case ItemFailed:
		return &t.Failed
	}
	return &t.Skipped
}

// headline skips outcomes with a count of zero.
func (t *PlanTotals) headline() msg.Text {
	var counts []msg.Text
	for _, c := range []struct {
		n    int
		text msg.Text
	}{
		{t.Renewed, msg.New("%d renewed", t.Renewed)},
		{t.Planned, msg.New("%d due", t.Planned)},
		{t.NotDue, msg.New("%d not due", t.NotDue)},
		{t.Forbidden, msg.New("%d cannot be renewed", t.Forbidden)},
		{t.Unproven, msg.New("%d not verified", t.Unproven)},
		{t.Failed, msg.New("%d failed", t.Failed)},
		{t.Skipped, msg.New("%d not started", t.Skipped)},
	} {
		if c.n > 0 {
			counts = append(counts, c.text)
		}
	}
	applications := msg.New("%d applications", t.Items)
	if len(counts) == 0 {
		return applications
	}
	return msg.New("%s: %s", applications, msg.Join(counts, ", "))
}

func (b *Batch) document(kind msg.Text) *Document {
	d := newDocument(&b.Header, kind)
	d.Title = msg.Literal(b.Tenant)
	d.Headline = b.Totals.headline()
	if d.Tone = Good; b.Status != OK {
		d.Tone = toneOf(b.Status)
	}
	// Items that need attention come first.
	for _, part := range []struct {
		id       string
		title    msg.Text
		outcomes []ItemOutcome
	}{
		{"open", msg.New("Needs attention"), []ItemOutcome{ItemUnproven, ItemFailed, ItemForbidden, ItemSkipped}},
		{"done", msg.New("Renewed"), []ItemOutcome{ItemRenewed}},
		{"planned", msg.New("Due"), []ItemOutcome{ItemPlanned}},
		{"rest", msg.New("Nothing to do"), []ItemOutcome{ItemNotDue}},
	} {
		var items []Item
		for _, i := range b.Items {
			if slices.Contains(part.outcomes, i.Outcome) {
				items = append(items, i.item())
			}
		}
		d.add(Part{ID: part.id, Title: part.title, Items: items})
	}
	d.notes(b.Notes, false)
	return d
}

func (i *PlanItem) item() Item {
	name := i.Application
	if i.DisplayName != nil {
		name = *i.DisplayName
	}
	out := Item{Status: i.status(), Text: msg.New("%s: %s", name, i.Outcome.Text())}
	var details []msg.Text
	if i.Reason != nil {
		details = append(details, *i.Reason)
	}
	if i.EndDateTime != nil && i.Outcome != ItemNotDue {
		details = append(details, msg.New("The new secret expires on %s.", *i.EndDateTime))
	}
	if i.Error != nil {
		details = append(append(details, msg.New("%s.", i.Error.Message)), i.Error.Hints...)
	}
	if len(i.Removed) > 0 {
		details = append(details, msg.New("The old secret was removed."))
	}
	details = append(details, i.Notes...)
	out.Detail = msg.Join(slices.DeleteFunc(details, msg.Text.IsZero), " ")
	return out
}

func (i *PlanItem) status() CheckStatus {
	switch i.Outcome {
	case ItemRenewed, ItemNotDue:
		return Pass
	case ItemPlanned:
		return Warn
	case ItemSkipped:
		return Skipped
	case ItemForbidden:
		return Fail
	}
	return CheckUnknown
}

// Text returns the outcome in words.
func (o ItemOutcome) Text() msg.Text {
	switch o {
	case ItemPlanned:
		return msg.New("due")
	case ItemNotDue:
		return msg.New("not due")
	case ItemForbidden:
		return msg.New("cannot be renewed now")
	case ItemRenewed:
		return msg.New("renewed")
	case ItemUnproven:
		return msg.New("added, but not verified")
	case ItemSkipped:
		return msg.New("not started")
	}
	return msg.New("could not be renewed")
}
