package scan

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// maxForeign limits the foreign federated credentials of a tenant.
const maxForeign = 10_000

// foreign is a federated credential whose issuer deserves attention.
type foreign struct {
	object     objects.Listed
	credential objects.ListedCredential
	reason     result.Reason
}

// readIssuers reads the federated credentials of the applications that have some, 20
// applications per request, which are answered in any order.
func (t *tenantScan) readIssuers(ctx context.Context) {
	apps := map[string]*objects.Listed{}
	var ids []string
	for i := range t.federations {
		apps[t.federations[i].ID] = &t.federations[i]
		ids = append(ids, t.federations[i].ID)
	}
	unread := 0
	var reasons []string
	t.lister.EachFederated(ctx, ids, func(id string, list []objects.Credential, err error) {
		if err != nil {
			unread++
			reasons = append(reasons, ReasonOf(err).String())
		}
		for i := range list {
			if r := ForeignIssuer(list[i].Issuer, t.names[0]); r != nil && len(t.foreign) < maxForeign {
				c := objects.ListedCredential{KeyID: list[i].KeyID, Name: list[i].Name, Kind: objects.Federated}
				t.foreign = append(t.foreign, foreign{*apps[id], c, *r})
				t.known.foreign[strings.ToLower(c.KeyID)] = *r
			}
		}
	})
	slices.SortStableFunc(t.foreign, func(a, b foreign) int {
		return cmp.Or(strings.Compare(a.object.ID, b.object.ID), strings.Compare(a.credential.KeyID, b.credential.KeyID))
	})
	if unread > 0 {
		t.lacks(msg.New("the federated credentials of %d applications could not be read: %s", unread, slices.Min(reasons)))
	}
}

// ForeignIssuer returns the reason why a federated credential deserves attention. It is nil
// if the issuer is a well-known platform or the tenant itself.
func ForeignIssuer(issuer, tenant string) *result.Reason {
	switch of := issuerOf(issuer, tenant); {
	case of == issuerUnknown:
		return new(unknownIssuer(issuer))
	case of == issuerOfOtherTenant && uuid.Validate(tenant) == nil: // a domain cannot be compared
		return new(otherTenantsIssuer(issuer))
	}
	return nil
}
