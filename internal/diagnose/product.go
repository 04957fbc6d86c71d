package diagnose

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	// lately is how old a failure may be to count as current. A product that runs once a
	// day has failed within this time.
	lately = 24 * time.Hour
	// logLag is how far a time may be ahead of the service's clock.
	logLag = time.Hour
)

// aboutOtherApp reports whether an error names an application other than the configured
// one.
func (v *view) aboutOtherApp(m *aadsts.Match) bool {
	own := v.Setup.ClientID.Value
	return own != "" && objects.IsGUID(m.AppID) && !strings.EqualFold(m.AppID, own)
}

// isError reports whether a match is an error, rather than only the name of a program.
func isError(m aadsts.Match) bool { return len(m.Causes) > 0 }

// saysExpired reports whether the first cause is an expired secret.
func saysExpired(ranked []aadsts.Ranked) bool {
	return len(ranked) > 0 && (ranked[0].ID == causes.SecretExpired || ranked[0].ID == causes.SecretSuperseded)
}

// causesOf returns the catalogue's causes for a code of the sign-in log.
func causesOf(code string) []aadsts.Ranked {
	m, _ := aadsts.Load().MatchCode(code)
	return m.Causes
}

// failures returns the current failures in the sign-in log, the latest first.
func (v *view) failures() []objects.SignInEntry {
	if v.spDiffers || v.wrongTenant {
		return nil
	}
	failed := slices.DeleteFunc(slices.Clone(v.SignInLog.Value), func(e objects.SignInEntry) bool {
		return e.ErrorCode == "" || e.ErrorCode == "0" || !v.lately(e.Time)
	})
	slices.SortStableFunc(failed, func(a, b objects.SignInEntry) int { return b.Time.Compare(a.Time) })
	return failed
}

// expiredUses returns the current failures with an expired secret, by key ID or code.
func (v *view) expiredUses() []objects.SignInEntry {
	return slices.DeleteFunc(v.failures(), func(e objects.SignInEntry) bool {
		key, listed := v.listedKey(e.KeyID)
		return v.before(e.Time) || !(listed && key.Expired(v.now)) && !saysExpired(causesOf(e.ErrorCode))
	})
}

// listedKey returns the listed secret with a key ID, if there is exactly one.
func (v *view) listedKey(id string) (objects.Credential, bool) {
	return only(v.passwords(func(c objects.Credential) bool { return id != "" && strings.EqualFold(c.KeyID, id) }))
}

// beforeRepair reports whether the reported error is older than the credential that works
// now, so the product may have been repaired since.
func (v *view) beforeRepair() bool {
	at := v.reported.Timestamp
	return at != nil && v.before(*at)
}

// before reports whether the time is before the start of the credential that works now.
func (v *view) before(at time.Time) bool {
	valid := v.passwords(v.usable)
	if inUse, known := v.match.one(); known {
		valid = []objects.Credential{inUse}
	}
	some := len(valid) > 0
	valid = slices.DeleteFunc(valid, func(c objects.Credential) bool { return c.Start != nil && at.Before(*c.Start) })
	return v.token != nil && some && len(valid) == 0
}

// recent reports whether the reported error is current or has no time.
func (v *view) recent() bool {
	return v.reported.Timestamp == nil || v.lately(*v.reported.Timestamp)
}

// lately reports whether a time is in the last day.
func (v *view) lately(t time.Time) bool {
	age := v.now.Sub(t)
	return age < lately && age > -logLag
}

// productUses returns the expired secret that the product uses: the one in the sign-in
// log, or the only possible one.
func (v *view) productUses() (objects.Credential, bool) {
	then := v.expiredThen()
	for _, e := range v.expiredUses() {
		key, listed := v.listedKey(e.KeyID)
		if listed && slices.ContainsFunc(then, func(c objects.Credential) bool { return c.KeyID == key.KeyID }) {
			return key, true
		}
	}
	return only(then)
}

// expiredThen returns the secrets that had expired when the error was reported.
func (v *view) expiredThen() []objects.Credential {
	at := v.now
	if t := v.reported.Timestamp; t != nil && t.Before(at) {
		at = *t
	}
	return v.passwords(func(c objects.Credential) bool { return c.Expired(at.Add(skewLimit)) && v.expired(c) })
}

// only returns the element of a list with one element.
func only(list []objects.Credential) (objects.Credential, bool) {
	if len(list) != 1 {
		return objects.Credential{}, false
	}
	return list[0], true
}

