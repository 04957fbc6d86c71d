package scan

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// join judges what the streams kept, after the whole tenant was read, and passes on findings
// and inventory.
func (t *tenantScan) join(out func(*record) error) error {
	t.excluded = map[string]int{}
	j := &joining{tenantScan: t, out: out, whole: t.complete(), told: map[string]bool{}}
	for i := range t.main {
		for reason, n := range t.main[i].excluded {
			t.excluded[reason] += n
		}
	}
	for i, p := range parts {
		if p.part != objects.Passwords || p.kind == objects.OnApplication && t.main[i].suspects == 0 {
			continue
		}
		if err := j.clear(&t.main[i]); err != nil {
			return err
		}
	}
	for i := range t.main {
		for r, err := range t.main[i].candidates.all() {
			if err == nil {
				err = j.judge(&t.main[i], r)
			}
			if err != nil {
				return err
			}
		}
	}
	return j.foreigners()
}

type joining struct {
	*tenantScan
	out   func(*record) error
	whole bool            // nothing of the tenant is missing
	told  map[string]bool // objects that were reported as ownerless
}

// clear counts the secrets that were held back: those of a service principal that do not
// belong to a signing key, and those that spcheck added, unless their value was lost. They
// also count if that cannot be determined; the tenant's notes then say so.
func (j *joining) clear(s *stream) error {
	for r, err := range s.candidates.all() {
		if err != nil {
			return err
		}
		if r.credential == nil || r.credential.Kind != objects.Password || !r.credential.Purpose.SignsIn() || j.signs(r) {
			continue
		}
		c := r.credential.Credential()
		suspect := c.PossiblyLost(nil, j.now)
		lost := suspect && j.useKnown() && j.lastUsed(r.credential.KeyID).IsZero()
		if !c.Usable(j.now) || lost || !suspect && r.object.Kind != objects.OnServicePrincipal {
			continue
		}
		s.countUsable(r.object.AppID, r.credential, c.Status(j.now, j.within))
	}
	return nil
}

// signs reports the password of a signing key.
func (j *joining) signs(r *record) bool {
	return j.anyStream(func(s *stream) bool { return s.signing.Twin(r.object.ID, r.credential) })
}

func (j *joining) anyStream(has func(*stream) bool) bool {
	for i := range j.main {
		if has(&j.main[i]) {
			return true
		}
	}
	return false
}

func (j *joining) judge(s *stream, r *record) error {
	k := j.newCase(&r.object, nil, "", r.usableSecrets, r.change)
	appID := r.object.AppID
	k.Joined, k.Complete = true, j.whole && !j.anyStream(func(s *stream) bool { return s.unread.apps.has(appID) })
	k.Stronger = j.federated.has(appID) || j.anyStream(func(s *stream) bool { return s.certified.has(appID) })
	k.Beside = k.Stronger || j.anyStream(func(s *stream) bool { return s.usable.has(appID) })
	k.Outlasted = r.credential != nil && j.outlasted(r)
	k.Privileged = len(j.known.powers.of[strings.ToLower(appID)]) > 0
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

// outlasted reports whether the application has a credential of the same kind that is
// usable beyond the warning window, on any of its objects. A certificate that signs SAML
// tokens can be replaced only by one of the same object.
func (j *joining) outlasted(r *record) bool {
	if r.credential.Purpose == result.SAMLSigning {
		return j.anyStream(func(s *stream) bool { return s.signed.has(r.object.ID) })
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
	if key, ok := parseID(keyID); ok {
		if at, ok := j.activity[key]; ok {
			return time.Unix(at, 0)
		}
	}
	return time.Time{}
}

func (j *joining) inventory(r *record, k *ruleCase) error {
	r.replaced, r.change, r.status = k.replaced(), k.Change, string(k.Status)
	if !j.options.Inventory {
		return nil
	}
	r.excluded = j.options.excludes(ruleOf(k), j.names, r, j.now) != ""
	r.rule, r.severity, r.policy = "", "", ""
	return j.out(r)
}

// ruleOf returns the rule that reports the expiry of a credential. It is empty if none does
// yet: then only exclusions of the whole object apply.
func ruleOf(k *ruleCase) string {
	saml := k.Credential.SignsSAML()
	switch {
	case saml && k.Status == result.Expired:
		return "saml-ended"
	case saml && k.Status == result.Expiring:
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
		severity := rule.judge(k)
		if severity == "" {
			continue
		}
		if rule.Need == needOwners {
			// An object with passwords and certificates is in two listings.
			if j.told[r.object.ID] {
				continue
			}
			j.told[r.object.ID] = true
		}
		r.policy = k.breach(rule.ID)
		if err := j.report(rule, severity, r); err != nil {
			return err
		}
	}
	return nil
}

// report passes on a finding, unless it is excluded.
func (j *joining) report(rule *rule, severity result.Severity, r *record) error {
	if reason := j.options.excludes(rule.ID, j.names, r, j.now); reason != "" {
		j.excluded[reason]++
		return nil
	}
	r.rule, r.severity = rule.ID, string(severity)
	return j.out(r)
}

// foreigners passes on the federated credentials with foreign issuers.
func (j *joining) foreigners() error {
	i := slices.IndexFunc(j.options.Rules, func(r rule) bool { return r.ID == result.RuleForeignIssuer })
	if i < 0 {
		return nil
	}
	rule := &j.options.Rules[i]
	for n := range j.foreign {
		r := &record{object: j.foreign[n].object, credential: &j.foreign[n].credential}
		r.object.Kind = objects.OnApplication
		if err := j.report(rule, rule.Severity, r); err != nil {
			return err
		}
	}
	return nil
}
