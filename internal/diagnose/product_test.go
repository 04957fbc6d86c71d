package diagnose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

const keyC = "1a2b3c4d-0000-4000-8000-000000000003"

// working returns a working sign-in with a secret of ten days ago, and one that expired
// yesterday.
func working() *diagnose.Facts {
	return world("", intact, password(keyA, "abc", -400*day, -day), password(keyB, "zzz", -10*day, 300*day))
}

// withText adds a pasted text.
func withText(f *diagnose.Facts, text string) *diagnose.Facts {
	found, err := aadsts.FindString(text)
	if err != nil {
		panic(err)
	}
	f.Text = fact.Of(found)
	return f
}

// expiredText returns Entra's message about an expired secret.
func expiredText(app string, ago time.Duration) string {
	return "AADSTS7000222: The provided client secret keys for app '" + app + "' are expired. Visit the Azure portal to create new keys for your app. " +
		"Trace ID: 3b1f8c52-0d47-4a96-8e2b-5c7f9a1d3e60 Correlation ID: 9d2c7b41-6e05-4f83-a1b7-0c8e4d5f2a19 Timestamp: " +
		now.Add(-ago).Format("2006-01-02 15:04:05Z")
}

func log(f *diagnose.Facts, code, key string, ago time.Duration) *diagnose.Facts {
	f.SignInLog = fact.Of([]objects.SignInEntry{{Time: now.Add(-ago), ErrorCode: code, KeyID: key, IPAddress: "203.0.113.24"}})
	return f
}

// failing returns a product that fails with the expired secret, according to text and
// log.
func failing(ago time.Duration) *diagnose.Facts {
	return log(withText(working(), expiredText(appID, ago)), "7000222", keyA, ago)
}

// The configured credential works, but the product fails.
func TestTheProductsFailure(t *testing.T) {
	const denied = `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}`
	two := func() *diagnose.Facts {
		return world("", intact, password(keyA, "abc", -400*day, -day), password(keyC, "def", -400*day, -2*day), password(keyB, "zzz", -10*day, 300*day))
	}
	for name, tc := range map[string]struct {
		facts     *diagnose.Facts
		cause     causes.ID
		certainty result.Certainty
		status    result.Status
		key       string // reported.keyId
	}{
		"the text, and one expired secret":         {withText(working(), expiredText(appID, 10*time.Minute)), causes.SecretSuperseded, result.Likely, result.Critical, keyA},
		"and the log names it":                     {failing(10 * time.Minute), causes.SecretSuperseded, result.Proven, result.Critical, keyA},
		"the text does not name the application":   {withText(working(), "AADSTS7000222: The provided client secret keys are expired."), causes.SecretSuperseded, result.Likely, result.Critical, keyA},
		"two expired secrets":                      {withText(two(), expiredText(appID, 10*time.Minute)), causes.SecretSuperseded, result.Possible, result.Warning, ""},
		"two expired secrets, and the log":         {log(withText(two(), expiredText(appID, time.Hour)), "7000222", keyC, time.Hour), causes.SecretSuperseded, result.Proven, result.Critical, keyC},
		"the text is of last week":                 {withText(working(), expiredText(appID, 9*day)), causes.SecretSuperseded, result.Possible, result.Warning, ""},
		"the text is of before the secret at hand": {withText(working(), expiredText(appID, 11*day)), "", "", result.OK, ""},
		"the text is of tomorrow":                  {withText(working(), expiredText(appID, -day)), causes.SecretSuperseded, result.Possible, result.Warning, keyA},
		"the text is of another application":       {withText(working(), expiredText(otherID, 10*time.Minute)), "", "", result.Warning, ""},
		"the log alone, with the expired key":      {log(working(), "7000222", keyA, time.Minute), "", "", result.Warning, keyA},
		"the log alone, without a key":             {log(working(), "7000222", "", time.Minute), "", "", result.Warning, ""},
		"the log of before the secret at hand":     {log(world("", intact, password(keyA, "abc", -400*day, -day), password(keyB, "zzz", -time.Hour, 300*day)), "7000222", keyA, 2*time.Hour), "", "", result.OK, keyA},
		"the log of last week":                     {log(working(), "7000222", keyA, 6*day), "", "", result.OK, ""},
		"the log of the day after":                 {log(working(), "7000222", keyA, -day), "", "", result.OK, ""},
		"another refusal in the log":               {log(working(), "500011", "", time.Minute), "", "", result.OK, ""},
		"a warning in time is no failure":          {withText(working(), "Notice: the client secret expires in 12 days."), "", "", result.OK, ""},
		"a TLS library's":                          {withText(working(), "x509: certificate signed by unknown authority"), causes.TLSUntrusted, result.Likely, result.Critical, ""},
		"Graph's refusal":                          {withText(working(), denied), causes.PermissionMissing, result.Likely, result.Critical, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			var cause causes.ID
			var certainty result.Certainty
			if d.RootCause != nil {
				cause, certainty = causes.ID(d.RootCause.ID), d.RootCause.Certainty
			}
			if cause != tc.cause || certainty != tc.certainty || d.Status != tc.status {
				t.Errorf("%q (%s), status %s, want %q (%s), %s", cause, certainty, d.Status, tc.cause, tc.certainty, tc.status)
			}
			key := ""
			if d.Reported != nil && d.Reported.KeyID != nil {
				key = *d.Reported.KeyID
			}
			if key != tc.key {
				t.Errorf("reported key %q, want %q", key, tc.key)
			}
			if d.RootCause == nil {
				return
			}
			for _, r := range d.RootCause.Remedies {
				for _, c := range r.Commands {
					if strings.Contains(c.Command, "renew-secret") || strings.Contains(c.Command, "credential reset") {
						t.Errorf("a secret that signs in is at hand, yet: %s", c.Command)
					}
				}
			}
		})
	}
}

// The sign-in log does not say that it was the product: spcheck's own sign-ins are in it, too.
func TestTheLogIsNotTheProduct(t *testing.T) {
	title := func(f *diagnose.Facts) string {
		d, err := diagnose.Judge(f).Document(result.View{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Parts {
			if p.ID == "reported" {
				return p.Title.String()
			}
		}
		return ""
	}
	f := world("7000215", intact, password(keyA, "abc", -day, 90*day))
	f.SignInLog = fact.Of([]objects.SignInEntry{{Time: now.Add(-time.Minute), ErrorCode: "7000215"}})
	if got := title(f); got != "What the sign-in log says" {
		t.Errorf("of the log: %q", got)
	}
	found, err := aadsts.FindString("AADSTS7000215: Invalid client secret provided.")
	if err != nil {
		t.Fatal(err)
	}
	f.Text = fact.Of(found)
	if got := title(f); got != "What the product reported" {
		t.Errorf("of the text: %q", got)
	}
}
