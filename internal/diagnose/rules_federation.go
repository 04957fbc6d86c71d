package diagnose

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// tokenExpired is a federated token that had expired. Those of pipelines are valid for
// five to ten minutes.
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

// federationMismatch is a federated token that matches no federated credential. The code
// shows which part differs, and the listed credentials show how.
func federationMismatch(v *view) []*verdict {
	if !v.federationRefused() || v.family(aadsts.FederationRefused) && !v.fromText && v.Setup.Kind != objects.Federated {
		return nil
	}
	d := proven(causes.FederationMismatch, v.noneMatches()).because(v.mismatched())
	v.seenToken(d)
	if c, found := v.nearestTrust(); found {
		d.because(v.differing(c))
		for _, diff := range differences(v.presented().Value, c) {
			d.seen(msg.New("differs from the federated credential %s: %s", c.Name, diff.part), seen.Of(fact.Of(diff), fromCredential(c),
				func(d difference) msg.Text {
					return msg.New("%s in the token, %s in the credential", d.token, d.credential)
				}))
		}
	}
	if len(v.trusts()) != 1 && !v.federatedUnread() {
		d.seen(msg.New("federated credentials of the application"), v.counted("federatedIdentityCredentials", func(c objects.Credential) bool { return c.Kind == objects.Federated }))
	}
	for _, c := range firstFew(v.trusts()) {
		d.seen(msg.New("federated credential %s expects", c.Name), seen.Of(fact.Of(c), fromCredential(c), expected))
	}
	return one(v.answered(d))
}

// federationRefused reports whether Entra refused the issuer, subject, audience or key of
// a federated token.
func (v *view) federationRefused() bool {
	return v.family(aadsts.FederationRefused, aadsts.FederationIssuer, aadsts.FederationAudience, aadsts.FederationSubject,
		aadsts.FederationCase, aadsts.FederationEntraToken, aadsts.FederationNone, aadsts.FederationExpression, aadsts.FederationKey)
}

// presented returns the federated token from the file, or else the parts of it that
// Entra's message repeats.
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

func (v *view) trusts() []objects.Credential {
	return v.which(func(c objects.Credential) bool { return c.Kind == objects.Federated })
}

// nearestTrust returns the federated credential that differs from the token in the fewest
// parts.
func (v *view) nearestTrust() (objects.Credential, bool) {
	n := func(c objects.Credential) int { return len(differences(v.Token.Value, c)) }
	differ := slices.DeleteFunc(v.trusts(), func(c objects.Credential) bool { return n(c) == 0 })
	if !v.Token.Known() || len(differ) == 0 {
		return objects.Credential{}, false
	}
	return slices.MinFunc(differ, func(a, b objects.Credential) int { return cmp.Compare(n(a), n(b)) }), true
}

// differing describes the differences from the nearest federated credential.
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

// expected shows a federated credential. A flexible one has an expression instead of a
// subject, which Graph v1.0 does not return.
func expected(c objects.Credential) msg.Text {
	return msg.New("issuer %s, subject %s, audience %s", c.Issuer, cmp.Or(c.Subject, "claimsMatchingExpression"), strings.Join(c.Audiences, ", "))
}

// mismatched describes the mismatch that the code reports.
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

// difference is a part in which a token and a federated credential differ.
type difference struct {
	part              msg.Text
	token, credential string
}

// subjectForm is the format of an issuer's subjects. parts are the names of the groups of
// shape.
type subjectForm struct {
	shape func() *regexp.Regexp
	parts []msg.Text
}

// subjectForms returns the formats of GitHub Actions, Kubernetes, Azure DevOps, GitLab
// and HCP Terraform, according to their documentation.
func subjectForms() []subjectForm {
	return []subjectForm{
		{githubSubject, []msg.Text{msg.New("repository owner"), {}, msg.New("repository"), {}, msg.New("branch, tag, environment or event")}},
		{kubernetesSubject, []msg.Text{msg.New("namespace"), msg.New("service account")}},
		{devOpsSubject, []msg.Text{msg.New("organization"), msg.New("project"), msg.New("service connection")}},
		{gitlabSubject, []msg.Text{msg.New("project"), msg.New("kind of ref"), msg.New("ref")}},
		{terraformSubject, []msg.Text{msg.New("organization"), msg.New("project"), msg.New("workspace"), msg.New("run phase")}},
	}
}

var (
	// GitHub adds the IDs of owner and repository since July 2026.
	githubSubject     = lazyregexp.New(`^repo:([^/@:]+)(@\d+)?/([^@:]+)(@\d+)?:(.+)$`)
	kubernetesSubject = lazyregexp.New(`^system:serviceaccount:([^:]+):([^:]+)$`)
	devOpsSubject     = lazyregexp.New(`^sc://([^/]+)/([^/]+)/(.+)$`)
	gitlabSubject     = lazyregexp.New(`^project_path:([^:]+):ref_type:([^:]+):ref:(.+)$`)
	terraformSubject  = lazyregexp.New(`^organization:([^:]+):project:([^:]+):workspace:([^:]+):run_phase:([^:]+)$`)
)

func differences(t secrets.FederatedToken, c objects.Credential) []difference {
	all := issuerDifference(t.Issuer, c.Issuer)
	all = append(all, subjectDifferences(t.Subject, c.Subject)...)
	if !overlap(t.Audiences, c.Audiences) {
		all = append(all, difference{msg.New("audience"), strings.Join(t.Audiences, ", "), strings.Join(c.Audiences, ", ")})
	}
	return all
}

func issuerDifference(token, credential string) []difference {
	part := msg.New("issuer")
	switch {
	case token == credential:
		return nil
	case strings.TrimSuffix(token, "/") == strings.TrimSuffix(credential, "/"):
		part = msg.New("trailing slash of the issuer")
	case strings.EqualFold(token, credential):
		part = msg.New("letter case of the issuer")
	}
	return []difference{{part, token, credential}}
}

// subjectDifferences returns the parts of the subject that differ.
func subjectDifferences(token, credential string) []difference {
	switch {
	case token == credential:
		return nil
	case credential == "":
		return []difference{{msg.New("expression for the subject"), token, "claimsMatchingExpression"}}
	case strings.EqualFold(token, credential):
		return []difference{{msg.New("letter case of the subject"), token, credential}}
	case withoutIDs(token) == withoutIDs(credential):
		return []difference{{msg.New("IDs of owner and repository in the subject"), token, credential}}
	}
	for _, form := range subjectForms() {
		a, b := form.shape().FindStringSubmatch(token), form.shape().FindStringSubmatch(credential)
		if a != nil && b != nil {
			return form.compare(a[1:], b[1:])
		}
	}
	return []difference{{msg.New("subject"), token, credential}}
}

func (f subjectForm) compare(token, credential []string) []difference {
	var all []difference
	for i, part := range f.parts {
		if token[i] == credential[i] {
			continue
		}
		if part.IsZero() {
			part = msg.New("IDs of owner and repository in the subject")
		}
		all = append(all, difference{part, strings.TrimPrefix(token[i], "@"), strings.TrimPrefix(credential[i], "@")})
	}
	return all
}

// withoutIDs returns a GitHub subject in the form without IDs.
func withoutIDs(subject string) string {
	m := githubSubject().FindStringSubmatch(subject)
	if m == nil {
		return subject
	}
	return "repo:" + m[1] + "/" + m[3] + ":" + m[5]
}

// immutable reports whether a GitHub subject has the IDs of owner and repository.
func immutable(subject string) bool { return withoutIDs(subject) != subject }
