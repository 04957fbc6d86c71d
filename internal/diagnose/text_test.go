package diagnose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/result"
)

// onlyText diagnoses --error-text without a credential.
func onlyText(t *testing.T, text string) *result.Diagnosis {
	t.Helper()
	found, err := aadsts.FindString(text)
	if err != nil {
		t.Fatal(err)
	}
	f := &diagnose.Facts{Now: now, Within: 30 * 24 * time.Hour, Reader: diagnose.Reader{Mode: "none"}}
	f.Text = fact.Of(found)
	return diagnose.Judge(f)
}

func TestErrorTextAlone(t *testing.T) {
	for _, c := range []struct {
		name, text, cause, remedy string
		status                    result.Status
	}{
		{"a code", "AADSTS7000222: The provided client secret keys are expired.", "secret-expired", "", result.Critical},
		{"MailStore", "Die Anforderung eines Microsoft Graph API-Tokens ist fehlgeschlagen: AADSTS7000222: The provided client secret keys are expired.", "secret-expired", "MailStore", result.Critical},
		{"no code", "Insufficient privileges to complete the operation", "permission-missing", "", result.Critical},
		{"a program's message", "MSOnline is retired and access is disallowed", "protocol-disabled", "uses Microsoft Graph", result.Critical},
		{"a program's message behind an error", "AADSTS7000222: The provided client secret keys are expired.\n\n\nGet-MsolUser : The term 'Get-MsolUser' is not recognized", "secret-expired", "", result.Critical},
		{"a warning in time", "Notice: the client secret expires in 12 days.", "secret-expiring", "", result.Warning},
		{"nothing", "all is well", "unknown", "", result.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := onlyText(t, c.text)
			if d.RootCause == nil || d.RootCause.ID != c.cause || d.Status != c.status {
				t.Fatalf("root cause %+v, status %s", d.RootCause, d.Status)
			}
			var titles []string
			for _, r := range d.RootCause.Remedies {
				titles = append(titles, r.Title.String())
			}
			if all := strings.Join(titles, "\n"); !strings.Contains(all, c.remedy) || c.remedy == "MSOnline" && strings.Contains(all, "Keep the code") {
				t.Errorf("remedies:\n%s", all)
			}
			for _, e := range d.RootCause.Evidence {
				if e.Value.IsZero() {
					t.Errorf("evidence without a value: %s", e.Claim)
				}
			}
			for _, check := range d.Checks {
				if s := check.Summary.String(); strings.HasSuffix(s, "AADSTS") || strings.Contains(s, "()") {
					t.Errorf("check %s says %q", check.ID, s)
				}
			}
		})
	}
}

// A pasted text may come from another machine.
func TestAClockInATextIsNotCalledThisMachines(t *testing.T) {
	cause := onlyText(t, "IDX10222: Lifetime validation failed. The token is not yet valid.").RootCause
	if cause.ID != "clock-skew" || !strings.Contains(cause.Summary.String(), "or of the one that checks the token") || !strings.Contains(cause.Summary.In("de"), "Rechners, der das Token prüft") {
		t.Errorf("%s: %s / %s", cause.ID, cause.Summary, cause.Summary.In("de"))
	}
	f := certificate("AADSTS700024: Client assertion is not within its valid time range.", -day, day)
	f.SignIn.Value.Skew = new(20 * time.Minute)
	if s := diagnose.Judge(f).RootCause.Summary.String(); !strings.HasPrefix(s, "This machine's clock") {
		t.Errorf("of a sign-in from here: %s", s)
	}
}

// The advice before a secret expires is not repeated.
func TestAWarningInTimeSaysOnceToAddASecret(t *testing.T) {
	said := 0
	for _, r := range onlyText(t, "The client secret will expire in 14 days").RootCause.Remedies {
		said += strings.Count(r.Title.String(), "Add a new secret")
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
}
