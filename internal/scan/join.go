package scan

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// join judges what the streams kept, now that the whole tenant is known, and
// hands over findings and inventory.
func (t *tenantScan) join(out func(*record) error) (excluded map[string]int, err error) {
	excluded = map[string]int{}
	j := &joining{tenantScan: t, out: out, excluded: excluded, complete: t.complete(), told: map[string]bool{}}
	for i := range t.main {
		for reason, n := range t.main[i].excluded {
			excluded[reason] += n
		}
	}
	for i, p := range parts {
		if p.part != objects.Passwords || p.kind == objects.OnApplication && t.main[i].suspects == 0 {
			continue
		}
		if err := j.clear(&t.main[i]); err != nil {
			return excluded, err
		}
	}
	for i := range t.main {
		s := &t.main[i]
		for raw, err := range s.candidates.records(s.candidates.whole()) {
			if err != nil {
				return excluded, err
			}
			r := readRecord(raw)
			if err := j.judge(s, &r); err != nil {
				return excluded, err
			}
		}
	}
	return excluded, j.foreigners()
}

type joining struct {
	*tenantScan
	out      func(*record) error
	excluded map[string]int
	complete bool
	told     map[string]bool // objects of which it was said that nobody owns them
}

// clear counts the secrets that were kept back: of a service principal, once they are
// known not to belong to a signing key, and of spcheck's own, unless their value was
// lost. Where nobody can tell that, they count, and the tenant's notes say so.
func (j *joining) clear(s *stream) error {
	for raw, err := range s.candidates.records(s.candidates.whole()) {
		if err != nil {
			return err
		}
		r := readRecord(raw)
		if r.credential == nil || r.credential.Kind != objects.Password || !r.credential.Purpose.SignsIn() || j.signs(&r) {
			continue
		}
		c := r.credential.Credential()
		suspect := c.PossiblyLost(nil, j.now)
		if !c.Usable(j.now) || !suspect && r.object.Kind != objects.OnServicePrincipal || suspect && j.lost(&r) {
			continue
		}
		s.usable.add(r.object.AppID)
		if c.Status(j.now, j.within) != result.Expiring {
			s.lasting.add(r.object.AppID)
		}
	}
	return nil
}

// lost reports a secret of spcheck's own that was never used.
func (j *joining) lost(r *record) bool {
	return j.useKnown() && j.lastUsed(r.credential.KeyID).IsZero()
}

// signs reports the password of a signing key.
func (j *joining) signs(r *record) bool {
	return slices.ContainsFunc(j.main[:], func(s stream) bool { return s.signing.Twin(r.object.ID, r.credential) })
}

func (j *joining) judge(s *stream, r *record) error {
	k := j.newCase(&r.object, nil, "", r.usableSecrets, r.change)
	k.Joined, k.Complete = true, j.complete
	k.Beside, k.Stronger = j.beside(r.object.AppID)
	k.Outlasted = r.credential != nil && j.outlasted(r)
	k.Privileged = len(j.powers.of[strings.ToLower(r.object.AppID)]) > 0
	k.Ownerless = j.ownerless.has(r.object.ID)
	if r.credential != nil {
		if r.credential.Kind == objects.Password && j.signs(r) {
			j.excluded[reasonSAML]++
			s.credentials--
			return nil
		}
		full := r.credential.Credential()
		k.Credential, k.Status = &full, full.Status(j.now, j.within)
		k.LastUsed = j.lastUsed(r.credential.KeyID)
		k.Change = j.settleChange(r)
		j.policies.judge(k, r.credential)
		if err := j.inventory(r, k); err != nil {
			return err
		}
	}
	return j.rules(r, k)
}

// beside reports whether an application has a usable credential on any of its
// objects, and whether one that is stronger than a password.
func (j *joining) beside(appID string) (any, stronger bool) {
	stronger = j.federated.has(appID)
	for i := range j.main {
		any = any || j.main[i].usable.has(appID)
		stronger = stronger || j.main[i].certified.has(appID)
	}
	return any || stronger, stronger
}

// outlasted reports whether the application has a credential of the same kind that
// is usable beyond the warning window, on whichever object. A certificate that signs
// SAML tokens is followed by one of the same object only.
func (j *joining) outlasted(r *record) bool {
	if r.credential.Purpose == result.SAMLSigning {
		return slices.ContainsFunc(j.main[:], func(s stream) bool { return s.signed.has(r.object.ID) })
	}
	for i := range parts {
		secrets := parts[i].part == objects.Passwords
		if secrets == (r.credential.Kind == objects.Password) && j.main[i].lasting.has(r.object.AppID) {
			return true
		}
	}
	return false
}

func (j *joining) lastUsed(keyID string) time.Time {
	if i, ok := j.activity.find(keyID); ok {
		return time.Unix(j.activity.list[i].unix, 0)
	}
	return time.Time{}
}

func (j *joining) inventory(r *record, k *ruleCase) error {
	r.replaced = k.replaced()
	r.change, r.status = k.Change, string(k.Status)
	if !j.options.Inventory {
		return nil
	}
	r.excluded = j.options.excludes(ruleOf(k), j.tenants, r, j.now) != ""
	r.rule, r.severity, r.policy = "", "", ""
	return j.out(r)
}

// ruleOf is the rule that finds a credential's end, empty where none does yet:
// then only exclusions of the whole object hold.
func ruleOf(k *ruleCase) string {
	switch {
	case k.Credential.SignsSAML() && k.Status == result.Expired:
		return "saml-ended"
	case k.Credential.SignsSAML() && k.Status == result.Expiring:
		return "saml-ending"
	case k.Status == result.Expired:
		return "ended"
	case k.Status == result.Expiring && k.Outlasted:
		return result.RuleReplaced
	case k.Status == result.Expiring:
		return "ending"
	}
	return ""
}

func (j *joining) rules(r *record, k *ruleCase) error {
	for i := range j.options.Rules {
		rule := &j.options.Rules[i]
		if !j.applies(rule, k) {
			continue
		}
		severity := rule.Judge(k)
		if severity == "" || rule.Need == needOwners && j.twice(r.object.ID) {
			continue
		}
		if reason := j.options.excludes(rule.ID, j.tenants, r, j.now); reason != "" {
			j.excluded[reason]++
			continue
		}
		r.rule, r.severity, r.policy = rule.ID, string(severity), k.breach(rule.ID)
		if err := j.out(r); err != nil {
			return err
		}
	}
	return nil
}

// twice reports an object that was found before: those with passwords and
// certificates are in two listings.
func (j *joining) twice(objectID string) bool {
	if j.told[objectID] {
		return true
	}
	j.told[objectID] = true
	return false
}
