package sts

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// checkFederated compares a foreign token with the application's federated
// credentials: issuer, then subject, then audience, each naming the presented
// value where it fits none; then its signature and window. A credential that has
// not reached the replica that answers does not exist for it.
func (s *Service) checkFederated(q *tokenRequest, a *assertion, c *client, entry *directory.SignIn) *refusal {
	var known []directory.Federated
	if c.app != nil {
		known = keep(c.app.Federated, func(f directory.Federated) bool {
			same := f.Issuer == a.claims.Issuer && f.Subject == a.claims.Subject
			return s.propagated(q.tenant, f.ID, f.Added, same, s.now())
		})
	}
	credential, why := c.matchFederated(known, a)
	if why != nil {
		return why
	}
	entry.KeyID, entry.Origin = credential.ID, "application"
	key := s.issuerKey(a.claims.Issuer)
	if key == nil {
		return badRequest("invalid_request", 50166, "Request to External OIDC endpoint failed.")
	}
	if err := a.token.Claims(key); err != nil {
		return badSignature("The key was not found.", a.header.KeyID, "", c.appID)
	}
	return a.inTime(s.now())
}

func (c *client) matchFederated(all []directory.Federated, a *assertion) (*directory.Federated, *refusal) {
	if len(all) == 0 {
		return nil, noFederatedCredentials(c.appID, c.name())
	}
	all = keep(all, func(f directory.Federated) bool { return f.Issuer == a.claims.Issuer })
	if len(all) == 0 {
		return nil, noFederation(700211, "issuer", a.claims.Issuer)
	}
	subjects := keep(all, func(f directory.Federated) bool { return f.Subject == a.claims.Subject })
	if len(subjects) == 0 {
		if slices.ContainsFunc(all, func(f directory.Federated) bool { return strings.EqualFold(f.Subject, a.claims.Subject) }) {
			return nil, federationCase(a.claims.Subject)
		}
		return nil, noFederation(700213, "subject", a.claims.Subject)
	}
	for i := range subjects {
		for _, audience := range subjects[i].Audiences {
			if slices.Contains(a.claims.Audience, audience) {
				return &subjects[i], nil
			}
		}
	}
	return nil, noFederation(700212, "audience", strings.Join(a.claims.Audience, ","))
}

func keep(in []directory.Federated, fits func(directory.Federated) bool) []directory.Federated {
	var out []directory.Federated
	for _, f := range in {
		if fits(f) {
			out = append(out, f)
		}
	}
	return out
}
