package diagnose

import (
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
)

// The product's failure counts, not only the configured credential: where that one
// signs in and an error was reported, the product uses something else.
func productRules() []rule { return []rule{productExpired, productRefused} }

// productFails reports whether the configured credential signs in, while the text
// has an error of this application that is not of before.
func (v *view) productFails() bool {
	m := v.reported()
	return m != nil && v.token != nil && v.refusal == nil && !v.speaksOfAnother(m) && !v.outdated() && !warnsInTime(m.Causes)
}

// warnsInTime reports a text that speaks of a secret which still works. It is no
// failure: what is listed tells when the secret expires.
func warnsInTime(ranked []aadsts.Ranked) bool {
	return len(ranked) > 0 && ranked[0].ID == causes.SecretExpiring
}

// productExpired is a product that still uses an expired secret.
func productExpired(v *view) []*verdict {
	if !v.productFails() || !saysExpired(v.reported().Causes) {
		return nil
	}
	id := causes.SecretExpired
	if len(v.usablePasswords()) > 0 {
		id = causes.SecretSuperseded
	}
	used, single := v.productUses()
	if !single {
		d := v.reportedBy(possible(id).
			because(msg.New("The reported error is about an expired secret, but the configured credential works: the product uses a different one.")))
		for _, c := range firstFew(v.usedThen()) {
			d.seen(msg.New("expired, stored on %s", objectName(c.StoredOn)), v.entry(c))
		}
		return one(d)
	}
	d := likely(id)
	if v.logNames(used).Value {
		d = proven(id, v.logNames(used))
	}
	if !v.recent() {
		d = possible(id)
	}
	v.reportedBy(d.
		says(msg.New("The product still uses the secret %s, which expired on %s.", used.Label(), *used.End)).
		because(msg.New("The configured credential is a different one, and works. The reported error is about an expired secret.")).
		seen(msg.New("the expired credential, on %s", objectName(used.StoredOn)), v.entry(used)))
	v.sayInvisible(d, used)
	for _, e := range v.expiredUses() {
		if e.KeyID == used.KeyID {
			d.seen(msg.New("the sign-in log: %s was refused", used.Label()), logged(e))
			break
		}
	}
	return one(d)
}

// productRefused is an error of the product that is not one of an expired secret:
// Graph's refusal, a TLS library's, another code. It counts as explain judges it.
func productRefused(v *view) []*verdict {
	if !v.productFails() || saysExpired(v.reported().Causes) {
		return nil
	}
	m := v.reported()
	var found []*verdict
	for i, r := range m.Causes {
		d := possible(r.ID)
		if i == 0 && v.recent() && (m.Entry == nil || !m.Entry.Guess) && r.ID != causes.Unknown {
			d = likely(r.ID)
		}
		if i == 0 {
			v.reportedBy(d.because(msg.New("The configured credential works, so the product does something that spcheck did not: it uses a different credential or flow, or requests something that it is not allowed to have.")))
		}
		d.product = true
		found = append(found, d)
	}
	return found
}

// reportedBy adds what was reported, and what works now, to the evidence.
func (v *view) reportedBy(d *verdict) *verdict {
	d.product = true
	text := func(show func(aadsts.Match) string) seen.Value {
		return seen.Text(known(v.reported()), msg.New("--error-text"), show)
	}
	if v.reported().Decisive != "" {
		d.seen(msg.New("the reported error"), text(func(m aadsts.Match) string { return "AADSTS" + m.Decisive }))
	} else {
		d.seen(msg.New("the reported error"), text(func(m aadsts.Match) string { return m.Excerpt }))
	}
	if v.reported().Timestamp != nil {
		d.seen(msg.New("the time of the reported error"), text(func(m aadsts.Match) string { return m.Timestamp.UTC().Format(time.RFC3339) }))
	}
	return d.seen(msg.New("the configured credential works; it signs in the application"), seen.Text(known(v.token), msg.New("a sign-in by spcheck"), func(t Token) string { return t.AppID }))
}

// noticed are failures of the product that are no cause of their own: somebody
// uses an expired secret, or the text is about another application. The
// credential at hand is healthy, and yet not all is well.
func (v *view) noticed() bool {
	m := v.reported()
	return len(v.expiredUses()) > 0 || m != nil && v.speaksOfAnother(m)
}

// firstFew bounds what a report lists of a kind.
func firstFew[T any](list []T) []T { return list[:min(5, len(list))] }
