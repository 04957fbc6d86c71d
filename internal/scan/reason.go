package scan

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// failure is a listing that could not be read, or, where what is empty, a tenant.
type failure struct {
	what string
	err  error
}

// fail words what could not be read. Listings that failed alike are named
// together.
func (d *tenantDone) fail(failures ...failure) {
	var reasons []string
	what := map[string][]string{}
	for _, f := range failures {
		reason := reasonOf(f.err)
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
		if f.what != "" && !slices.Contains(what[reason], f.what) {
			what[reason] = append(what[reason], f.what)
		}
	}
	if len(reasons) == 0 {
		return
	}
	for i, reason := range reasons {
		if names := what[reason]; len(names) > 0 {
			slices.Sort(names) // they failed in any order
			reasons[i] = strings.Join(names, ", ") + ": " + reason
		}
	}
	slices.Sort(reasons)
	text := neutral.Bound(strings.Join(reasons, "; "), 1000)
	d.Error = &text
}

// reasonOf words an error for the report.
func reasonOf(err error) string {
	var worded interface{ Text() msg.Text }
	var known *fail.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted before it was read"
	case errors.Is(err, context.DeadlineExceeded):
		return "the deadline passed before it was read"
	case errors.As(err, &known):
		return known.What
	case errors.As(err, &worded):
		return worded.Text().String() + lacking(err)
	}
	return err.Error()
}

// lacking names the permission that a refusal is for.
func lacking(err error) string {
	var refusal interface{ Lacks() string }
	if !errors.As(err, &refusal) || refusal.Lacks() == "" {
		return ""
	}
	return "; the application permission is " + refusal.Lacks()
}