// logNames: the sign-in log has a current failure with this secret.
func (v *view) logNames(c objects.Credential) fact.Fact[bool] {
	uses := func(e objects.SignInEntry) bool { return strings.EqualFold(e.KeyID, c.KeyID) }
	return when(v.SignInLog.Known(), v.expired(c) && slices.ContainsFunc(v.expiredUses(), uses))
}

// logged shows an entry of the sign-in log.
func logged(e objects.SignInEntry) seen.Value {
	return seen.Of(fact.Of(e), msg.New("Microsoft Graph, sign-in log"), func(e objects.SignInEntry) msg.Text {
		if e.IPAddress == "" {
			return msg.New("AADSTS%s on %s", e.ErrorCode, e.Time)
		}
		return msg.New("AADSTS%s on %s, from %s", e.ErrorCode, e.Time, e.IPAddress)
	})
}

// report returns the product's failure: the error in --error-text, or else the latest
// failure in the sign-in log.
func (v *view) report() *result.Reported {
	if m := v.reported; m != nil {
		r := &result.Reported{Causes: rankedCauses(m.Causes), Timestamp: m.Timestamp, Source: msg.New("--error-text")}
		if c, ok := v.productUses(); ok && saysExpired(m.Causes) && !v.aboutOtherApp(m) && !v.beforeRepair() {
			r.KeyID = result.OrNil(c.KeyID)
		}
		return r
	}
	found := append(v.expiredUses(), v.failures()...)
	if len(found) == 0 {
		return nil
	}
	e := found[0]
	return &result.Reported{Causes: rankedCauses(causesOf(e.ErrorCode)), KeyID: result.OrNil(e.KeyID),
		Timestamp: new(e.Time.UTC()), Source: result.FromSignInLog()}
}

func rankedCauses(ranked []aadsts.Ranked) []result.RankedCause {
	list := make([]result.RankedCause, len(ranked))
	for i, r := range ranked {
		list[i] = result.RankedCause{ID: string(r.ID), Summary: r.Summary, Remedy: r.Remedy}
	}
	return list
}

// productFails reports whether the configured credential works, but the text has a
// current error of this application. A warning about a secret that will expire is not an
// error.
func (v *view) productFails() bool {
	m := v.reported
	return m != nil && v.works() && !v.aboutOtherApp(m) && !v.beforeRepair() && m.Causes[0].ID != causes.SecretExpiring
}

// productExpired is a product that still uses an expired secret.
func productExpired(v *view) []*verdict {
	if !v.productFails() || !saysExpired(v.reported.Causes) {
		return nil
	}
	id := causes.SecretExpired
	if len(v.passwords(v.usable)) > 0 {
		id = causes.SecretSuperseded
	}
	used, single := v.productUses()
	if !single {
		d := v.reportedBy(possible(id).
			because(msg.New("The reported error is about an expired secret, but the configured credential works: the product uses a different one.")))
		for _, c := range firstFew(v.expiredThen()) {
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
	v.notInPortal(d, used)
	uses := v.expiredUses()
	if i := slices.IndexFunc(uses, func(e objects.SignInEntry) bool { return e.KeyID == used.KeyID }); i >= 0 {
		d.seen(msg.New("the sign-in log: %s was refused", used.Label()), logged(uses[i]))
	}
	return one(d)
}

// productRefused is any other error of the product. It has the causes that explain gives.
func productRefused(v *view) []*verdict {
	if !v.productFails() || saysExpired(v.reported.Causes) {
		return nil
	}
	m := v.reported
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

// reportedBy adds the reported error and the working credential to the evidence.
func (v *view) reportedBy(d *verdict) *verdict {
	d.product = true
	text := func(show func(aadsts.Match) string) seen.Value {
		return seen.Text(known(v.reported), msg.New("--error-text"), show)
	}
	d.seen(msg.New("the reported error"), text(func(m aadsts.Match) string {
		if m.Decisive == "" {
			return m.Excerpt
		}
		return "AADSTS" + m.Decisive
	}))
	if v.reported.Timestamp != nil {
		reported := text(func(m aadsts.Match) string { return rfc3339(*m.Timestamp) })
		d.seen(msg.New("the time of the reported error"), reported)
	}
	return d.seen(msg.New("the configured credential works; it signs in the application"), seen.Text(known(v.token), msg.New("a sign-in by spcheck"), func(t Token) string { return t.AppID }))
}

// firstFew limits a list in a report.
func firstFew[T any](list []T) []T { return list[:min(5, len(list))] }
