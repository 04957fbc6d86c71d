package sts

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// checkFederated compares a foreign token with the application's federated credentials by
// issuer, subject and audience. The first mismatch names the value in the token. Then it
// checks signature and validity. Credentials that the answering replica does not know yet
// are ignored.
func (s *Service) checkFederated(q *tokenRequest, a *assertion, c *client, entry *directory.SignIn) *Refusal {
	var known []directory.Federated
	if c.app != nil {
		known = slices.DeleteFunc(slices.Clone(c.app.Federated), func(f directory.Federated) bool {
			same := f.Issuer == a.claims.Issuer && f.Subject == a.claims.Subject
			return !s.propagated(q.tenant, f.ID, f.Added, same, s.now())
		})
	}
	credential, why := c.matchFederated(known, a)
	if why != nil {
		return why
	}
	entry.KeyID, entry.Origin = credential.ID, "application"
	key := s.o.IssuerKeys[a.claims.Issuer]
	if key == nil {
		return refuse(50166)
	}
	if err := a.token.Claims(key); err != nil {
		return refuse(700027, "The key was not found.", a.header.KeyID, "", c.appID)
	}
	return a.inTime(s.now())
}

func (c *client) matchFederated(all []directory.Federated, a *assertion) (*directory.Federated, *Refusal) {
	if len(all) == 0 {
		return nil, refuse(70025, c.appID, c.name())
	}
	all = slices.DeleteFunc(all, func(f directory.Federated) bool { return f.Issuer != a.claims.Issuer })
	if len(all) == 0 {
		return nil, refuse(700211, a.claims.Issuer)
	}
	subjects := slices.DeleteFunc(slices.Clone(all), func(f directory.Federated) bool { return f.Subject != a.claims.Subject })
	if len(subjects) == 0 {
		if slices.ContainsFunc(all, func(f directory.Federated) bool { return strings.EqualFold(f.Subject, a.claims.Subject) }) {
			return nil, refuse(7002138, a.claims.Subject)
		}
		return nil, refuse(700213, a.claims.Subject)
	}
	for i := range subjects {
		for _, audience := range subjects[i].Audiences {
			if slices.Contains(a.claims.Audience, audience) {
				return &subjects[i], nil
			}
		}
	}
	return nil, refuse(700212, strings.Join(a.claims.Audience, ","))
}
