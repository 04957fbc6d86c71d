package renew

import (
	"context"
	"errors"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// resume goes on with a renewal that was interrupted: it proves a secret whose
// value can be read back, and cleans up after one whose value is lost.
func (r *run) resume(ctx context.Context) error {
	e := r.entry
	if e == nil {
		r.res.Outcome = result.NothingToResume
		r.step(stepPreflight, result.Pass, msg.New("No renewal of this application is unfinished on this machine."))
		return nil
	}
	r.step(stepPreflight, result.Pass, e.Summary())
	found, err := r.lostSecrets(ctx)
	switch {
	case err != nil:
		return graphFailure("what stands could not be read; nothing was changed", err)
	case len(found) == 0:
		return r.vanished()
	case e.Stage.ValueLost():
		return r.cleanUp(ctx, found)
	}
	newest := found[0]
	r.added = &newest
	if err := r.recover(ctx); err != nil {
		return err
	}
	if r.value.Empty() {
		return r.offerRemoval(ctx, found)
	}
	r.step(stepAdd, result.Pass, msg.New("The secret %s was added by the earlier run.", newest.KeyID))
	r.step(stepStore, result.Pass, msg.New("The value is in %s.", r.Target.Spec()))
	r.res.StoredIn = orNil(r.Target.Spec())
	return r.proveAndClose(ctx)
}

// vanished ends a renewal whose secret is not there: it was never added, or
// somebody has removed it.
func (r *run) vanished() error {
	if !r.entry.Stage.ValueLost() {
		r.note(msg.New("The secret %s is gone; if %s holds its value, that does not sign in any more.", r.entry.KeyID, r.entry.Target))
		r.noteBackup()
	}
	if err := r.Store.Close(r.entry); err != nil {
		return fail.Unknown(err.Error())
	}
	r.entry, r.res.Outcome = nil, result.CleanedUp
	r.step(stepAdd, result.Pass, msg.New("The earlier run's secret does not exist; there is nothing to clean up."))
	return nil
}

// noteBackup names the file or entry that keeps the former value.
func (r *run) noteBackup() {
	if r.entry.Backup != "" {
		r.note(msg.New("What the target held before may be kept in %s.", r.entry.Backup))
	}
}

// cleanUp removes secrets whose values nobody has.
func (r *run) cleanUp(ctx context.Context, found []objects.Credential) error {
	if err := r.discard(ctx, found); err != nil {
		return graphFailure("the lost secret could not be removed", err)
	}
	r.added = nil
	if err := r.Store.Close(r.entry); err != nil {
		return fail.Unknown(err.Error())
	}
	r.entry, r.res.Outcome = nil, result.CleanedUp
	r.step(stepAdd, result.Pass, msg.New("The lost secret of the earlier run was removed; nothing else has changed. Renew again with: %s", "spcheck renew-secret --sp "+r.tenant.appID()+" --to TARGET"))
	return nil
}

// recover finds the value: in the target that the earlier run noted or the one
// named now, else in the configured credential. A value counts where its first
// characters are those that Graph keeps of the secret.
func (r *run) recover(ctx context.Context) error {
	if err := r.findTarget(); err != nil {
		return err
	}
	v, err := r.Target.Read(ctx)
	switch {
	case err == nil && r.isAdded(v):
		r.value = v
		return nil
	case err != nil && !errors.Is(err, target.ErrOneWay):
		return fail.Unknown("the value could not be read back: "+wordsOf(err).String()+"; nothing was changed", "try again once the target can be read")
	}
	r.value = r.configured(ctx)
	return nil
}

// findTarget makes the target of the earlier run anew, unless one is named.
func (r *run) findTarget() error {
	if r.Target == nil {
		t, err := r.Parse(r.entry.Target)
		if err != nil {
			t = lost{r.entry.Target}
		}
		r.Target = t
	}
	if v, ok := r.Target.(target.Actor); ok {
		v.ActAs(r.tokens)
	}
	if r.Target.Spec() == r.entry.Target {
		r.Target.Adopt(r.entry.Backup)
	}
	return nil
}

// lost is a target that cannot be made again from what was noted of it.
type lost struct{ spec string }

func (l lost) Spec() string                              { return l.spec }
func (lost) Check(context.Context) error                 { return nil }
func (lost) Store(context.Context, target.Secret) error  { return target.ErrOneWay }
func (lost) Read(context.Context) (secrets.Value, error) { return secrets.Value{}, target.ErrOneWay }
func (lost) Backup() string                              { return "" }
func (lost) Adopt(string)                                {}
func (lost) Keep(context.Context) error                  { return nil }
func (lost) Undo(context.Context) error                  { return nil }

// isAdded reports whether a value can be that of the new secret.
func (r *run) isAdded(v secrets.Value) bool {
	return !v.Empty() && (r.added.Hint == "" || strings.HasPrefix(v.Reveal(), r.added.Hint))
}

// configured is the configured client secret, where it is the new one.
func (r *run) configured(ctx context.Context) secrets.Value {
	s := r.Input.Settings
	if s.Credential == nil || s.Credential.Kind != config.Password || !strings.EqualFold(s.Value(config.ClientID), r.tenant.appID()) {
		return secrets.Value{}
	}
	c, err := gather.LoadCredential(ctx, s.Credential, secrets.Deps{LookupEnv: r.Input.Env, Environ: r.Input.Environ, Stdin: r.Input.Stdin})
	if err != nil || r.added.Hint == "" || !r.isAdded(c.Secret) {
		return secrets.Value{}
	}
	return c.Secret
}

// offerRemoval says what stands where the value cannot be had, and removes the
// secret where a person agrees.
func (r *run) offerRemoval(ctx context.Context, found []objects.Credential) error {
	appID, keyID := r.tenant.appID(), r.added.KeyID
	question := msg.New("The value of the secret %s cannot be read back from %s. If nobody has it, the secret is of no use. Remove it?", keyID, r.Target.Spec())
	if r.Dialog != nil && r.Dialog.Confirm(ctx, question) {
		return r.cleanUp(ctx, found)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.step(stepStore, result.CheckUnknown, msg.New("Whether anybody has the value of %s is not known.", keyID))
	r.noteBackup()
	e := fail.Unknown("the secret " + keyID + " named " + r.added.Name + " exists, and its value cannot be read back from " + r.Target.Spec() + "; nothing was changed")
	e.Hint("if somebody has the value, prove it with: spcheck renew-secret --sp " + appID + " --resume --client-id " + appID + " --client-secret-file PATH")
	return e.Hint("if nobody has it, remove the secret with: " + removeCommand(appID, keyID))
}
