package diagnose

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// skewLimit is how far a clock may be off: Entra allows five minutes around an
// assertion's times.
const skewLimit = 5 * time.Minute

// skew returns the server's clock minus this machine's, and its source: the Date header,
// or the times in the message of 700024 about an assertion that was just created. The
// source is zero if the skew is unknown.
func (v *view) skew() (time.Duration, msg.Text) {
	switch {
	case !v.SignIn.Known():
	case v.SignIn.Value.Skew != nil:
		return *v.SignIn.Value.Skew, msg.New("Date header of the sign-in host, compared with this machine's clock")
	case v.refusal != nil && v.Setup.Kind == objects.Certificate && v.refusal.Details.Now != nil && v.refusal.Details.ValidFrom != nil:
		return v.refusal.Details.Now.Sub(*v.refusal.Details.ValidFrom), v.answerSource()
	}
	return 0, msg.Text{}
}

// outOfTime reports whether Entra found an assertion expired or not yet valid: 700024, or
// formerly 50012 with that wording.
func (v *view) outOfTime() bool {
	return v.family(aadsts.AssertionTime) ||
		v.family(aadsts.OldSpelling) && v.firstCause(causes.ClockSkew, causes.AssertionExpired)
}

// wrongClock is an assertion that MSAL had just created, but that Entra found expired or
// not yet valid.
func wrongClock(v *view) []*verdict {
	skew, source := v.skew()
	if v.fromText || !v.outOfTime() || v.Setup.Kind != objects.Certificate || skew.Abs() < skewLimit {
		return nil
	}
	return one(v.answered(proven(causes.ClockSkew, v.clockIsOff()).
		says(clockSummary()).
		because(msg.New("The signed assertion takes its times from this machine's clock, which is %s. Entra therefore considers it expired or not yet valid.", offBy(skew))).
		seen(msg.New("this machine's clock, compared with Entra's"), seen.Of(fact.Of(skew), source, offBy))))
}

// clockSummary is the summary if the sign-in ran on this machine. A pasted text may come
// from another one.
func clockSummary() msg.Text {
	return msg.New("This machine's clock is so far off that the sign-in fails.")
}

// offBy describes a clock error. skew is the server's time minus this machine's.
func offBy(skew time.Duration) msg.Text {
	amount := skew.Abs().Round(time.Second)
	if skew > 0 {
		return msg.New("%s behind", amount)
	}
	return msg.New("%s ahead", amount)
}

func keyMismatch(v *view) []*verdict {
	if !v.Certificate.Known() || !v.Certificate.Value.KeyMismatch {
		return nil
	}
	return one(v.answered(proven(causes.CertificateKeyMismatch, v.keysDiffer()).
		because(msg.New("The certificate and the private key in the file do not belong together, so signatures made with the key cannot be verified with the certificate.")).
		seen(msg.New("thumbprint of the certificate"), v.fingerprint())))
}

func certificateExpired(v *view) []*verdict {
	if v.fromText || v.Setup.Kind != objects.Certificate || !v.certificateRefused() {
		return nil
	}
	d := proven(causes.CertificateExpired, v.certificateIsExpired())
	if c := v.Certificate; c.Known() && !c.Value.NotAfter.After(v.now) {
		return one(v.answered(d.says(msg.New("The certificate expired on %s.", c.Value.NotAfter)).
			because(msg.New("Entra refuses an expired certificate. Replacing the file is not enough: the new certificate must also be uploaded to the application.")).
			seen(msg.New("expiry date of the certificate %s", c.Value.SHA1), seen.Text(c, fromCertificateFile(), func(c secrets.Certificate) string { return rfc3339(c.NotAfter) }))))
	}
	if len(v.match.sure) == 1 && v.match.sure[0].Expired(v.now) {
		return one(v.answered(d.because(msg.New("The registration of this certificate in Entra has expired.")).
			seen(msg.New("the credential with the certificate's thumbprint"), v.entry(v.match.sure[0]))))
	}
	return nil
}

