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

// choose finds the credentials that were requested.
func (r *removal) choose() error {
	all := r.tenant.credentials()
	for _, id := range r.KeyIDs {
		i := slices.IndexFunc(all, func(c objects.Credential) bool { return strings.EqualFold(c.KeyID, id) })
		if i < 0 {
			return r.noSuchKey(id, all)
		}
		if c := all[i]; c.Kind == objects.Federated || c.Kind == objects.Certificate && c.Usage != "" && c.Usage != "Verify" && !c.SignsSAML() {
			return fail.Usage(unchanged(msg.New("%s is neither a client secret nor a certificate for signing in, and spcheck removes nothing else", c.Label())))
		}
		r.add(all[i])
	}
	if r.Expired {
		r.add(r.expired(all)...)
	}
	return nil
}

func (r *removal) add(list ...objects.Credential) {
	for _, c := range list {
		if !r.isChosen(c) {
			r.chosen = append(r.chosen, c)
		}
	}
}

func (r *removal) isChosen(c objects.Credential) bool {
	return slices.ContainsFunc(r.chosen, func(o objects.Credential) bool { return o.KeyID == c.KeyID && o.StoredOn == c.StoredOn })
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
func (r *removal) applyRules() error {
	var refusals []msg.Text
	for _, c := range r.chosen {
		reasons, against := r.reasons(c)
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
