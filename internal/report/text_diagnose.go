package report

import (
	"slices"

	"fmt"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// diagnosis writes the report of spcheck diagnose: the answer first, then why,
// then what to do, and only then everything that was looked at.
func (p *page) diagnosis(d *result.Diagnosis) {
	p.verdict(d)
	p.failure(d.Error)
	if c := d.RootCause; c != nil {
		p.evidence(c.Evidence)
		p.alternatives(d.Alternatives)
		p.remedies(c.Remedies)
	} else {
		p.alternatives(d.Alternatives)
	}
	p.checks(d)
	if len(d.Credentials) > 0 {
		p.heading(msg.New("Credentials"))
		p.credentials(d.Credentials)
	}
	p.target(d)
	p.support(d.RootCause)
}

// verdict is the headline and the explanation below it.
func (p *page) verdict(d *result.Diagnosis) {
	c := d.RootCause
	if c == nil {
		p.headline(statusSymbol(d.Status), p.say(healthText(d)), "")
		return
	}
	p.headline(statusSymbol(d.Status), p.say(c.Summary), p.say(certaintyText(c.Certainty)))
	if !c.Explanation.IsZero() {
		p.blank()
		p.write("  ", plainStyle, p.say(c.Explanation))
	}
}

// healthText is the headline of a diagnosis without a root cause.
func healthText(d *result.Diagnosis) msg.Text {
	switch d.Status {
	case result.OK:
		return msg.New("Healthy: the sign-in works")
	case result.Warning:
		return msg.New("The sign-in works, but something needs attention")
	case result.Critical:
		return msg.New("The sign-in does not work")
	}
	if signedIn(d.Checks) {
		return msg.New("The sign-in works; when its credentials end could not be read")
	}
	return msg.New("It could not be found out")
}

// signedIn reports whether a token was issued.
func signedIn(checks []result.Check) bool {
	return slices.ContainsFunc(checks, func(c result.Check) bool {
		return c.ID == "token" && (c.Status == result.Pass || c.Status == result.Warn)
	})
}

func (p *page) evidence(list []result.Evidence) {
	if len(list) == 0 {
		return
	}
	p.heading(msg.New("How we know"))
	for _, e := range list {
		line := p.say(e.Claim)
		if value := p.say(e.Value); value != "" {
			line += ": " + value
		}
		p.write("  "+p.symbol(bullet())+" ", plainStyle, line)
		if !e.Source.IsZero() {
			p.write("    ", dim, p.say(msg.New("source: %s", e.Source)))
		}
	}
}

func (p *page) alternatives(list []result.Cause) {
	if len(list) == 0 {
		return
	}
	p.heading(msg.New("Also possible"))
	for _, c := range list {
		line := fmt.Sprintf("%s (%s)", p.say(c.Summary), p.say(certaintyText(c.Certainty)))
		p.write("  "+p.symbol(bullet())+" ", plainStyle, line)
		if !c.Explanation.IsZero() {
			p.write("    ", dim, p.say(c.Explanation))
		}
	}
}

func (p *page) remedies(list []result.Remedy) {
	if len(list) == 0 {
		return
	}
	p.heading(msg.New("What to do"))
	for i, r := range list {
		number := fmt.Sprintf("  %d. ", i+1)
		p.write(number, plainStyle, p.say(r.Title))
		indent := strings.Repeat(" ", len(number))
		p.commands(indent, r.Commands)
		if link := p.link(r.Link); link != "" {
			p.verbatim(indent, dim, link)
		}
	}
}

// target says what was diagnosed.
func (p *page) target(d *result.Diagnosis) {
	p.section(msg.New("Diagnosed"), p.targetRows(d, p.Verbose || d.Status != result.OK))
}

func (p *page) targetRows(d *result.Diagnosis, all bool) []row {
	t := d.Target
	rows := []row{
		{msg.New("Tenant"), p.optional(t.Tenant)},
		{msg.New("Client ID"), p.optional(t.ClientID)},
		{msg.New("Credential"), p.targetCredential(t.Credential)},
		{msg.New("Sign-in host"), p.optional(t.AuthorityHost)},
	}
	if all {
		rows = append(rows, row{msg.New("Graph"), p.optional(t.GraphEndpoint)}, row{msg.New("Cloud"), p.optional(t.Cloud)})
	}
	return rows
}

func (p *page) targetCredential(c *result.TargetCredential) string {
	if c == nil {
		return ""
	}
	var details []string
	if c.Length != nil {
		details = append(details, p.say(msg.New("%d bytes", *c.Length)))
	}
	if hint := p.optional(c.Hint); hint != "" {
		if c.Kind == "certificate" {
			details = append(details, p.say(msg.New("thumbprint %s", hint)))
		} else {
			details = append(details, p.say(msg.New("starts with %s", hint)))
		}
	}
	line := p.say(kindText(c.Kind))
	if c.Origin != "" {
		line = p.say(msg.New("%s from %s", kindText(c.Kind), originText(c.Origin)))
	}
	if len(details) > 0 {
		line += " (" + strings.Join(details, ", ") + ")"
	}
	return line
}

// originText puts the common origins into the reader's language.
func originText(origin string) msg.Text {
	if name, ok := strings.CutPrefix(origin, "environment "); ok {
		return msg.New("environment variable %s", name)
	}
	if path, ok := strings.CutPrefix(origin, "file "); ok {
		return msg.New("file %s", path)
	}
	return msg.Literal(origin)
}

// support lists what Microsoft's support asks for first.
func (p *page) support(c *result.Cause) {
	p.section(msg.New("For a support case"), p.supportRows(c))
}

func (p *page) supportRows(c *result.Cause) []row {
	if c == nil || c.AADSTS == nil {
		return nil
	}
	a := c.AADSTS
	return []row{
		{msg.New("Error code"), p.codes(a.Codes, a.Decisive)},
		{msg.New("Trace ID"), p.optional(a.TraceID)},
		{msg.New("Correlation ID"), p.optional(a.CorrelationID)},
		{msg.New("Time"), second(a.Timestamp)},
	}
}

// codes lists codes as AADSTS numbers, the decisive one first.
func (p *page) codes(codes []string, decisive *string) string {
	var list []string
	if d := p.optional(decisive); d != "" {
		list = append(list, "AADSTS"+d)
	}
	for _, c := range codes {
		if decisive == nil || c != *decisive {
			list = append(list, "AADSTS"+p.raw(c))
		}
	}
	return strings.Join(list, ", ")
}

// row is a value with its name.
type row struct {
	label msg.Text
	value string
}

// section writes named values below a heading; nothing where none has a value.
func (p *page) section(title msg.Text, rows []row) {
	width, any := 0, false
	for _, r := range rows {
		if r.value != "" {
			width, any = max(width, p.widest(r.label)), true
		}
	}
	if !any {
		return
	}
	p.heading(title)
	for _, r := range rows {
		p.labelled(2, width, r.label, r.value)
	}
}
