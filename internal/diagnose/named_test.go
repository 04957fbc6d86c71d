package diagnose_test

import (
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/result"
)

const otherID = "0e5c8b72-93d4-4f1a-8a60-d7b1c2e3f405"

// naming makes the objects those of another application, as with --sp.
func naming(f *diagnose.Facts) *diagnose.Facts {
	f.Setup.SP = "Other"
	sp, app := &f.ServicePrincipals.Value[0], f.Application.Value
	sp.AppID, sp.DisplayName, app.AppID, app.DisplayName = otherID, "Other", otherID, "Other"
	return f
}

// Credentials of another application do not explain a sign-in.
func TestNamedIsNotConfigured(t *testing.T) {
	const id = "1a2b3c4d-0000-4000-8000-000000000001"
	for name, tc := range map[string]struct {
		facts     *diagnose.Facts
		cause     causes.ID
		certainty result.Certainty
	}{
		"it holds an ended secret without a hint": {naming(world("7000222", intact, password(id, "", -400*day, -day))), causes.SecretExpired, result.Proven},
		"it holds none that ended":                {naming(world("7000222", intact, password(id, "abc", -day, 100*day))), causes.SecretExpired, result.Proven},
		"it holds nothing of the kind":            {naming(world("7000215", intact, password(id, "abc", -day, 100*day))), causes.SecretWrong, result.Possible},
		"it holds one that begins alike":          {naming(world("7000215", intact, password(id, "zzz", -day, 100*day))), causes.SecretOfOtherApp, result.Likely},
		"it is disabled":                          {disabled(naming(world("7000112", intact))), causes.AppDisabled, result.Likely},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			if d.RootCause == nil || d.RootCause.ID != string(tc.cause) || d.RootCause.Certainty != tc.certainty {
				t.Fatalf("root cause %+v, want %s (%s)", d.RootCause, tc.cause, tc.certainty)
			}
			if strings.Contains(d.RootCause.Summary.String(), "Other") {
				t.Errorf("the wrong application is named: %s", d.RootCause.Summary)
			}
			for _, c := range d.Credentials {
				if c.Configured == nil || *c.Configured {
					t.Errorf("%s is taken for the configured one", *c.KeyID)
				}
			}
		})
	}
}

func disabled(f *diagnose.Facts) *diagnose.Facts {
	off := false
	f.ServicePrincipals.Value[0].AccountEnabled = &off
	return f
}

// The application named with --sp is judged beside a working sign-in, and the remedies
// are about it.
func TestNamedHasItsOwnRemedies(t *testing.T) {
	const id = "1a2b3c4d-0000-4000-8000-000000000001"
	d := diagnose.Judge(naming(world("", intact, password(id, "abc", -400*day, -day))))
	if d.RootCause == nil || d.RootCause.ID != string(causes.SecretExpired) || d.ExitCode != 2 {
		t.Fatalf("root cause %+v, exit code %d, want %s and 2", d.RootCause, d.ExitCode, causes.SecretExpired)
	}
	for _, r := range d.RootCause.Remedies {
		for _, c := range r.Commands {
			if strings.Contains(c.Command, appID) {
				t.Errorf("%q changes the configured application", c.Command)
			}
		}
	}
	if l := diagnose.List(naming(world("", intact, password(id, "abc", -400*day, -day)))); len(l.Credentials) != 1 || *l.Credentials[0].Configured {
		t.Errorf("listed %+v, want one that is not the configured one", l.Credentials)
	}
}

// If several credentials match, all are named.
func TestSeveralEndedAlike(t *testing.T) {
	first, second := "1a2b3c4d-0000-4000-8000-000000000001", "1a2b3c4d-0000-4000-8000-000000000002"
	d := diagnose.Judge(world("7000222", intact, password(first, "zzz", -400*day, -day), password(second, "zzz", -800*day, -400*day)))
	if d.RootCause == nil || d.RootCause.ID != string(causes.SecretExpired) {
		t.Fatalf("root cause %+v", d.RootCause)
	}
	for _, id := range []string{first, second} {
		if !shows(d.RootCause, id) {
			t.Errorf("%s is not among the evidence %+v", id, d.RootCause.Evidence)
		}
	}
}

func shows(c *result.Cause, text string) bool {
	for _, e := range c.Evidence {
		if strings.Contains(e.Claim.String()+" "+e.Value.String(), text) {
			return true
		}
	}
	return false
}
