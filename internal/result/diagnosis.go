package result

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/origin"
)

// misused is the exit code for a wrong command line or configuration.
const misused = 64

// Failed sets a root cause if a wrong setting prevented the diagnosis. A report without
// one would look as if nothing were wrong.
func (r *Diagnosis) Failed(h Header) {
	if r.Header = h; h.ExitCode != misused {
		return
	}
	c := &Cause{ID: string(causes.ConfigIncomplete), Certainty: Proven, Summary: h.Error.Message,
		Evidence: []Evidence{{Claim: h.Error.Message, Source: msg.New("configuration")}}}
	if generic, ok := causes.Lookup(causes.ConfigIncomplete); ok {
		c.Explanation = generic.Remedy
	}
	for _, hint := range h.Error.Hints {
		c.Remedies = append(c.Remedies, Remedy{Title: hint, Commands: []Command{}})
	}
	r.RootCause = c
}

// name returns the best known name of the application.
func (r *Diagnosis) name() string { return named(r.Target.DisplayName, r.Target.ClientID) }

// Document starts with the answer, then shows what to do and why, and ends with all
// checks.
func (r *Diagnosis) Document(View) (*Document, error) {
	d := newDocument(&r.Header, msg.New("Diagnosis"))
	d.Title, d.Headline = msg.Literal(neutral.Bound(r.name(), nameLimit)), r.health()
	checks, brief := Hidden, Hidden
	if c := r.RootCause; c != nil {
		d.Headline, d.Remark = c.Summary, c.Certainty.Text()
		d.Lead = append(append(d.Lead, r.since()...), said(c.Explanation)...)
		d.add(Part{ID: "remedies", Title: msg.New("What to do"), Brief: First, Steps: c.Remedies})
		var evidence []Item
		for _, e := range c.Evidence {
			item := Item{Text: e.Claim, Value: e.Value}
			if !e.Source.IsZero() {
				item.Aside = msg.New("source: %s", e.Source)
			}
			evidence = append(evidence, item)
		}
		d.add(Part{ID: "evidence", Title: msg.New("How we know"), Items: evidence})
	} else if brief = whole; r.Status != OK {
		checks = whole
	}
	d.add(r.reported())
	var alternatives []Item
	for _, c := range r.Alternatives {
		alternatives = append(alternatives, Item{Text: msg.New("%s (%s)", c.Summary, c.Certainty.Text()), Aside: c.Explanation})
	}
	d.add(Part{ID: "alternatives", Title: msg.New("Also possible"), Items: alternatives})
	d.add(Part{ID: "checks", Title: msg.New("Checks"), Brief: checks, Checks: r.Checks, Noticed: r.noticed()})
	d.credentials(msg.New("Credentials"), r.Credentials, brief)
	d.add(Part{ID: "target", Title: msg.New("Settings"), Brief: Hidden, Facts: r.Target.facts()})
	d.add(Part{ID: "support", Title: msg.New("For a support case"), Brief: Hidden, Facts: supportFacts(r.RootCause)})
	return d, nil
}

// noticed returns the warnings that the rest of a short report does not cover. Beside a root
// cause they are about the machine and the service; the others are about the cause itself.
func (r *Diagnosis) noticed() []Check {
	return slices.DeleteFunc(slices.Clone(r.Checks), func(c Check) bool {
		return c.Status != Warn || r.RootCause != nil && c.ID != "clock" && c.ID != "service"
	})
}

// health is the headline of a diagnosis without a root cause.
func (r *Diagnosis) health() msg.Text {
	switch r.Status {
	case OK:
		return msg.New("Healthy: the sign-in works")
	case Warning:
		return msg.New("The sign-in works, but something needs attention")
	case Critical:
		return msg.New("The sign-in does not work")
	}
	if slices.ContainsFunc(r.Checks, func(c Check) bool { return c.ID == "token" && (c.Status == Pass || c.Status == Warn) }) {
		return msg.New("The sign-in works, but the expiry dates of its credentials could not be read")
	}
	return msg.New("The result is not known")
}

