package renew

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

// whereabouts says where the value of an earlier run's secret is.
type whereabouts int

const (
	// nowhereElse: all targets were read, and none contains it.
	nowhereElse whereabouts = iota
	// unseen: it may be in a target that cannot be read.
	unseen
	// found: it is in a target, or it is the configured secret.
	found
)

// recover looks for the value of an earlier run's secret in the targets of that run and of
// this one, and in the configured credential. The first characters identify it. It is then
// stored in the earlier run's other targets as well.
func (r *secretRun) recover(ctx context.Context) (place msg.Text, where whereabouts, err error) {
	targets := r.noted()
	var holding []target.Target
	for _, t := range append(slices.Clone(targets), r.further(targets)...) {
		v, readErr := t.Read(ctx)
		switch {
		case readErr == nil && r.isAdded(v):
			r.value = v
			holding = append(holding, t)
		case errors.Is(readErr, target.ErrOneWay):
			where = unseen
		case readErr != nil:
			err = readErr
		}
	}
	switch {
	case len(holding) > 0:
		r.targets = targets
		if !slices.ContainsFunc(holding, func(t target.Target) bool { return slices.Contains(targets, t) }) {
			// Only a target that was named now contains it. The earlier ones are given up.
			r.targets, r.entry.Places = holding, nil
			for _, t := range holding {
				r.entry.Places = append(r.entry.Places, journal.Place{Target: t.Spec(), Backup: t.Backup(), Stage: journal.Stored})
			}
		}
		r.res.StoredIn = result.OrNil(specsOf(holding))
		return msg.New("The value is in %s.", specsOf(holding)), found, nil
	case err != nil:
		return place, where, fail.Unknown(unchanged(msg.New("the value could not be read back: %s", msg.Of(err))), msg.New("try again once the target can be read"))
	}
	r.targets = targets
	if r.value = r.configured(ctx); !r.value.Empty() {
		r.noteBackups()
		r.targets = nil
		return msg.New("The value is that of the configured client secret."), found, nil
	}
	return place, where, nil
}

// noted returns the targets of the earlier run. If one was named again now, its new
// definition is used, which may be able to read the value back.
func (r *secretRun) noted() []target.Target {
	var list []target.Target
	for _, p := range r.entry.Places {
		i := slices.IndexFunc(r.targets, func(t target.Target) bool { return t.Spec() == p.Target })
		var t target.Target
		switch parsed, err := r.parse(p.Target); {
		case i >= 0:
			t = r.targets[i]
		case err == nil:
			t = parsed
			r.empower(t)
		default:
			t = target.Elsewhere(p.Target)
		}
		t.Adopt(p.Backup)
		list = append(list, t)
	}
	return list
}

// further returns the targets that were not in the earlier run.
func (r *secretRun) further(noted []target.Target) []target.Target {
	return slices.DeleteFunc(slices.Clone(r.targets), func(t target.Target) bool {
		return slices.ContainsFunc(noted, func(n target.Target) bool { return n.Spec() == t.Spec() })
	})
}

// isAdded reports whether a value can be that of the new secret. If Graph returned no hint,
// any value in the target is taken for it after the journal recorded Stored.
func (r *secretRun) isAdded(v secrets.Value) bool {
	if r.added.Hint == "" {
		return !v.Empty() && r.entry.Stage == journal.Stored
	}
	return strings.HasPrefix(v.Reveal(), r.added.Hint)
}

// configured returns the configured secret if it is the new one.
func (r *secretRun) configured(ctx context.Context) secrets.Value {
	s := r.Input.Settings
	if s.Credential == nil || s.Credential.Kind != objects.Password || !strings.EqualFold(s.Value(config.ClientID), r.tenant.appID()) {
		return secrets.Value{}
	}
	c, err := session.LoadCredential(ctx, s.Credential, secrets.Deps{LookupEnv: r.Input.Env, Environ: r.Input.Environ, Stdin: r.Input.Stdin})
	if err != nil || r.added.Hint == "" || !r.isAdded(c.Secret) {
		return secrets.Value{}
	}
	return c.Secret
}
