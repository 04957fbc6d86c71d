package result

import (
	"iter"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// excerptLimit is the maximum length of an excerpt in characters.
const excerptLimit = 400

// Document explains each match. It has no status, because an error in a text is neither
// healthy nor critical.
func (e *Explanation) Document(View) (*Document, error) {
	d := newDocument(&e.Header, msg.New("Errors explained"))
	d.Status, d.Tone = "", Critical
	switch len(e.Matches) {
	case 0:
		d.Headline, d.Tone = msg.New("No Entra error was found in this text"), Unknown
	case 1:
		d.Headline = e.Matches[0].title()
		d.Lead = append(d.Lead, e.Matches[0].meaning()...)
	default:
		d.Headline = msg.New("%d errors were found in this text", len(e.Matches))
	}
	d.Title = d.Headline
	for _, m := range e.Matches {
		d.match(m, len(e.Matches) > 1)
	}
	d.notes(e.Notes, false)
	return d, nil
}

// match shows the meaning of one match, then its causes and the details in the text.
func (d *Document) match(m Match, several bool) {
	if several {
		d.Parts = append(d.Parts, Part{Title: msg.New("%s (%s)", m.title(), msg.New("line %d", m.Line)), Text: m.meaning()})
	}
	causes := Part{Below: several, Title: msg.New("Possible causes, most likely first")}
	for _, c := range m.Causes {
		item := Item{Text: c.Summary, Numbered: true}
		if !c.Remedy.IsZero() {
			item.Detail = msg.New("What to do: %s", c.Remedy)
		}
		causes.Items = append(causes.Items, item)
	}
	d.add(causes)
	d.add(Part{Below: several, Title: msg.New("Found in the text"), Facts: m.facts()})
	d.notes(m.Notes, several)
	if m.Excerpt != "" {
		d.add(Part{Below: several, Title: msg.New("Excerpt"), Quote: neutral.Bound(m.Excerpt, excerptLimit)})
	}
}

func (m Match) facts() []Fact {
	facts := []Fact{{msg.New("Application ID"), literal(m.AppID)}, {msg.New("Tenant"), literal(m.Tenant)}}
	for _, d := range m.Details {
		if label, ok := detailLabels[d.Name]; ok {
			facts = append(facts, Fact{label, msg.Literal(d.Value)})
		}
	}
	return append(facts, Fact{msg.New("Time"), second(m.Timestamp)}, Fact{msg.New("Trace ID"), literal(m.TraceID)},
		Fact{msg.New("Correlation ID"), literal(m.CorrelationID)})
}

// detailLabels are the labels of what a message contains besides IDs.
var detailLabels = map[string]msg.Text{
	"resource":              msg.New("Resource"),
	"parameter":             msg.New("Parameter"),
	"issuer":                msg.New("Issuer of the token"),
	"audience":              msg.New("Audience of the token"),
	"subject":               msg.New("Subject of the token"),
	"proposedSubject":       msg.New("Subject proposed instead"),
	"reason":                msg.New("Reason"),
	"thumbprint":            msg.New("Thumbprint of the key in use"),
	"certificateValidFrom":  msg.New("Registered certificate valid from"),
	"certificateValidUntil": msg.New("Registered certificate valid until"),
	"serverTime":            msg.New("Entra's clock"),
	"assertionValidFrom":    msg.New("Assertion valid from"),
	"assertionValidUntil":   msg.New("Assertion valid until"),
	"sentAfterEnd":          msg.New("Time between its expiry and the request"),
}

// title is the decisive code and its name.
func (m Match) title() msg.Text {
	if m.Decisive == nil {
		return msg.New("An error without a code")
	}
	title := "AADSTS" + *m.Decisive
	for _, c := range m.Codes {
		if c.Code == *m.Decisive && c.Name != "" {
			title += " " + c.Name
		}
	}
	return msg.Literal(title)
}

// meaning explains the decisive code, then the codes around it.
func (m Match) meaning() []msg.Text {
	var first, others []msg.Text
	for _, c := range m.Codes {
		switch {
		case m.Decisive == nil || c.Code != *m.Decisive:
			others = append(others, c.text())
		case !c.Meaning.IsZero():
			first = append(first, c.Meaning)
		}
	}
	if m.FoundBy == "wording" {
		others = append(others, msg.New("The text contains no code; its wording identifies the error."))
	}
	return append(first, others...)
}

func (c Code) text() msg.Text {
	name := msg.Literal(strings.TrimSpace("AADSTS" + c.Code + " " + c.Name))
	if c.Meaning.IsZero() {
		return name
	}
	return msg.New("%s: %s", name, c.Meaning)
}

// Rows returns one row per match.
func (e *Explanation) Rows() ([]string, iter.Seq2[[]any, error]) {
	var rows [][]any
	for _, m := range e.Matches {
		var codes []string
		var meaning msg.Text
		for _, c := range m.Codes {
			codes = append(codes, c.Code)
			if m.Decisive != nil && c.Code == *m.Decisive {
				meaning = c.Meaning
			}
		}
		var first RankedCause
		if len(m.Causes) > 0 {
			first = m.Causes[0]
		}
		rows = append(rows, []any{m.Line, m.FoundBy, m.Decisive, strings.Join(codes, " "), meaning, first.ID, first.Summary, first.Remedy,
			m.AppID, m.Tenant, m.TraceID, m.CorrelationID, m.Timestamp, m.Excerpt})
	}
	return []string{"line", "foundBy", "decisive", "codes", "meaning", "cause", "causeSummary",
		"remedy", "appId", "tenant", "traceId", "correlationId", "timestamp", "excerpt"}, inMemory(rows)
}
