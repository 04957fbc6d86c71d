package diagnose_test

import (
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

const thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567"

// certificate returns a refused sign-in with a certificate that is valid from start to
// end.
func certificate(text string, start, end time.Duration, creds ...objects.Credential) *diagnose.Facts {
	f := world("700027", intact, creds...)
	f.Secret = fact.Fact[secrets.Shape]{}
	f.Setup.Kind, f.Setup.Origin = objects.Certificate, origin.Origin{Place: origin.Environment, Name: "AZURE_CLIENT_CERTIFICATE_PATH"}
	f.Certificate = fact.Of(secrets.Certificate{SHA1: thumbprint, NotBefore: now.Add(start), NotAfter: now.Add(end)})
	found, err := aadsts.FindString(text)
	if err != nil || len(found) == 0 {
		panic("no code in " + text)
	}
	f.SignIn = fact.Of(diagnose.SignIn{Refusal: &diagnose.Refusal{Match: found[0], Status: 401, Stage: "token", OAuth: "invalid_client"}})
	return f
}

// Entra says "expired" for a certificate that is not valid yet, too. If a proxy removes
// the Date header, the message contains the time.
func TestCertificateOutOfTime(t *testing.T) {
	const outside = "AADSTS700027: Client assertion contains an invalid signature. [Reason - The key used is expired., Thumbprint of key used by client: '" + thumbprint + "']"
	const late = "AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-06-15T12:20:00.1234567Z, assertion valid from 2026-06-15T12:00:00.0000000Z, expiry time of assertion 2026-06-15T12:10:00.0000000Z."
	const early = "AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-06-15T11:40:00.1234567Z, assertion valid from 2026-06-15T12:00:00.0000000Z, expiry time of assertion 2026-06-15T12:10:00.0000000Z."
	entry := password("1a2b3c4d-0000-4000-8000-000000000001", "", day, 100*day)
	entry.Kind, entry.Thumbprint, entry.Usage = objects.Certificate, thumbprint, "Verify"
	for name, tc := range map[string]struct {
		facts *diagnose.Facts
		cause causes.ID
	}{
		"ended":                            {certificate(outside, -100*day, -day), causes.CertificateExpired},
		"not started":                      {certificate(outside, day, 100*day), causes.CertificateRejected},
		"its entry has not begun":          {certificate(outside, -day, 100*day, entry), causes.CertificateRejected},
		"this clock is behind, without it": {certificate(late, -day, 100*day), causes.ClockSkew},
		"this clock is ahead, without it":  {certificate(early, -day, 100*day), causes.ClockSkew},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			if d.RootCause == nil || d.RootCause.ID != string(tc.cause) || d.RootCause.Certainty != result.Proven {
				t.Errorf("root cause %+v, want %s", d.RootCause, tc.cause)
			}
		})
	}
}
