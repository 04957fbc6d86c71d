package scan

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// failure is a listing that could not be read.
type failure struct {
	what listing
	err  error
}

// fail sets the tenant's error. Listings that failed for the same reason are named together.
func (d *tenantDone) fail(failures ...failure) {
	var reasons []reason
	for _, f := range failures {
		text := ReasonOf(f.err)
		i := slices.IndexFunc(reasons, func(r reason) bool { return r.text.String() == text.String() })
		if i < 0 {
			i = len(reasons)
			reasons = append(reasons, reason{text: text})
		}
		if f.what != wholeTenant && !slices.Contains(reasons[i].of, f.what) {
			reasons[i].of = append(reasons[i].of, f.what)
		}
	}
	all := make([]msg.Text, len(reasons))
	for i, r := range reasons {
		all[i] = r.whole()
	}
	slices.SortFunc(all, func(a, b msg.Text) int { return strings.Compare(a.String(), b.String()) })
	d.Error = msg.Join(all, "; ").Through(func(s string) string { return neutral.Bound(s, 1000) })
}

// lacks adds what is missing from a tenant although its listings were read.
func (d *tenantDone) lacks(what msg.Text) {
	if !d.Error.IsZero() {
		what = msg.Join([]msg.Text{d.Error, what}, "; ")
	}
	d.Error = what
}

// reason is why some listings could not be read.
type reason struct {
	text msg.Text
	of   []listing
}

func (r reason) whole() msg.Text {
	if len(r.of) == 0 {
		return r.text
	}
	slices.Sort(r.of) // they failed in any order
	names := make([]msg.Text, len(r.of))
	for i, what := range r.of {
		names[i] = what.text()
	}
	whole := msg.New("%s: %s", msg.Join(names, ", "), r.text)
	if slices.Contains(r.of, federatedCredentials) {
		whole = msg.New("%s (critical findings assume that the application does not sign in with a federated credential)", whole)
	}
	return whole
}

// ReasonOf describes an error for the report.
func ReasonOf(err error) msg.Text {
	switch {
	case errors.Is(err, context.Canceled):
		return msg.New("interrupted before it was read")
	case errors.Is(err, context.DeadlineExceeded):
		return msg.New("the time limit was reached before it was read")
	}
	var refusal interface{ Lacks() string }
	if errors.As(err, &refusal) && refusal.Lacks() != "" {
		return msg.New("%s; it needs the application permission %s", msg.Of(err), refusal.Lacks())
	}
	return msg.Of(err)
}
