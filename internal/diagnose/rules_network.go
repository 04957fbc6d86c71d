package diagnose

import (
	"errors"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// ErrCannotSign marks a certificate file whose private key is another one's: what it
// signs is refused, so that nothing was sent.
var ErrCannotSign = errors.New("the private key cannot sign for the certificate")

// ErrTenantUnusable marks a tenant setting that no address can be made of, such
// as one with a blank or a slash.
var ErrTenantUnusable = errors.New("the tenant cannot stand in an address")

func setupRules() []rule { return []rule{incomplete} }

// incomplete is a set-up that keeps the question from being asked. The setting
// itself is the proof.
func incomplete(v *view) []*verdict {
	p := v.Setup.Problem
	if p == nil {
		return nil
	}
	d := verdictOf(p.Cause, result.Proven).says(p.Summary)
	return one(d.seen(p.Summary, p.Value, p.Source))
}

func networkRules() []rule { return []rule{unreachable} }

// unreachable is a failure on the way to Entra. What the connection itself said
// is the proof.
func unreachable(v *view) []*verdict {
	n := v.network
	if n == nil {
		return nil
	}
	d := verdictOf(n.Cause, result.Proven).because(n.Sentence)
	for _, e := range n.Evidence {
		d.seen(e.Claim, e.Value, msg.New("the connection to %s", n.Host))
	}
	if n.Cause == causes.Throttled || n.Cause == causes.ServiceUnavailable {
		d.seen(msg.New("the service asked to wait, and still refused afterwards"), msg.New("%d waits, %s in all", v.SignIn.Value.Waits, v.SignIn.Value.Waited.String()).String(), msg.New("answers of %s", n.Host))
	}
	return one(d)
}
