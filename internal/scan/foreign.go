package scan

import (
	"context"
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
// applications per request.
func (t *tenantScan) readIssuers(ctx context.Context) (notes []msg.Text) {
	apps := map[string]*objects.Listed{}
	var ids []string
	for i := range t.federations {
		apps[t.federations[i].ID] = &t.federations[i]
		ids = append(ids, t.federations[i].ID)
	}
	var failed error
	unread := 0
	t.lister.EachFederated(ctx, ids, func(id string, list []objects.Credential, err error) {
		if err != nil {
			failed, unread = err, unread+1
		}
		for i := range list {
			if r := ForeignIssuer(list[i].Issuer, t.names[0]); r != nil && len(t.foreign) < maxForeign {
				c := objects.ListedCredential{KeyID: list[i].KeyID, Name: list[i].Name, Kind: objects.Federated}
				t.foreign = append(t.foreign, foreign{*apps[id], c, *r})
				t.known.foreign[strings.ToLower(c.KeyID)] = *r
			}
		}
	})
	if failed != nil {
		notes = append(notes, msg.New("the federated credentials of %d applications could not be read: %s", unread, ReasonOf(failed)))
	}
	return notes
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