// since says how long ago the configured credential expired.
func (r *Diagnosis) since() []msg.Text {
	for _, c := range r.Credentials {
		if !c.configured() || c.EndDateTime == nil || c.Status != Expired {
			continue
		}
		when := When(*c.EndDateTime, r.GeneratedAt)
		if c.LastUsedDateTime != nil {
			return []msg.Text{msg.New("Expired %s, last used %s.", when, When(*c.LastUsedDateTime, r.GeneratedAt))}
		}
		return []msg.Text{msg.New("Expired %s.", when)}
	}
	return nil
}

func said(t msg.Text) []msg.Text {
	if t.IsZero() {
		return nil
	}
	return []msg.Text{t}
}

// FromSignInLog is the source of a failure that the sign-in log contains. Who signed in then is
// not known: it may have been spcheck.
func FromSignInLog() msg.Text { return msg.New("the sign-in log") }

// reported shows the product's own failure, or one in the sign-in log. The short text report
// hides it if its cause is the one that was found.
func (r *Diagnosis) reported() Part {
	x := Part{ID: "reported", Title: msg.New("What the product reported")}
	p := r.Reported
	if p == nil {
		return x
	}
	if p.Source.String() == FromSignInLog().String() {
		x.Title = msg.New("What the sign-in log says")
	}
	for i, c := range p.Causes {
		item := Item{Text: c.Summary, Aside: c.Remedy}
		if i == 0 && p.Timestamp != nil {
			item.Text = msg.New("%s (%s)", c.Summary, When(*p.Timestamp, r.GeneratedAt))
		}
		if x.Items = append(x.Items, item); r.RootCause != nil && c.ID == r.RootCause.ID {
			x.Brief = Hidden
		}
	}
	x.Facts = []Fact{{msg.New("Key ID"), literal(p.KeyID)}, {msg.New("Source"), p.Source}}
	return x
}

// facts lists what was diagnosed.
func (t Target) facts() []Fact {
	return []Fact{
		{msg.New("Name"), literal(t.DisplayName)},
		{msg.New("Tenant"), literal(t.Tenant)},
		{msg.New("Client ID"), literal(t.ClientID)},
		{msg.New("Credential"), t.Credential.text()},
		{msg.New("Sign-in host"), literal(t.AuthorityHost)},
		{msg.New("Graph"), literal(t.GraphEndpoint)},
		{msg.New("Cloud"), literal(t.Cloud)},
	}
}

func (c *TargetCredential) text() msg.Text {
	if c == nil {
		return msg.Text{}
	}
	var details []msg.Text
	if c.Length != nil {
		details = append(details, msg.New("%d bytes", *c.Length))
	}
	switch hint := OrEmpty(c.Hint); {
	case hint != "" && c.Kind == "certificate":
		details = append(details, msg.New("thumbprint %s", hint))
	case hint != "":
		details = append(details, msg.New("starts with %s", hint))
	}
	line := kindText(c.Kind)
	if c.Origin != "" {
		line = msg.New("%s from %s", line, origin.Parse(c.Origin).Text())
	}
	if len(details) > 0 {
		line = msg.New("%s (%s)", line, msg.Join(details, ", "))
	}
	return line
}

// supportFacts lists what Microsoft support asks for first.
func supportFacts(c *Cause) []Fact {
	if c == nil || c.AADSTS == nil {
		return nil
	}
	a := c.AADSTS
	var codes []string // the decisive one first
	if a.Decisive != nil {
		codes = append(codes, "AADSTS"+*a.Decisive)
	}
	for _, code := range a.Codes {
		if code != OrEmpty(a.Decisive) {
			codes = append(codes, "AADSTS"+code)
		}
	}
	return []Fact{
		{msg.New("Error code"), msg.Literal(strings.Join(codes, ", "))},
		{msg.New("Trace ID"), literal(a.TraceID)},
		{msg.New("Correlation ID"), literal(a.CorrelationID)},
		{msg.New("Time"), second(a.Timestamp)},
	}
}

// second formats a time to the second, as logs do. It returns nothing for nil.
func second(t *time.Time) msg.Text {
	if t == nil {
		return msg.Text{}
	}
	return toSecond(*t)
}
