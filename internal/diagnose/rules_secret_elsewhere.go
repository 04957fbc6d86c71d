package diagnose

import (
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
)

// otherApp is a value whose first characters are those of another application's
// secret. Three characters agree by chance once in 287,000 times; where several
// applications share them, they tell nothing.
func otherApp(v *view) []*verdict {
	found := v.elsewhere()
	if !v.secretRefused() || len(found) == 0 || !v.match.none() {
		return nil
	}
	d := likely(causes.SecretOfOtherApp)
	switch {
	case len(found) > 1:
		d = possible(causes.SecretOfOtherApp).
			because(msg.New("Several other applications have a secret with the value's first characters; it may be one of theirs.")).
			seen(msg.New("other applications with such a secret"), seen.Of(fact.Of(found), fromDirectory("application", "passwordCredentials"), func(f []Other) msg.Text { return msg.New("%d", len(f)) }))
	case v.stranger:
		d.because(msg.New("The application named with --sp has a credential that starts with the same characters as the value, but it is not the application with the configured client ID."))
	default:
		d.because(msg.New("No credential of this application starts with the same characters as the value, but one of another application does."))
	}
	for _, o := range firstFew(found) {
		d.seen(msg.New("%s has a secret with the same first characters", o.DisplayName), o.shown("passwordCredentials"))
	}
	return []*verdict{v.answered(d), possible(causes.SecretRemoved).
		because(msg.New("It may also be a removed secret of this application that happened to start with the same characters."))}
}

// shown identifies a credential of another application.
func (o Other) shown(field string) seen.Value {
	return seen.Of(fact.Of(o), fromDirectory("application", field), func(o Other) msg.Text { return msg.New("application ID %s, key ID %s", o.AppID, o.KeyID) })
}

// elsewhere are the other applications that have a secret with the value's first
// characters: those that were searched for, and the one that --sp names.
func (v *view) elsewhere() []Other {
	var found []Other
	if v.Elsewhere.Known() {
		found = v.Elsewhere.Value.Found
	}
	if !v.stranger || v.hint() == "" {
		return found
	}
	named := v.named()
	for _, c := range named.hinted() {
		found = append(found, Other{AppID: named.appID(), DisplayName: named.name(), KeyID: c.KeyID})
	}
	return found
}
