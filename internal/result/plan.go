package result

import (
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// The outcomes for an application of a plan, besides Planned and Renewed.
const (
	NotDue     Outcome = "notDue"    // nothing to do
	Forbidden  Outcome = "forbidden" // due, but cannot be renewed at present: the error says why
	Unproven   Outcome = "unproven"  // added, but not verified to sign in from its targets
	Failed     Outcome = "failed"    // nothing was changed, or the result is unknown: the error says which
	NotStarted Outcome = "skipped"
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

// PlanItem is what was found and done for one application.
type PlanItem struct {
	Application string     `json:"application"` // as named in the file
	AppID       *string    `json:"appId"`
	DisplayName *string    `json:"displayName"`
	Reason      *msg.Text  `json:"reason"` // why it is or is not due
	Object      *string    `json:"object" jsonschema:"enum=application,enum=servicePrincipal"`
	EndDateTime *time.Time `json:"endDateTime"` // of the new secret
	Targets     []string   `json:"targets"`
	Outcome     Outcome    `json:"outcome" jsonschema:"enum=planned,enum=notDue,enum=forbidden,enum=renewed,enum=unproven,enum=failed,enum=skipped"`
	KeyID       *string    `json:"keyId"`   // of the new secret
	Removed     []string   `json:"removed"` // key IDs of removed secrets
	Error       *Failure   `json:"error"`
	Notes       []msg.Text `json:"notes,omitempty"`
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

func (p *Plan) Document(View) (*Document, error) { return p.document(msg.New("Renewal plan")), nil }

func (a *Apply) Document(View) (*Document, error) { return a.document(msg.New("Renewals")), nil }

// Count computes the totals.
func (b *Batch) Count() {
	b.Totals = PlanTotals{Items: len(b.Items)}
	counts := b.Totals.counts()
	for _, i := range b.Items {
		for _, c := range counts {
			if c.outcome == i.Outcome {
				*c.n++
			}
		}
		b.Totals.Removed += len(i.Removed)
	}
}

type outcomeCount struct {
	outcome Outcome
	n       *int
	text    msg.Text
}

func (t *PlanTotals) counts() []outcomeCount {
	return []outcomeCount{
		{Renewed, &t.Renewed, msg.New("%d renewed", t.Renewed)},
		{Planned, &t.Planned, msg.New("%d due", t.Planned)},
		{NotDue, &t.NotDue, msg.New("%d not due", t.NotDue)},
		{Forbidden, &t.Forbidden, msg.New("%d cannot be renewed", t.Forbidden)},
		{Unproven, &t.Unproven, msg.New("%d not verified", t.Unproven)},
		{Failed, &t.Failed, msg.New("%d failed", t.Failed)},
		{NotStarted, &t.Skipped, msg.New("%d not started", t.Skipped)},
	}
}

// headline counts the applications by outcome, without outcomes that no application has.
func (t *PlanTotals) headline() msg.Text {
	var counts []msg.Text
	for _, c := range t.counts() {
		if *c.n > 0 {
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
	// Items that need attention come first.
	for _, part := range []struct {
		id       string
		title    msg.Text
		outcomes []Outcome
	}{
		{"open", msg.New("Needs attention"), []Outcome{Unproven, Failed, Forbidden, NotStarted}},
		{"done", msg.New("Renewed"), []Outcome{Renewed}},
		{"planned", msg.New("Due"), []Outcome{Planned}},
		{"rest", msg.New("Nothing to do"), []Outcome{NotDue}},
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
	outcome := itemTexts[i.Outcome]
	out := Item{Status: outcome.status, Text: msg.New("%s: %s", name, outcome.text)}
	var details []msg.Text
	if i.Reason != nil {
		details = append(details, *i.Reason)
	}
	if i.EndDateTime != nil && i.Outcome != NotDue {
		details = append(details, msg.New("The new secret expires on %s.", *i.EndDateTime))
	}
	if i.Error != nil {
		for _, t := range append([]msg.Text{i.Error.Message}, i.Error.Hints...) {
			details = append(details, t.Through(sentence))
		}
	}
	if n := len(i.Removed); n > 0 {
		details = append(details, msg.New("%d secrets that were replaced, or whose values nobody has, were removed.", n))
	}
	details = append(details, i.Notes...)
	out.Detail = msg.Join(slices.DeleteFunc(details, msg.Text.IsZero), " ")
	return out
}

var itemTexts = map[Outcome]outcomeText{
	Planned:    {Warn, msg.New("due")},
	NotDue:     {Pass, msg.New("not due")},
	Forbidden:  {Fail, msg.New("cannot be renewed now")},
	Renewed:    {Pass, msg.New("renewed")},
	Unproven:   {CheckUnknown, msg.New("added, but not verified")},
	NotStarted: {Skipped, msg.New("not started")},
	Failed:     {CheckUnknown, msg.New("could not be renewed")},
}

// Text returns the outcome for an application of a plan in words.
func (i *PlanItem) Text() msg.Text { return itemTexts[i.Outcome].text }
