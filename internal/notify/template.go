package notify

import (
	"errors"
	"strings"
	"text/template"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/strictyaml"
	"github.com/spcheck/spcheck/internal/trust"
)

// Size limits of a template and of a message, in bytes.
const (
	maxTemplate = 64 << 10
	maxLetter   = 256 << 10
)

// Template is the text of messages to owners. Its first line may be "Subject: …".
type Template struct{ parsed *template.Template }

// letterData has the fields of a template. All texts are plain.
type letterData struct {
	Owner, Mail string
	Count       int
	Findings    []letterFinding
	More        int // findings beyond those listed
	Next        string
}

type letterFinding struct {
	Name, Tenant, AppID, ObjectID, KeyID, Kind string
	Rule, Title, Severity, Remedy              string
	Expires, About                             string
	DaysLeft                                   int
}

// ReadTemplate reads a template and executes it once, so that mistakes are reported with
// their line before anything is sent.
func ReadTemplate(path string) (*Template, error) {
	hint := msg.New("docs/scan.md lists the fields of a template")
	text, err := smallfile.ReadTrusted(path, maxTemplate)
	var untrusted *trust.Error
	switch {
	case errors.As(err, &untrusted):
		return nil, fail.Usage(msg.New("%s, and its text is sent to owners", untrusted), untrusted.Cure)
	case err != nil:
		return nil, fail.Usage(msg.New("the template %s cannot be read: %s", path, msg.Of(err)), hint)
	}
	clean := strings.ReplaceAll(string(strictyaml.Text(text)), "\r\n", "\n")
	parsed, err := template.New("template").Funcs(disabled).Option("missingkey=error").Parse(clean)
	if err == nil {
		t := &Template{parsed}
		if _, err = t.fill(letterData{Owner: "Ann", Mail: "ann@example.com", Count: 1, Findings: []letterFinding{{Name: "Example"}}}); err == nil {
			return t, nil
		}
	}
	return nil, fail.Usage(msg.New("the template %s has an error: %s", path, neutral.Bound(err.Error(), 300)), hint)
}

// disabled replaces functions that can produce a huge output or call code.
var disabled = template.FuncMap{"printf": unavailable, "call": unavailable}

func unavailable(...any) (string, error) {
	return "", errors.New("this function is not available in a template")
}

// fill executes the template, with limited output.
func (t *Template) fill(d letterData) (string, error) {
	var b boundText
	if err := t.parsed.Execute(&b, d); err != nil {
		return "", err
	}
	return b.String(), nil
}

type boundText struct{ strings.Builder }

func (b *boundText) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxLetter {
		return 0, errors.New("the message is too long")
	}
	return b.Builder.Write(p)
}

// message returns the message to an owner.
func (t *Template) message(n *News, o *owner, lang string) (*Message, error) {
	list := o.nearest.Sorted()
	d := letterData{Owner: clean(o.name), Mail: clean(o.mail), Count: o.count, More: o.count - len(list), Next: strings.Join(next(list), "\n")}
	for _, f := range list {
		d.Findings = append(d.Findings, n.letterFinding(f, lang))
	}
	text, err := t.fill(d)
	if err != nil {
		return nil, msg.Error(msg.New("the template failed: %s", neutral.Bound(err.Error(), 200)))
	}
	m := &Message{Subject: ownerSubject(o, lang)}
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "Subject:") {
		m.Subject, text = clean(strings.TrimSpace(strings.TrimPrefix(first, "Subject:"))), strings.TrimLeft(rest, "\n")
	}
	m.Intro = []string{strings.TrimRight(text, "\n")}
	return m, nil
}

func (n *News) letterFinding(f *result.Finding, lang string) letterFinding {
	rule := n.scan.Rules[f.Rule]
	about, _ := n.scan.Describe(f)
	text := func(s *string) string { return clean(result.OrEmpty(s)) }
	out := letterFinding{
		Name: text(f.DisplayName), Tenant: clean(f.Tenant), AppID: text(f.AppID), ObjectID: clean(f.ObjectID), KeyID: text(f.KeyID), Kind: text(f.Kind),
		Rule: f.Rule, Title: say(lang, rule.Title), Severity: string(f.Severity), Remedy: say(lang, rule.Remedy), About: say(lang, about),
	}
	if f.EndDateTime != nil {
		out.Expires = f.EndDateTime.UTC().Format("2006-01-02")
	}
	if f.DaysLeft != nil {
		out.DaysLeft = *f.DaysLeft
	}
	return out
}
