package renew

import (
	"context"
	"errors"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

// recover finds the value: in the target that is named now, in the one that the
// earlier run noted, or in the configured credential. A value counts where its
// first characters are those that Graph keeps of the secret.
func (r *run) recover(ctx context.Context) (place msg.Text, err error) {
	noted := r.noted()
	places := []target.Target{noted}
	if r.Target != nil && r.Target.Spec() != noted.Spec() {
		places = []target.Target{r.Target, noted}
	}
	for _, t := range places {
		v, readErr := t.Read(ctx)
		if readErr == nil && r.isAdded(v) {
			r.value, r.Target = v, t
			r.res.StoredIn = orNil(t.Spec())
			return msg.New("The value is in %s.", t.Spec()), nil
		}
		if readErr != nil && !errors.Is(readErr, target.ErrOneWay) {
			err = readErr
		}
	}
	r.Target = noted
	if r.value = r.configured(ctx); !r.value.Empty() {
		r.noteBackup()
		r.Target = elsewhere{noted.Spec()}
		return msg.New("The value is that of the configured client secret."), nil
	}
	if err != nil {
		return place, fail.Unknown(msg.Literal("the value could not be read back: "+wordsOf(err).String()+"; nothing was changed"), msg.Literal("try again once the target can be read"))
	}
	return place, nil
}

// noted makes the target of the earlier run anew.
func (r *run) noted() target.Target {
	t, err := r.Parse(r.entry.Target)
	if err != nil {
		return elsewhere{r.entry.Target}
	}
	if v, ok := t.(target.Actor); ok {
		v.ActAs(r.tokens)
	}
	t.Adopt(r.entry.Backup)
	return t
}

// elsewhere is a target that nothing is asked of: it cannot be made again from
// what was noted of it, or the value came from another place.
type elsewhere struct{ spec string }

func (e elsewhere) Spec() string                             { return e.spec }
func (elsewhere) Check(context.Context) error                { return nil }
func (elsewhere) Store(context.Context, target.Secret) error { return target.ErrOneWay }
func (elsewhere) Read(context.Context) (secrets.Value, error) {
	return secrets.Value{}, target.ErrOneWay
}
func (elsewhere) Backup() string             { return "" }
func (elsewhere) Adopt(string)               {}
func (elsewhere) Keep(context.Context) error { return nil }
func (elsewhere) Undo(context.Context) error { return nil }

// isAdded reports whether a value can be that of the new secret. Without a hint
// it is believed where the earlier run has noted that it was stored.
func (r *run) isAdded(v secrets.Value) bool {
	if r.added.Hint == "" {
		return !v.Empty() && r.entry.Stage == journal.Stored
	}
	return strings.HasPrefix(v.Reveal(), r.added.Hint)
}

// configured is the configured client secret, where it is the new one.
func (r *run) configured(ctx context.Context) secrets.Value {
	s := r.Input.Settings
	if s.Credential == nil || s.Credential.Kind != config.Password || !strings.EqualFold(s.Value(config.ClientID), r.tenant.appID()) {
		return secrets.Value{}
	}
	c, err := session.LoadCredential(ctx, s.Credential, secrets.Deps{LookupEnv: r.Input.Env, Environ: r.Input.Environ, Stdin: r.Input.Stdin})
	if err != nil || r.added.Hint == "" || !r.isAdded(c.Secret) {
		return secrets.Value{}
	}
	return c.Secret
}
