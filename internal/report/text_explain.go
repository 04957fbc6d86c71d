package report

import (
	"fmt"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// excerptLimit bounds an excerpt in characters.
const excerptLimit = 400

// explanation writes the report of spcheck explain.
func (p *page) explanation(e *result.Explanation) {
	if len(e.Matches) == 0 {
		p.headline(statusSymbol(result.Unknown), p.say(msg.New("No Entra error was found in this text")), "")
	}
	for i, m := range e.Matches {
		if i > 0 {
			p.blank()
			p.blank()
		}
		p.match(m, len(e.Matches) > 1)
	}
	p.failure(e.Error)
}

func (p *page) match(m result.Match, several bool) {
	remark := ""
	if several {
		remark = p.say(msg.New("line %d", m.Line))
	}
	p.headline(statusSymbol(result.Critical), p.matchTitle(m), remark)
	if m.FoundBy == "wording" {
		p.write("  ", dim, p.say(msg.New("The text holds no code; its wording identifies the error.")))
	}
	p.meanings(m)
	p.causes(m.Causes)
	p.section(msg.New("What stands in the text"), p.matchRows(m))
	p.notes(m.Notes)
	if m.Excerpt != "" {
		p.heading(msg.New("Excerpt"))
		p.write("  "+p.symbol(quotes())+" ", dim, p.typography(neutral.Bound(m.Excerpt, excerptLimit)))
	}
}

func (p *page) matchRows(m result.Match) []row {
	rows := []row{
		{msg.New("Application ID"), p.optional(m.AppID)},
		{msg.New("Tenant"), p.optional(m.Tenant)},
	}
	for _, d := range m.Details {
		if label, ok := detailLabels[d.Name]; ok {
			rows = append(rows, row{label, p.raw(d.Value)})
		}
	}
	return append(rows,
		row{msg.New("Time"), second(m.Timestamp)},
		row{msg.New("Trace ID"), p.optional(m.TraceID)},
		row{msg.New("Correlation ID"), p.optional(m.CorrelationID)},
	)
}

// detailLabels name what a message reveals beside its IDs.
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
	"sentAfterEnd":          msg.New("Sent after its end by"),
}

// matchTitle is the decisive code with its name.
func (p *page) matchTitle(m result.Match) string {
	if m.Decisive == nil {
		return p.say(msg.New("An error without a code"))
	}
	title := "AADSTS" + p.raw(*m.Decisive)
	for _, c := range m.Codes {
		if c.Code == *m.Decisive && c.Name != "" {
			title += " " + p.raw(c.Name)
		}
	}
	return title
}

// meanings explains the decisive code first, and the others of a nest below it.
func (p *page) meanings(m result.Match) {
	for _, c := range m.Codes {
		if m.Decisive != nil && c.Code == *m.Decisive && !c.Meaning.IsZero() {
			p.blank()
			p.write("  ", plainStyle, p.say(c.Meaning))
		}
	}
	for _, c := range m.Codes {
		if m.Decisive == nil || c.Code != *m.Decisive {
			p.blank()
			p.write("  ", dim, p.nested(c))
		}
	}
}

func (p *page) nested(c result.Code) string {
	line := "AADSTS" + p.raw(c.Code)
	if c.Name != "" {
		line += " " + p.raw(c.Name)
	}
	if meaning := p.say(c.Meaning); meaning != "" {
		line += ": " + meaning
	}
	return line
}

func (p *page) causes(list []result.RankedCause) {
	if len(list) == 0 {
		return
	}
	p.heading(msg.New("Possible causes, the likeliest first"))
	for i, c := range list {
		p.write(fmt.Sprintf("  %d. ", i+1), plainStyle, p.say(c.Summary))
		if !c.Remedy.IsZero() {
			p.write("     ", dim, p.say(msg.New("What to do: %s", c.Remedy)))
		}
	}
}
