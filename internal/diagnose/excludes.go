package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// A proven verdict rests on one of these facts, which excludes the other causes. If the
// fact is unknown, the verdict becomes likely; if it is false, possible
// (verdict.settled). A test contradicts each fact.

// when returns a fact that is only known on a condition.
func when(known, value bool) fact.Fact[bool] {
	if !known {
		return fact.Fact[bool]{}
	}
	return fact.Of(value)
}

// nothingAsked: the settings did not allow a sign-in, or --sp does not name one object.
func (v *view) nothingAsked() fact.Fact[bool] {
	return fact.Of(!v.SignIn.Asked() || v.Setup.SP != "" && v.shown.sp == nil)
}

// unanswered: Entra returned neither a token nor a refusal.
func (v *view) unanswered() fact.Fact[bool] { return fact.Of(v.token == nil && v.refusal == nil) }

// graphSilent: Graph answered no request.
func (v *view) graphSilent() fact.Fact[bool] {
	return fact.Of(!known(v.sp).Known() && !v.Users.Known())
}

// refusedOnly: the refusal is about the configured application, and no other sign-in with
// the same credential worked.
func (v *view) refusedOnly() fact.Fact[bool] { return fact.Of(v.token == nil && !v.ofAnother()) }

// ofAnother reports whether the refusal, from a pasted text, names another application
// than the configured one.
func (v *view) ofAnother() bool {
	return v.fromText && v.refusal.AppID != "" && v.Setup.ClientID.Value != "" && !strings.EqualFold(v.refusal.AppID, v.Setup.ClientID.Value)
}

// tenantNameless: the tenant is neither a GUID nor a domain name, and no sign-in worked.
func (v *view) tenantNameless() fact.Fact[bool] {
	return fact.Of(!v.tenantLike() && v.token == nil)
}

// tenantUnread: nothing was read in this tenant. A reader may belong to another tenant, and
// read the application there.
func (v *view) tenantUnread() fact.Fact[bool] {
	t, o := v.Setup.Tenant.Value, v.Organization
	same := func(name string) bool { return strings.EqualFold(name, t) }
	switch {
	case v.token != nil || v.ofAnother():
		return fact.Of(false)
	case v.sp == nil && v.app == nil, !v.tenantLike(), v.tenantOpen():
		return fact.Of(true)
	}
	return when(o.Known(), !same(o.Value.ID) && !slices.ContainsFunc(o.Value.Domains, same))
}

// clientUnlisted: nothing with this client ID was read in Graph.
func (v *view) clientUnlisted() fact.Fact[bool] {
	return fact.Of(v.token == nil && v.sp == nil && v.app == nil)
}

// isDeleted: the deleted application has the configured client ID, and no other has.
func (v *view) isDeleted() fact.Fact[bool] {
	gone := v.Deleted.Value
	return when(gone != nil, gone != nil && strings.EqualFold(gone.AppID, v.Setup.ClientID.Value) && v.clientUnlisted().Value)
}

// principalUnlisted: no service principal was read in Graph.
func (v *view) principalUnlisted() fact.Fact[bool] {
	return fact.Of(v.token == nil && v.sp == nil && !v.ofAnother())
}

// notEnabled: Graph does not show that owner and Microsoft left it enabled.
func (v *view) notEnabled() fact.Fact[bool] {
	enabled := v.app != nil && v.app.Disabled != nil && !v.appDisabled()
	return fact.Of(!enabled && v.token == nil && !v.ofAnother())
}

// resourceUnread: nothing was read with a token for this API.
func (v *view) resourceUnread() fact.Fact[bool] { return v.clientUnlisted() }

// repairFits: the corrected value belongs to the configured application.
func (v *view) repairFits(p Probe) fact.Fact[bool] {
	other := func(id string) bool { return id != "" && !strings.EqualFold(id, v.Setup.ClientID.Value) }
	switch {
	case p.SignIn.Token != nil:
		return fact.Of(!other(p.SignIn.Token.AppID) && v.token == nil)
	case p.SignIn.Refusal != nil:
		return fact.Of(!other(p.SignIn.Refusal.AppID) && v.token == nil)
	}
	return fact.Fact[bool]{}
}

// valueBelongs: the application has a secret that may have been damaged, as far as its
// secrets could be read, and the value was never accepted.
func (v *view) valueBelongs() fact.Fact[bool] {
	return fact.Of(v.token == nil && (!v.whole().Known() || len(v.passwords(anyCredential)) > 0))
}