// certificateEarly is a certificate that is not valid yet. Entra gives the same answer as
// for an expired one, and the list of causes has none for it.
func certificateEarly(v *view) []*verdict {
	if v.fromText || v.Setup.Kind != objects.Certificate || !v.certificateRefused() {
		return nil
	}
	d := proven(causes.CertificateRejected, v.certificateIsEarly()).
		because(msg.New("Entra refuses a certificate that is not valid yet. Use one that is valid now; if this one was only just created, the clock of the machine that created it may be wrong."))
	if c := v.Certificate; c.Known() && c.Value.NotBefore.After(v.now) {
		return one(v.answered(d.says(msg.New("The certificate is not valid until %s.", c.Value.NotBefore)).
			seen(msg.New("start date of the certificate %s", c.Value.SHA1), seen.Text(c, fromCertificateFile(), func(c secrets.Certificate) string { return rfc3339(c.NotBefore) }))))
	}
	if len(v.match.sure) == 1 && v.match.sure[0].Status(v.now, 0) == result.NotYetValid {
		entry := v.match.sure[0]
		return one(v.answered(d.says(msg.New("The certificate is not valid until %s.", *entry.Start)).
			seen(msg.New("the credential with the certificate's thumbprint"), v.entry(entry))))
	}
	return nil
}

// certificateRefused reports whether Entra refused the key of a signed assertion.
func (v *view) certificateRefused() bool {
	return v.family(aadsts.CertificateRefused, aadsts.OldSpelling)
}

// keyNotFound reports whether Entra knows no such certificate of the application.
func (v *view) keyNotFound() bool {
	return v.certificateRefused() && v.firstCause(causes.CertificateNotRegistered)
}

func certificateElsewhere(v *view) []*verdict {
	if v.fromText || !v.certificateRefused() || !v.Certificate.Known() || len(v.Elsewhere.Value.Found) == 0 || len(v.match.sure) > 0 {
		return nil
	}
	d := proven(causes.CertificateWrongApp, v.keyOnlyElsewhere()).
		because(msg.New("The certificate is registered for a different application from the one with the configured client ID.")).
		seen(msg.New("thumbprint of the certificate"), v.fingerprint())
	for _, o := range v.Elsewhere.Value.Found {
		d.seen(msg.New("%s has a certificate with this thumbprint", o.DisplayName), o.shown("keyCredentials"))
	}
	return one(v.answered(d))
}

func certificateUnknown(v *view) []*verdict {
	if v.fromText || !v.keyNotFound() || len(certificateElsewhere(v))+len(certificateExpired(v))+len(keyMismatch(v)) > 0 {
		return nil
	}
	d := proven(causes.CertificateNotRegistered, v.keyUnlisted()).
		because(msg.New("The application has no certificate with this thumbprint. Entra compares the thumbprint of the file with those of the uploaded certificates.")).
		seen(msg.New("thumbprint of the certificate"), v.fingerprint()).
		seen(msg.New("listed certificates with this thumbprint"), v.counted("keyCredentials", v.hasThumbprint))
	for _, r := range v.removals(objects.Certificate) {
		v.seenRemoval(d, r)
	}
	if v.Elsewhere.Value.All {
		return one(v.answered(d))
	}
	return []*verdict{v.answered(d), possible(causes.CertificateWrongApp).alongside().
		because(msg.New("The certificate may have been uploaded to a different application from the one with the configured client ID."))}
}

// hasThumbprint reports whether the credential is the configured certificate, or the one
// named in Entra's answer.
func (v *view) hasThumbprint(c objects.Credential) bool {
	print := v.Certificate.Value.SHA1
	if !v.Certificate.Known() && v.refusal != nil {
		print = v.refusal.Details.Thumbprint
	}
	return c.Kind == objects.Certificate && print != "" && strings.EqualFold(c.Thumbprint, print)
}

// certificateRefused uses the reason in the message if the file shows none.
func certificateRefused(v *view) []*verdict {
	if v.fromText || v.Setup.Kind != objects.Certificate || !v.certificateRefused() || len(v.refusal.Causes) == 0 || len(certificateEarly(v)) > 0 {
		return nil
	}
	d := proven(v.refusal.Causes[0].ID, v.wordsFit())
	if d.id == causes.CertificateRejected {
		d = likely(d.id)
	}
	return one(v.answered(d.because(msg.New("Entra's answer gives the reason.")).
		seen(msg.New("thumbprint of the certificate"), v.fingerprint())))
}
