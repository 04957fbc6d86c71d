package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// The facts that a proven claim rests on: each excludes the other causes as long
// as it is true. Where one cannot be told it is missing, and the claim is likely
// only; where it is false, the claim falls (see verdict.settled). A test
// contradicts each of them.

// nothingAsked: the set-up kept every question from being asked, or what --sp
// names is not one thing.
func (v *view) nothingAsked() fact.Fact[bool] {
	return fact.Of(!v.SignIn.Asked() || v.Setup.SP != "" && v.shown.sp == nil)
}

// unanswered: neither Entra's token nor its refusal came back.
func (v *view) unanswered() fact.Fact[bool] { return fact.Of(v.token == nil && v.refusal == nil) }

// graphSilent: Graph answered no request at all.
func (v *view) graphSilent() fact.Fact[bool] {
	return fact.Of(!known(v.sp).Known() && !v.Users.Known())
}

// refusedOnly: Entra's answer is about the configured application, and no other
// sign-in by the same credential worked.
func (v *view) refusedOnly() fact.Fact[bool] { return fact.Of(v.token == nil && !v.ofAnother()) }

// ofAnother reports whether the answer names another application than the one
// that is configured, as a pasted text may.
func (v *view) ofAnother() bool {
	return v.fromText && v.refusal.AppID != "" && v.Setup.ClientID.Value != "" && !strings.EqualFold(v.refusal.AppID, v.Setup.ClientID.Value)
}

// tenantNameless: the setting is neither a GUID nor a domain name, and no tenant
// answered to it.
func (v *view) tenantNameless() fact.Fact[bool] {
	return fact.Of(!v.tenantLike() && v.token == nil)
}

// tenantUnread: nothing was read in a tenant of that name, in this cloud.
func (v *view) tenantUnread() fact.Fact[bool] {
	return fact.Of(v.token == nil && v.sp == nil && v.app == nil && !v.ofAnother())
}

// clientUnlisted: Graph lists nothing under that client ID, as far as it was
// asked.
func (v *view) clientUnlisted() fact.Fact[bool] {
	return fact.Of(v.token == nil && v.sp == nil && v.app == nil)
}

// isDeleted: the deleted application is the configured one, and no other has its
// client ID.
func (v *view) isDeleted() fact.Fact[bool] {
	if v.Deleted.Value == nil {
		return fact.Fact[bool]{}
	}
	return fact.Of(strings.EqualFold(v.Deleted.Value.AppID, v.Setup.ClientID.Value) && v.sp == nil && v.app == nil && v.token == nil)
}

// principalUnlisted: Graph lists no service principal, as far as it was asked.
func (v *view) principalUnlisted() fact.Fact[bool] {
	return fact.Of(v.token == nil && v.sp == nil && !v.ofAnother())
}

// notEnabled: Graph does not show that owner, Microsoft and tenant all left the
// application enabled.
func (v *view) notEnabled() fact.Fact[bool] {
	enabled := v.app != nil && v.app.Disabled != nil && !v.appDisabled()
	return fact.Of(!enabled && v.token == nil && !v.ofAnother())
}

// resourceUnread: nobody else got a token for that API in this tenant.
func (v *view) resourceUnread() fact.Fact[bool] {
	return fact.Of(v.token == nil && v.sp == nil && v.app == nil)
}

// repairFits: the repaired value is one of the configured application.
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

// valueBelongs: the application has a password that the value was made from, as
// far as it was read, and the value as it is was never accepted.
func (v *view) valueBelongs() fact.Fact[bool] {
	return fact.Of(v.token == nil && (!v.whole().Known() || len(v.passwords(anyCredential)) > 0))
}

// isKeyID: the value is the key ID of a credential, listed or removed.
func (v *view) isKeyID() fact.Fact[bool] {
	_, gone := v.removedSecretID()
	return fact.Of(gone || slices.ContainsFunc(v.creds, func(c objects.Credential) bool { return v.shape().Is(c.KeyID) }))
}