// isKeyID: the value is the key ID of a listed or removed credential.
func (v *view) isKeyID() fact.Fact[bool] {
	_, gone := v.removedSecretID()
	return fact.Of(gone || slices.ContainsFunc(v.creds, v.isSecretID))
}

// startsLater: the credential is not valid yet, and no other one has the same hint.
func (v *view) startsLater(c objects.Credential) fact.Fact[bool] {
	return when(len(v.hinted()) < 2, c.Status(v.now, 0) == result.NotYetValid)
}

// replaced: the old credential has expired, a newer one is valid, and no other one has
// the same hint.
func (v *view) replaced(old objects.Credential, newer []objects.Credential) fact.Fact[bool] {
	return when(len(v.hinted()) < 2, v.expired(old) && slices.ContainsFunc(newer, v.usable))
}

// expiredIsListed: an expired secret is listed, as far as the objects were read.
func (v *view) expiredIsListed() fact.Fact[bool] {
	return fact.Of(v.token == nil && (!v.listed() || len(v.passwords(v.expired)) > 0))
}

// forbids: the policy forbids secrets, and all of it could be read.
func (v *view) forbids(p objects.Policy) fact.Fact[bool] {
	return fact.Of(p.PasswordsForbidden && !p.Unclear)
}

// clockIsOff: the clocks differ by more than Entra allows.
func (v *view) clockIsOff() fact.Fact[bool] {
	skew, source := v.skew()
	return when(!source.IsZero(), skew.Abs() >= skewLimit)
}

// keysDiffer: the private key in the file is not the certificate's.
func (v *view) keysDiffer() fact.Fact[bool] {
	return fact.Of(v.Certificate.Known() && v.Certificate.Value.KeyMismatch && v.token == nil)
}

// certificateIsExpired: the certificate or its registration has expired.
func (v *view) certificateIsExpired() fact.Fact[bool] {
	file := v.Certificate.Known() && !v.Certificate.Value.NotAfter.After(v.now)
	return fact.Of(file || len(v.match.sure) == 1 && v.match.sure[0].Expired(v.now))
}

// certificateIsEarly: the certificate or its registration is not valid yet.
func (v *view) certificateIsEarly() fact.Fact[bool] {
	file := v.Certificate.Known() && v.Certificate.Value.NotBefore.After(v.now)
	return fact.Of(file || len(v.match.sure) == 1 && v.match.sure[0].Status(v.now, 0) == result.NotYetValid)
}

// keyUnlisted: no certificate with this thumbprint was read in Graph.
func (v *view) keyUnlisted() fact.Fact[bool] {
	return fact.Of(v.token == nil && !slices.ContainsFunc(v.creds, v.hasThumbprint))
}

// keyOnlyElsewhere: the certificate is registered for another application, and all of the
// configured one's were read with their thumbprints.
func (v *view) keyOnlyElsewhere() fact.Fact[bool] {
	return when(v.whole().Known() && len(v.match.maybe) == 0, v.keyUnlisted().Value)
}

// wordsFit: the reason in Entra's message does not contradict the certificate's dates and
// the listed certificates.
func (v *view) wordsFit() fact.Fact[bool] {
	switch v.refusal.Causes[0].ID {
	case causes.CertificateExpired:
		if len(v.match.sure) == 1 {
			return v.certificateIsExpired()
		}
	case causes.CertificateNotRegistered:
		return v.keyUnlisted()
	}
	return fact.Of(v.token == nil)
}

// tokenIsExpired: the federated token has expired by Entra's clock.
func (v *view) tokenIsExpired() fact.Fact[bool] {
	t := v.Token
	return fact.Of(t.Known() && !t.Value.Expires.IsZero() && !t.Value.Expires.After(v.now))
}

// noneMatches: no listed federated credential matches the token.
func (v *view) noneMatches() fact.Fact[bool] {
	return fact.Of(v.token == nil && len(v.match.sure) == 0)
}

// roleIsMissing: the token has no permission to read users.
func (v *view) roleIsMissing() fact.Fact[bool] {
	if roles := v.token.Roles; !roles.Known() {
		return fact.Missing[bool](roles.Err())
	}
	return fact.Of(v.readsUsers() == "")
}

// nothingUsable: all listed credentials have expired.
func (v *view) nothingUsable() fact.Fact[bool] {
	usable, expired := v.count()
	return fact.Of(usable == 0 && expired > 0)
}

// endsSoon: the expiry date is inside the warning window.
func (v *view) endsSoon(c objects.Credential) fact.Fact[bool] {
	return fact.Of(c.Status(v.now, v.Within) == result.Expiring)
}
