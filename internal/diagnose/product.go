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
	// lately is how long a failure in the sign-in log counts as one of now: a
	// product that syncs once a day has failed within it.
	lately = 24 * time.Hour
	// logLag is how far the log's and the text's times may lie apart, or ahead of
	// the service's clock.
	logLag = time.Hour
)

// reported is the error in --error-text. Of several one about the configured
// application counts more, then one with a code, then the last, since the last of
// a log is the one that stands. A message that only says which program wrote it
// is none. It is nil where there is no error.
func (v *view) reported() *aadsts.Match {
	var best *aadsts.Match
	worth := func(m *aadsts.Match) (n int) {
		if !v.speaksOfAnother(m) {
			n += 2
		}
		if m.Decisive != "" {
			n++
		}
		return n
	}
	for i := range v.Text.Value {
		m := &v.Text.Value[i]
		if isError(*m) && (best == nil || worth(m) >= worth(best)) {
			best = m
		}
	}
	return best
}

// speaksOfAnother reports whether an error names another application than the
// configured one.
func (v *view) speaksOfAnother(m *aadsts.Match) bool {
	own := v.Setup.ClientID.Value
	return own != "" && objects.IsGUID(m.AppID) && !strings.EqualFold(m.AppID, own)
}

// isError reports whether a part of a text is an error, not only the mark of a
// program.
func isError(m aadsts.Match) bool { return len(m.Causes) > 0 }

// saysExpired reports whether the first cause of an error is an expired secret.
func saysExpired(ranked []aadsts.Ranked) bool {
	return len(ranked) > 0 && (ranked[0].ID == causes.SecretExpired || ranked[0].ID == causes.SecretSuperseded)
}

// meantBy is what the catalogue says of a code of the sign-in log.
func meantBy(code string) []aadsts.Ranked {
	catalogue, err := aadsts.Load()
	if err != nil {
		return nil
	}
	m, _ := catalogue.MatchCode(code)
	return m.Causes
}

// failures are the refusals of the last day in the sign-in log, the latest first.
// An entry with a time that has not come yet is none.
func (v *view) failures() []objects.SignInEntry {
	if !v.SignInLog.Known() || v.stranger || v.abroad {
		return nil
	}
	var failed []objects.SignInEntry
	for _, e := range v.SignInLog.Value {
		if age := v.now.Sub(e.Time); e.ErrorCode != "" && e.ErrorCode != "0" && age < lately && age > -logLag {
			failed = append(failed, e)
		}
	}
	slices.SortStableFunc(failed, func(a, b objects.SignInEntry) int { return b.Time.Compare(a.Time) })
	return failed
}

// expiredUses are the refusals of the last day that were those of an expired
// secret: by the key that the entry names, or by its code.
func (v *view) expiredUses() []objects.SignInEntry {
	return slices.DeleteFunc(v.failures(), func(e objects.SignInEntry) bool {
		key, listed := v.listedKey(e.KeyID)
		return v.before(e.Time) || !(listed && key.Expired(v.now)) && !saysExpired(meantBy(e.ErrorCode))
	})
}

// listedKey finds a listed password by its key ID.
func (v *view) listedKey(id string) (objects.Credential, bool) {
	found := v.passwords(func(c objects.Credential) bool { return id != "" && strings.EqualFold(c.KeyID, id) })
	if len(found) != 1 {
		return objects.Credential{}, false // none, or an ID that several have
	}
	return found[0], true
}

// outdated reports whether the reported error is older than the credential that
// signs in now: it is of before the product was repaired.
func (v *view) outdated() bool {
	at := v.reported().Timestamp
	return at != nil && v.before(*at)
}

// before reports whether the credential that signs in now was not there yet.
func (v *view) before(at time.Time) bool {
	if v.token == nil {
		return false
	}
	inUse, known := v.match.one()
	if known {
		return inUse.Start != nil && at.Before(*inUse.Start)
	}
	valid := v.passwords(v.usable)
	return len(valid) > 0 && !slices.ContainsFunc(valid, func(c objects.Credential) bool { return c.Start == nil || !at.Before(*c.Start) })
}

// recent reports whether the reported error is of the last day, as far as it
// tells its time.
func (v *view) recent() bool {
	at := v.reported().Timestamp
	return at == nil || v.now.Sub(*at) < lately && v.now.Sub(*at) > -logLag
}

// usedThen are the passwords that were expired when the error was reported.
func (v *view) usedThen() []objects.Credential {
	at := v.now
	if t := v.reported().Timestamp; t != nil && t.Before(at) {
		at = *t
	}
	return v.passwords(func(c objects.Credential) bool { return c.Expired(at.Add(skewLimit)) && c.Expired(v.now) })
}

// productUses is the expired secret that the product uses: the only one that it
// can be, or the one that the sign-in log names.
func (v *view) productUses() (objects.Credential, bool) {
	then := v.usedThen()
	for _, e := range v.expiredUses() {
		key, listed := v.listedKey(e.KeyID)
		if listed && slices.ContainsFunc(then, func(c objects.Credential) bool { return c.KeyID == key.KeyID }) {
			return key, true
		}
	}
	if len(then) != 1 {
		return objects.Credential{}, false
	}
	return then[0], true
}

// logNames: the sign-in log has a refusal of the last day with this key.
func (v *view) logNames(c objects.Credential) fact.Fact[bool] {
	if !v.SignInLog.Known() {
		return fact.Fact[bool]{}
	}
	return fact.Of(c.Expired(v.now) && slices.ContainsFunc(v.expiredUses(), func(e objects.SignInEntry) bool { return strings.EqualFold(e.KeyID, c.KeyID) }))
}

// logged is an entry of the sign-in log as evidence.
func logged(e objects.SignInEntry) seen.Value {
	return seen.Of(fact.Of(e), msg.New("Microsoft Graph, sign-in log"), func(e objects.SignInEntry) msg.Text {
		if e.IPAddress == "" {
			return msg.New("AADSTS%s on %s", e.ErrorCode, e.Time)
		}
		return msg.New("AADSTS%s on %s, from %s", e.ErrorCode, e.Time, e.IPAddress)
	})
}

// report is the product's failure in the form of the contract: what the text
// says, else what the log of the last day does.
func (v *view) report() *result.Reported {
	if m := v.reported(); m != nil {
		r := &result.Reported{Causes: rankedCauses(m.Causes), Timestamp: m.Timestamp, Source: msg.New("--error-text")}
		if c, ok := v.productUses(); ok && saysExpired(m.Causes) && !v.speaksOfAnother(m) && !v.outdated() {
			r.KeyID = result.OrNil(c.KeyID)
		}
		return r
	}
	found := append(v.expiredUses(), v.failures()...)
	if len(found) == 0 {
		return nil
	}
	e := found[0]
	at := e.Time.UTC()
	return &result.Reported{Causes: rankedCauses(meantBy(e.ErrorCode)), KeyID: result.OrNil(e.KeyID), Timestamp: &at, Source: msg.New("the sign-in log")}
}

func rankedCauses(ranked []aadsts.Ranked) []result.RankedCause {
	list := make([]result.RankedCause, len(ranked))
	for i, r := range ranked {
		list[i] = result.RankedCause{ID: string(r.ID), Summary: r.Summary, Remedy: r.Remedy}
	}
	return list
}

// productFails reports whether the configured credential signs in, while the text
// has an error of this application that is not of before.
func (v *view) productFails() bool {
	m := v.reported()
	return m != nil && v.works() && !v.speaksOfAnother(m) && !v.outdated() && !warnsInTime(m.Causes)
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
	if len(v.passwords(v.usable)) > 0 {
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
