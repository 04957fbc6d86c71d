package scan

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// maxForeign bounds the federated credentials of a tenant that are kept as foreign.
const maxForeign = 10_000

// foreign is a federated credential whose issuer is to be looked at.
type foreign struct {
	object     objects.Listed
	credential objects.ListedCredential
	reason     result.Reason
}

// readIssuers reads the federated credentials of the applications that have some, for 20
// with one request.
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
			return
		}
		for i := range list {
			if r := ForeignIssuer(list[i].Issuer, t.tenants[0]); r != nil && len(t.foreign) < maxForeign {
				t.foreign = append(t.foreign, foreign{*apps[id], objects.ListedCredential{KeyID: list[i].KeyID, Name: list[i].Name, Kind: objects.Federated}, *r})
			}
		}
	})
	if failed != nil {
		notes = append(notes, msg.New("the federated credentials of %d applications could not be read: %s", unread, ReasonOf(failed)))
	}
	return notes
}

// ForeignIssuer is the reason to look at a federated credential, nil where its issuer is
// of a platform that many use, or of the tenant itself.
func ForeignIssuer(issuer, tenant string) *result.Reason {
	switch of := issuerOf(issuer, tenant); {
	case of == issuerUnknown:
		return new(result.ForeignIssuer(issuer))
	case of == issuerOfOtherTenant && uuid.Validate(tenant) == nil: // a domain tells nothing
		return new(result.IssuerOfOtherTenant(issuer))
	}
	return nil
}

// foreigners hands over what was found of federated credentials.
func (j *joining) foreigners() error {
	for i := range j.options.Rules {
		rule := &j.options.Rules[i]
		if rule.ID != result.RuleForeignIssuer {
			continue
		}
		for n := range j.foreign {
			f := &j.foreign[n]
			r := &record{object: f.object, credential: &f.credential}
			r.object.Kind = objects.OnApplication
			severity := rule.Judge(&ruleCase{Now: j.now, Object: &r.object, Joined: true, Foreign: true})
			if reason := j.options.excludes(rule.ID, j.tenants, r, j.now); reason != "" {
				j.excluded[reason]++
				continue
			}
			r.rule, r.severity = rule.ID, string(severity)
			if err := j.out(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// foreignReasons are the reasons by the ID of the credential.
func foreignReasons(list []foreign) map[string]result.Reason {
	out := map[string]result.Reason{}
	for i := range list {
		out[strings.ToLower(list[i].credential.KeyID)] = list[i].reason
	}
	return out
}
