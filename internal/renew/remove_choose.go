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
	if r.agreed != nil {
		r.add(r.agreed.chosen...) // not what has expired in the meantime
		return nil
	}
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
	if r.Expired && !r.timeKnown {
		return fail.Unknown(unchanged(msg.New("it is not known which secrets have expired: the service's clock could not be read")),
			msg.New("check whether a proxy removes the Date header from the answers, or choose the secrets with --key-id"))
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
	return slices.ContainsFunc(r.chosen, identical(c))
}

// expired returns the expired secrets.
func (r *removal) expired(all []objects.Credential) []objects.Credential {
	return only(all, func(c objects.Credential) bool {
		return c.Kind == objects.Password && c.Expired(r.now) && !c.SignsSAML()
	})
}

// noteCertificates adds notes about expired certificates, which --expired does not remove.
func (r *removal) noteCertificates() {
	if !r.Expired || !r.timeKnown {
		return
	}
	for _, c := range ofKind(r.tenant.credentials(), objects.Certificate) {
		if c.Expired(r.now) && !c.SignsSAML() {
			r.res.Notes = append(r.res.Notes, msg.New("The certificate %s has also expired; remove it with: %s", c.Label(), removeCommand(r.tenant.appID(), c.KeyID)))
		}
	}
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
	r.res.Secrets, r.against = nil, nil
	var refusals, finish []msg.Text
	for i, c := range r.chosen {
		if r.agreed != nil && !slices.ContainsFunc(r.tenant.credentials(), identical(c)) {
			r.res.Secrets = append(r.res.Secrets, r.agreed.items[i]) // someone else has removed it
			continue
		}
		reasons, against := r.reasons(c)
		item := result.RemovalItem{Credential: r.row(c), Outcome: result.Declined, Reasons: append(against, reasons...)}
		r.against = append(r.against, against...)
		if refused := slices.DeleteFunc(slices.Clone(against), r.accepted); len(refused) > 0 {
			item.Outcome = result.Refused
			refusals = append(refusals, refused...)
			if e := r.protecting(c); e != nil {
				finish = []msg.Text{msg.New("finish that renewal first: %s", e.Resume())}
			}
		}
		r.res.Secrets = append(r.res.Secrets, item)
	}
	if len(refusals) == 0 {
		return nil
	}
	e := fail.Usage(unchanged(msg.New("the removal is refused: %s", refusals[0])))
	for _, t := range slices.Concat(refusals[1:], finish) {
		e.Hint(t)
	}
	if r.agreed != nil {
		return e.Hint(msg.New("this was not so when you were asked; check it, then run the command again"))
	}
	return e.Hint(msg.New("if you are sure, add --force"))
}

// accepted reports whether a credential may be removed although this speaks against it: by
// --force, but once a person was asked, only if the person has seen it.
func (r *removal) accepted(against msg.Text) bool {
	if r.agreed == nil {
		return r.Force
	}
	return slices.ContainsFunc(r.agreed.against, func(seen msg.Text) bool { return seen.String() == against.String() })
}

func (r *removal) row(c objects.Credential) result.Credential {
	return diagnose.Rows([]objects.Credential{c}, r.now, r.Input.Settings.Within, r.used,
		func(c objects.Credential) *bool { return r.configured[c.KeyID] })[0]
}
