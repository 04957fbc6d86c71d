package renew

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// choose returns the credentials that were requested.
func (r *removal) choose() ([]objects.Credential, error) {
	all := r.tenant.credentials()
	var chosen []objects.Credential
	for _, id := range r.KeyIDs {
		i := slices.IndexFunc(all, func(c objects.Credential) bool { return strings.EqualFold(c.KeyID, id) })
		if i < 0 {
			return nil, r.noSuchKey(id, all)
		}
		if c := all[i]; c.Kind == objects.Federated || c.Kind == objects.Certificate && c.Usage != "" && c.Usage != "Verify" && !c.SignsSAML() {
			return nil, fail.Usage(unchanged(msg.New("%s is neither a client secret nor a certificate for signing in, and spcheck removes nothing else", c.Label())))
		}
		if !slices.ContainsFunc(chosen, func(c objects.Credential) bool { return c.KeyID == all[i].KeyID }) {
			chosen = append(chosen, all[i])
		}
	}
	if r.Expired {
		chosen = append(chosen, r.expired(all)...)
	}
	return chosen, nil
}

// expired returns the expired secrets. Expired certificates are only mentioned in notes.
func (r *removal) expired(all []objects.Credential) []objects.Credential {
	var out []objects.Credential
	for _, c := range all {
		switch {
		case !c.Expired(r.now):
		case c.Kind == objects.Password && !c.SignsSAML():
			out = append(out, c)
		case c.Kind == objects.Certificate && !c.SignsSAML():
			r.res.Notes = append(r.res.Notes, msg.New("The certificate %s has also expired; remove it with: %s", c.Label(), removeCommand(r.tenant.appID(), c.KeyID)))
		}
	}
	return out
}

// maxListed limits the key IDs in an error.
const maxListed = 10

func (r *removal) noSuchKey(id string, all []objects.Credential) error {
	e := fail.Usage(unchanged(msg.New("neither the service principal nor its application has a secret or certificate with the key ID %q", id)))
	for i, c := range slices.DeleteFunc(slices.Clone(all), func(c objects.Credential) bool { return c.Kind == objects.Federated }) {
		if i == maxListed {
			break
		}
		e.Hint(msg.New("%s, on the %s", c.Label(), holder(c.StoredOn)))
	}
	return e
}

// applyRules applies the rules to each credential. If one must not be removed, none is.
func (r *removal) applyRules(chosen []objects.Credential) error {
	var refusals []msg.Text
	for _, c := range chosen {
		reasons, against := r.reasons(c, chosen)
		item := result.RemovalItem{Credential: r.row(c), Outcome: result.Declined, Reasons: reasons}
		if len(against) > 0 {
			item.Reasons = append(against, reasons...)
			if !r.Force {
				item.Outcome = result.Refused
				refusals = append(refusals, against...)
			}
		}
		r.res.Secrets = append(r.res.Secrets, item)
	}
	if len(refusals) == 0 {
		return nil
	}
	e := fail.Usage(unchanged(msg.New("the removal is refused: %s", refusals[0])))
	for _, t := range refusals[1:] {
		e.Hint(t)
	}
	return e.Hint(msg.New("if you are sure, add --force"))
}

func (r *removal) row(c objects.Credential) result.Credential {
	return diagnose.Rows([]objects.Credential{c}, r.now, r.Input.Settings.Within, r.used,
		func(c objects.Credential) *bool { return r.configured[c.KeyID] })[0]
}
