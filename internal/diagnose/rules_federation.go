package diagnose

import (
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

func federationRules() []rule { return []rule{tokenExpired, federationMismatch} }

// tokenExpired is a federated token that was sent too late: those of pipelines
// live for five to ten minutes.
func tokenExpired(v *view) []*verdict {
	if v.fromText || !v.outOfTime() || len(wrongClock(v)) > 0 {
		return nil
	}
	t := v.Token
	if !t.Known() || t.Value.Expires.IsZero() || t.Value.Expires.After(v.now) {
		return one(v.answered(likely(causes.AssertionExpired).
			because(msg.New("Entra considered the signed assertion expired or not yet valid."))))
	}
	return one(v.answered(proven(causes.AssertionExpired, v.tokenIsExpired()).
		because(msg.New("The federated token had expired before it was sent. Such tokens are valid for a few minutes only; the product must read a new one each time.")).
		seen(msg.New("expiry date of the federated token"), seen.Text(t, fromTokenFile(), func(t secrets.FederatedToken) string { return rfc3339(t.Expires) })).
		seen(msg.New("Entra's clock"), seen.Text(fact.Of(v.now), msg.New("Date header of the sign-in host"), rfc3339))))
}

// federationMismatch is a federated token that agrees with no federated
// credential: the code says which of the three parts Entra missed, and the
// listed credentials which piece of it.
func federationMismatch(v *view) []*verdict {
	if !v.federationRefused() || v.family(aadsts.FederationRefused) && !v.fromText && v.Setup.Kind != objects.Federated {
		return nil
	}
	d := proven(causes.FederationMismatch, v.noneMatches()).because(v.mismatched())
	v.seenToken(d)
	if c, found := v.nearestTrust(); found {
		d.because(v.differing(c))
		for _, diff := range differences(v.presented().Value, c) {
			d.seen(msg.New("differs from the federated credential %s: %s", c.Name, diff.part), seen.Of(fact.Of(diff), fromDirectory(c.StoredOn, fieldOf(c)),
				func(d difference) msg.Text {
					return msg.New("%s in the token, %s in the credential", d.token, d.credential)
				}))
		}
	}
	if len(v.trusts()) != 1 {
		d.seen(msg.New("federated credentials of the application"), v.counted("federatedIdentityCredentials", func(c objects.Credential) bool { return c.Kind == objects.Federated }))
	}
	for _, c := range firstFew(v.trusts()) {
		d.seen(msg.New("federated credential %s expects", c.Name), seen.Of(fact.Of(c), fromDirectory(c.StoredOn, fieldOf(c)), expected))
	}
	return one(v.answered(d))
}

// federationRefused reports whether Entra did not take a federated token for
// what it says.
func (v *view) federationRefused() bool {
	return v.family(aadsts.FederationRefused, aadsts.FederationIssuer, aadsts.FederationAudience, aadsts.FederationSubject,
		aadsts.FederationCase, aadsts.FederationEntraToken, aadsts.FederationNone, aadsts.FederationExpression, aadsts.FederationKey)
}

// presented is the federated token as the file shows it, else as Entra's message
// repeats it; parts that neither tells are empty.
func (v *view) presented() fact.Fact[secrets.FederatedToken] {
	if v.Token.Known() || v.refusal == nil {
		return v.Token
	}
	d := v.refusal.Details
	if d.Issuer == "" && d.Subject == "" && d.Audience == "" {
		return fact.Fact[secrets.FederatedToken]{}
	}
	t := secrets.FederatedToken{Issuer: d.Issuer, Subject: d.Subject}
	if d.Audience != "" {
		t.Audiences = []string{d.Audience}
	}
	return fact.Of(t)
}

func (v *view) seenToken(d *verdict) {
	source := fromTokenFile()
	if !v.Token.Known() {
		source = v.answerSource()
	}
	for _, part := range []struct {
		claim msg.Text
		show  func(secrets.FederatedToken) string
	}{
		{msg.New("issuer of the token"), func(t secrets.FederatedToken) string { return t.Issuer }},
		{msg.New("subject of the token"), func(t secrets.FederatedToken) string { return t.Subject }},
		{msg.New("audience of the token"), func(t secrets.FederatedToken) string { return strings.Join(t.Audiences, ", ") }},
	} {
		if part.show(v.presented().Value) != "" {
			d.seen(part.claim, seen.Text(v.presented(), source, part.show))
		}
	}
}

// trusts are the listed federated credentials.
func (v *view) trusts() []objects.Credential {
	var list []objects.Credential
	for _, c := range v.creds {
		if c.Kind == objects.Federated {
			list = append(list, c)
		}
	}
	return list
}

// nearestTrust is the listed credential that differs from the token in the
// fewest parts, where the token is known as a whole.
func (v *view) nearestTrust() (objects.Credential, bool) {
	var nearest objects.Credential
	fewest := -1
	if !v.Token.Known() {
		return nearest, false
	}
	for _, c := range v.trusts() {
		if n := len(differences(v.Token.Value, c)); n > 0 && (fewest < 0 || n < fewest) {
			nearest, fewest = c, n
		}
	}
	return nearest, fewest >= 0
}

// differing says in words what keeps the token from agreeing with the credential
// that is nearest to it.
func (v *view) differing(c objects.Credential) msg.Text {
	var parts []msg.Text
	for _, d := range differences(v.Token.Value, c) {
		parts = append(parts, d.part)
	}
	if immutable(v.Token.Value.Subject) && !immutable(c.Subject) && c.Subject != "" {
		return msg.New("For repositories created, renamed or transferred since 15 July 2026, GitHub includes the IDs of owner and repository in the subject; the federated credential %s has the older form. Difference: %s.", c.Name, msg.Join(parts, ", "))
	}
	return msg.New("The federated credential %s comes closest to the token. Difference: %s. Each part is compared character by character.", c.Name, msg.Join(parts, ", "))
}

// expected is what a federated credential compares a token with. A flexible one
// has an expression in place of the subject, which v1.0 of Graph does not show.
func expected(c objects.Credential) msg.Text {
	subject := c.Subject
	if subject == "" {
		subject = "claimsMatchingExpression"
	}
	return msg.New("issuer %s, subject %s, audience %s", c.Issuer, subject, strings.Join(c.Audiences, ", "))
}

// mismatched says what the code tells.
func (v *view) mismatched() msg.Text {
	switch {
	case v.family(aadsts.FederationNone):
		return msg.New("The application has no federated credential, so Entra accepts no token from another issuer for it.")
	case v.family(aadsts.FederationIssuer):
		return msg.New("The issuer of the token matches no federated credential of the application. It is compared character by character, so even a trailing slash matters.")
	case v.family(aadsts.FederationAudience):
		return msg.New("The audience of the token matches no federated credential of the application. In the public cloud it is normally api://AzureADTokenExchange.")
	case v.family(aadsts.FederationCase):
		return msg.New("The subject of the token differs from that of a federated credential only in letter case (upper or lower), which must match too.")
	case v.family(aadsts.FederationExpression):
		return msg.New("The token does not match the expression of a flexible federated credential (claimsMatchingExpression): correct the expression, not a subject.")
	case v.family(aadsts.FederationKey):
		return msg.New("The key that signed the token is not among those that the issuer publishes. Issuer, subject and audience are not the problem.")
	case v.family(aadsts.FederationSubject) && immutable(v.presented().Value.Subject):
		return msg.New("The subject of the token matches no federated credential of the application. For repositories created, renamed or transferred since 15 July 2026, GitHub includes the IDs of owner and repository in it; a credential with the older form does not match.")
	case v.family(aadsts.FederationSubject):
		return msg.New("The subject of the token matches no federated credential of the application.")
	case v.family(aadsts.FederationEntraToken):
		return msg.New("Entra does not accept a token that Entra itself issued as the federated token here.")
	}
	return msg.New("No federated credential of the application matches the token's issuer, subject and audience together.")
}
