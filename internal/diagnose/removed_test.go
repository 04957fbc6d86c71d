package diagnose_test

import (
	"testing"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

const goneID = "1a2b3c4d-0000-4000-8000-00000000dead"

// logged adds an audit log in which a key was removed.
func logged(f *diagnose.Facts, kind string) *diagnose.Facts {
	f.Changes = fact.Of([]objects.Change{{Time: now.Add(-3 * day), Actor: "ada@contoso.com",
		Activity: "Update application", Removed: []objects.ChangedKey{{ID: goneID, Kind: kind}}}})
	return f
}

// The audit log shows who removed a secret. If nothing else explains the value, it was
// probably the removed one.
func TestRemovalInTheAuditLog(t *testing.T) {
	const id = "1a2b3c4d-0000-4000-8000-000000000001"
	valid, unhinted := password(id, "abc", -100*day, 100*day), password(id, "", -100*day, 100*day)
	for name, tc := range map[string]struct {
		facts     *diagnose.Facts
		cause     causes.ID
		certainty result.Certainty
		named     bool
	}{
		"right format":                   {logged(world("7000215", intact, valid), objects.Password), causes.SecretRemoved, result.Likely, true},
		"set by hand":                    {logged(world("7000215", "Hand-made-password!", valid), objects.Password), causes.SecretRemoved, result.Likely, true},
		"set by hand, old answer":        {logged(world("50012", "Hand-made-password!", valid), objects.Password), causes.SecretRemoved, result.Likely, true},
		"another one may be it":          {logged(world("7000215", "Hand-made-password!", unhinted), objects.Password), causes.SecretWrong, result.Possible, true},
		"begins like a listed one":       {logged(world("7000215", intact, password(id, "zzz", -100*day, 100*day)), objects.Password), causes.SecretWrong, result.Possible, false},
		"a certificate went":             {logged(world("7000215", "Hand-made-password!", valid), objects.Certificate), causes.SecretWrong, result.Possible, false},
		"the Secret ID of the gone one":  {logged(world("7000215", goneID, valid), objects.Password), causes.SecretIsKeyID, result.Proven, true},
		"the key is listed again":        {logged(world("7000215", "Hand-made-password!", password(goneID, "abc", -100*day, 100*day)), objects.Password), causes.SecretWrong, result.Possible, false},
		"the log of another application": {logged(naming(world("7000215", "Hand-made-password!", valid)), objects.Password), causes.SecretWrong, result.Possible, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			if d.RootCause == nil || d.RootCause.ID != string(tc.cause) || d.RootCause.Certainty != tc.certainty {
				t.Fatalf("root cause %+v, want %s (%s)", d.RootCause, tc.cause, tc.certainty)
			}
			if named := shows(d.RootCause, goneID) && shows(d.RootCause, "ada@contoso.com"); named != tc.named {
				t.Errorf("the removal is named: %v, want %v: %+v", named, tc.named, d.RootCause.Evidence)
			}
		})
	}
}