// startsLater: the credential's start lies ahead, and no other one begins like
// the value.
func (v *view) startsLater(c objects.Credential) fact.Fact[bool] {
	if len(v.hinted()) > 1 {
		return fact.Fact[bool]{}
	}
	return fact.Of(c.Status(v.now, 0) == result.NotYetValid)
}

// replaced: the credential that was sent has expired, and another is valid; no
// third begins like it.
func (v *view) replaced(old objects.Credential, newer []objects.Credential) fact.Fact[bool] {
	if len(v.hinted()) > 1 {
		return fact.Fact[bool]{}
	}
	return fact.Of(v.expired(old) && slices.ContainsFunc(newer, v.usable))
}

// expiredIsListed: an expired password is listed, as far as the objects were
// read.
func (v *view) expiredIsListed() fact.Fact[bool] {
	return fact.Of(v.token == nil && (!v.listed() || len(v.passwords(v.expired)) > 0))
}

// forbids: the policy holds for this application.
func (v *view) forbids(p objects.Policy) fact.Fact[bool] {
	return fact.Of(p.PasswordsForbidden && !p.Unclear)
}

// clockIsOff: the two clocks differ by more than Entra allows.
func (v *view) clockIsOff() fact.Fact[bool] {
	skew, source := v.skew()
	if source.IsZero() {
		return fact.Fact[bool]{}
	}
	return fact.Of(skew.Abs() >= skewLimit)
}

// keysDiffer: the private key in the file is not the certificate's.
func (v *view) keysDiffer() fact.Fact[bool] {
	return fact.Of(v.Certificate.Known() && v.Certificate.Value.KeyMismatch && v.token == nil)
}

// certificateIsExpired: the certificate or its entry has expired.
func (v *view) certificateIsExpired() fact.Fact[bool] {
	file := v.Certificate.Known() && !v.Certificate.Value.NotAfter.After(v.now)
	return fact.Of(file || len(v.match.sure) == 1 && v.match.sure[0].Expired(v.now))
}

// certificateIsEarly: the certificate or its entry is not valid yet.
func (v *view) certificateIsEarly() fact.Fact[bool] {
	file := v.Certificate.Known() && v.Certificate.Value.NotBefore.After(v.now)
	return fact.Of(file || len(v.match.sure) == 1 && v.match.sure[0].Status(v.now, 0) == result.NotYetValid)
}

// keyUnlisted: neither object has a certificate with the thumbprint, as far as
// they were read.
func (v *view) keyUnlisted() fact.Fact[bool] {
	return fact.Of(v.token == nil && !slices.ContainsFunc(v.creds, v.hasThumbprint))
}

// keyOnlyElsewhere: the certificate is another application's, and none of the
// configured one's.
func (v *view) keyOnlyElsewhere() fact.Fact[bool] {
	if !v.whole().Known() {
		return fact.Fact[bool]{}
	}
	return v.keyUnlisted()
}

// wordsFit: what Entra says of the certificate does not contradict its dates and
// the list.
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

// tokenIsExpired: the federated token's expiry has passed by Entra's clock.
func (v *view) tokenIsExpired() fact.Fact[bool] {
	t := v.Token
	return fact.Of(t.Known() && !t.Value.Expires.IsZero() && !t.Value.Expires.After(v.now))
}

// noneMatches: no listed federated credential agrees with the token in all three
// parts, as far as they were read.
func (v *view) noneMatches() fact.Fact[bool] {
	return fact.Of(v.token == nil && len(v.match.sure) == 0)
}

// roleIsMissing: the token holds no permission that lets users be read.
func (v *view) roleIsMissing() fact.Fact[bool] { return fact.Of(v.readsUsers() == "") }

// nothingUsable: everything that is listed has expired.
func (v *view) nothingUsable() fact.Fact[bool] {
	usable, expired := v.count()
	return fact.Of(usable == 0 && expired > 0)
}

// endsSoon: the expiry date lies inside the warning window.
func (v *view) endsSoon(c objects.Credential) fact.Fact[bool] {
	return fact.Of(c.Status(v.now, v.Within) == result.Expiring)
}
