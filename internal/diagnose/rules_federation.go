package diagnose

import (
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

func federationRules() []rule { return []rule{tokenEnded, federationMismatch} }

// tokenEnded is a federated token that was sent too late: those of pipelines
// live for five to ten minutes.
func tokenEnded(v *view) []*verdict {
	if v.fromText || !v.outOfTime() || len(wrongClock(v)) > 0 {
		return nil
	}
	t := v.Token
	if !t.Known() || t.Value.Expires == nil || t.Value.Expires.After(v.now) {
		return one(v.answered(likely(causes.AssertionExpired).
			because(msg.New("Entra found the signed assertion outside of its times."))))
	}
	return one(v.answered(proven(causes.AssertionExpired, v.tokenIsExpired()).
		because(msg.New("The federated token had expired before it was sent. Such tokens live for minutes; the product must read a new one each time.")).
		seen(msg.New("expiry of the federated token"), seen.Text(t, fromTokenFile(), func(t FederatedToken) string { return rfc3339(*t.Expires) })).
		seen(msg.New("Entra's clock"), seen.Text(fact.Of(v.now), msg.New("Date header of the sign-in host"), rfc3339))))
}

// Which of the three must match is told by the code: 700211 the issuer, 700212
// (also 7002121) the audience, 700213 (also 7002137) the subject, 7002138 the
// subject save for letter case; 70021 is the older answer for all.
func federationMismatch(v *view) []*verdict {
	if v.fromText || !v.federationRefused() {
		return nil
	}
	if v.family(aadsts.FederationRefused) && v.Setup.Kind != objects.Federated {
		return nil
	}
	d := proven(causes.FederationMismatch, v.noneMatches()).because(v.mismatched())
	inToken := func(show func(FederatedToken) string) seen.Value { return seen.Text(v.Token, fromTokenFile(), show) }
	d.seen(msg.New("issuer of the token"), inToken(func(t FederatedToken) string { return t.Issuer })).
		seen(msg.New("subject of the token"), inToken(func(t FederatedToken) string { return t.Subject })).
		seen(msg.New("audience of the token"), inToken(func(t FederatedToken) string { return strings.Join(t.Audiences, ", ") }))
	for _, c := range v.creds {
		if c.Kind == objects.Federated {
			d.seen(msg.New("federated credential %s expects", c.Name), seen.Text(fact.Of(c), fromDirectory(c.StoredOn, "federatedIdentityCredentials"), expected))
		}
	}
	return one(v.answered(d))
}

// federationRefused reports whether Entra did not take a federated token for
// what it says.
func (v *view) federationRefused() bool {
	return v.family(aadsts.FederationRefused, aadsts.FederationIssuer, aadsts.FederationAudience,
		aadsts.FederationSubject, aadsts.FederationCase, aadsts.FederationEntraToken)
}

// expected is what a federated credential compares a token with. A flexible one
// has an expression in place of the subject, which v1.0 of Graph does not show.
func expected(c objects.Credential) string {
	subject := "subject " + c.Subject
	if c.Subject == "" {
		subject = "claimsMatchingExpression"
	}
	return "issuer " + c.Issuer + ", " + subject + ", audience " + strings.Join(c.Audiences, ", ")
}

func (v *view) mismatched() msg.Text {
	switch {
	case v.family(aadsts.FederationIssuer):
		return msg.New("The issuer of the token matches no federated credential of the application. It is compared character by character; a slash at the end counts.")
	case v.family(aadsts.FederationAudience):
		return msg.New("The audience of the token matches no federated credential of the application. In the public cloud it is normally api://AzureADTokenExchange.")
	case v.family(aadsts.FederationCase):
		return msg.New("The subject of the token matches a federated credential save for its letter case, which counts.")
	case v.family(aadsts.FederationSubject):
		return msg.New("The subject of the token matches no federated credential of the application.")
	case v.family(aadsts.FederationEntraToken):
		return msg.New("A token that Entra itself issued may not be used here in this way.")
	}
	return msg.New("Issuer, subject and audience of the token together match no federated credential of the application.")
}
