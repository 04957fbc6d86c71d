package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// writeText writes a result for people.
func writeText(w io.Writer, res any, o Options) error {
	p := newPage(o)
	switch r := res.(type) {
	case *result.Diagnosis:
		p.diagnosis(r)
	case *result.SecretList:
		p.secretList(r)
	case *result.Explanation:
		p.explanation(r)
	case *result.Renewal:
		p.renewal(r)
	case *result.Removal:
		p.removal(r)
	default:
		return fmt.Errorf("no text report is known for a %T", res)
	}
	return p.finish(w)
}

// finish writes the report, or its headline alone.
func (p *page) finish(w io.Writer) error {
	s := p.b.String()
	if p.Quiet {
		s, _, _ = strings.Cut(s, "\n")
		s += "\n"
	}
	_, err := io.WriteString(w, s)
	return err
}

// headline is the first line of a report or of one of its matches.
func (p *page) headline(s symbol, body, remark string) {
	if remark != "" {
		remark = " (" + remark + ")"
	}
	if p.Quiet {
		p.verbatim(p.symbol(s)+" ", bold, body+remark) // one line, whatever the width
		return
	}
	p.write(p.symbol(s)+" ", bold, body+remark)
}

// failure says why a whole run failed.
func (p *page) failure(f *result.Failure) {
	if f == nil {
		return
	}
	p.blank()
	p.write("  ", plainStyle, p.say(f.Message))
	for _, h := range f.Hints {
		p.write("  "+p.symbol(bullet())+" ", plainStyle, p.say(h))
	}
}

// instant prints a time of day, or nothing.
func (p *page) instant(t *time.Time) string {
	if t == nil {
		return ""
	}
	return p.say(msg.New("%s", *t))
}

// second prints a time of day as exactly as a log has it, or nothing.
func second(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// day prints a date, with the time of day in a verbose report; or a dash.
func (p *page) day(t *time.Time) string {
	switch {
	case t == nil:
		return "-"
	case p.Verbose:
		return t.UTC().Format("2006-01-02 15:04")
	}
	return t.UTC().Format("2006-01-02")
}

func certaintyText(c result.Certainty) msg.Text {
	switch c {
	case result.Proven:
		return msg.New("proven")
	case result.Likely:
		return msg.New("likely")
	}
	return msg.New("possible")
}

func kindText(kind string) msg.Text {
	switch kind {
	case "password":
		return msg.New("client secret")
	case "certificate":
		return msg.New("certificate")
	case "federated":
		return msg.New("federated credential")
	}
	return msg.Literal(kind)
}

func holderText(storedOn string) msg.Text {
	switch storedOn {
	case "application":
		return msg.New("application")
	case "servicePrincipal":
		return msg.New("service principal")
	}
	return msg.Literal(storedOn)
}

func credentialStatusText(s result.CredentialStatus) msg.Text {
	switch s {
	case result.Valid:
		return msg.New("valid")
	case result.Expiring:
		return msg.New("ends soon")
	case result.Expired:
		return msg.New("ended")
	case result.NotYetValid:
		return msg.New("not yet valid")
	case result.NeverExpires:
		return msg.New("never ends")
	}
	return msg.Literal(string(s))
}

// credentialStyle does not alarm anybody about an ended credential that is not in
// use.
func credentialStyle(c result.Credential) style {
	if leftover(c) {
		return dim
	}
	switch c.Status {
	case result.Valid, result.NeverExpires:
		return good
	case result.Expiring:
		return attention
	case result.Expired:
		return bad
	}
	return unsure
}

// leftover reports whether a credential has ended and is known not to be the
// configured one.
func leftover(c result.Credential) bool {
	return c.Status == result.Expired && c.Configured != nil && !*c.Configured
}
