package diagnose

import (
	"fmt"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// endedSecret is the ended credential that was sent, and how sure that is.
func (v *view) endedSecret() (objects.Credential, bool) {
	c, ok := v.match.one()
	return c, ok && c.Kind == objects.Password && c.Ended(v.now)
}

// speaksOfEnd reports whether the refusal, with what is listed, is one of an
// ended secret.
func (v *view) speaksOfEnd() bool {
	if !v.secretRefused() || v.fromText {
		return false
	}
	if v.is("7000222") {
		return true
	}
	// The other codes say nothing of an end; a listed credential that starts
	// like the value does.
	c, ok := v.endedSecret()
	return ok && v.oldSpelling() && (v.match.proven() || c.Hint == "")
}

// endedAlike is an ended secret that begins like the value, although the answer
// is the one for wrong secrets: today an ended one is answered by 7000222, but
// older reports have 7000215 as well.
func endedAlike(v *view) []*verdict {
	c, ok := v.endedSecret()
	if !v.is("7000215") || v.fromText || !ok || !v.match.proven() {
		return nil
	}
	return one(v.answered(verdictOf(causes.SecretExpired, result.Possible).
		because(msg.New("An ended secret of the application begins like the value. Entra normally says so of an ended secret (AADSTS7000222), which it did not here.")).
		seenCredential(msg.New("an ended credential begins with the same characters"), c)))
}

// superseded is an ended secret in use while a newer one is valid.
func superseded(v *view) []*verdict {
	if !v.speaksOfEnd() || !v.listed() || len(v.endedPasswords()) == 0 {
		return nil
	}
	newer := v.newerThanEnded()
	if len(newer) == 0 {
		return nil
	}
	d := verdictOf(causes.SecretSuperseded, result.Likely).
		because(msg.New("The configured secret has ended, and a newer one of the same application is valid: the product still uses the old one."))
	old, known := v.endedSecret()
	if known {
		d.seenCredential(msg.New("the configured credential, on %s, has ended", objectName(old.StoredOn)), old)
		v.sayInvisible(d, old)
	}
	if known && v.match.proven() && v.is("7000222") {
		d.certainty = result.Proven
	}
	for _, c := range newer {
		d.seenCredential(msg.New("valid, on %s", objectName(c.StoredOn)), c)
	}
	return one(v.answered(d))
}

// newerThanEnded are the usable passwords that began after the ended one.
func (v *view) newerThanEnded() []objects.Credential {
	old, known := v.endedSecret()
	var newer []objects.Credential
	for _, c := range v.usablePasswords() {
		if !known || old.Start == nil || c.Start == nil || c.Start.After(*old.Start) {
			newer = append(newer, c)
		}
	}
	return newer
}

// sayInvisible tells what surprises everyone: the portal's page of the
// application does not list what the service principal holds.
func (v *view) sayInvisible(d *verdict, c objects.Credential) {
	if c.StoredOn != objects.OnServicePrincipal {
		return
	}
	d.seen(msg.New("the portal's page of the application (Certificates & secrets) does not show this credential: it is stored on the service principal"),
		v.sp.ID, fromDirectory("servicePrincipal", "id"))
}

func expired(v *view) []*verdict {
	if !v.speaksOfEnd() || len(superseded(v)) > 0 || len(futureSecret(v)) > 0 || len(freshSecret(v)) > 0 {
		return nil
	}
	d := verdictOf(causes.SecretExpired, result.Likely)
	if v.is("7000222") {
		d.certainty = result.Proven
		d.because(msg.New("Entra says so only of a secret that matches one of the application's: the tenant, the client ID and the value are right, the end date has passed."))
	}
	v.answered(d)
	old, known := v.endedSecret()
	switch {
	case known:
		d.says(v.expiredOn(*old.End)).
			seenCredential(msg.New("the configured credential, on %s, has ended", objectName(old.StoredOn)), old)
		v.sayInvisible(d, old)
	case v.listed() && len(v.endedPasswords()) == 0:
		// Graph contradicts the token endpoint: the ended one may be gone since.
		d.certainty = result.Likely
		d.seen(msg.New("no listed credential has ended, which contradicts the answer: it may have been removed or renewed a moment ago"),
			fmt.Sprintf("0/%d", len(v.creds)), fromDirectory("application and servicePrincipal", "passwordCredentials"))
	default:
		for _, c := range slices.Concat(v.match.sure, v.match.maybe) {
			d.seenCredential(msg.New("may be the configured one: it has ended, on %s", objectName(c.StoredOn)), c)
		}
	}
	return one(d)
}

// expiredOn names the application where it has a name.
func (v *view) expiredOn(end time.Time) msg.Text {
	if name := v.name(); name != v.appID() {
		return msg.New("The client secret of %s expired on %s.", name, end)
	}
	return msg.New("The client secret expired on %s.", end)
}

// forbidden is a policy that keeps the ended secret from being renewed. It did
// not refuse the sign-in, so that it stands beside the root cause.
func forbidden(v *view) []*verdict {
	if !v.speaksOfEnd() || v.stranger || !v.Policies.Known() {
		return nil
	}
	for _, p := range v.Policies.Value {
		if !p.PasswordsForbidden {
			continue
		}
		certainty := result.Proven
		if p.Exempts {
			certainty = result.Likely
		}
		return one(verdictOf(causes.SecretsForbidden, certainty).alongside().
			because(msg.New("An app management policy forbids new client secrets for this application, so that the ended one cannot be renewed as a secret: use a certificate or a federated credential, or ask for an exemption.")).
			seen(msg.New("the policy that forbids new secrets"), p.Source, msg.New("Microsoft Graph, app management policies")))
	}
	return nil
}
