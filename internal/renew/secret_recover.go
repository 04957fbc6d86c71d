package renew

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// whereabouts says where the value of an earlier run's secret is.
type whereabouts int

const (
	// valueNowhere: all targets were read, and none contains it.
	valueNowhere whereabouts = iota
	// valueUnseen: it may be in a target that cannot be read.
	valueUnseen
	// valueFound: it is in a target, or it is the configured secret.
	valueFound
)

// findValue looks for the value of an earlier run's secret in the targets of that run and of
// this one, and in the configured credential. The first characters identify it. It is then
// stored in the earlier run's other targets as well.
func (r *secretRun) findValue(ctx context.Context) (place msg.Text, where whereabouts, err error) {
	earlier := r.earlierTargets()
	others := r.otherTargets(earlier)
	r.targets = earlier
	holding, where, err := r.readValue(ctx, slices.Concat(earlier, others))
	switch {
	case len(holding) > 0:
		if !slices.ContainsFunc(holding, func(t target.Target) bool { return slices.Contains(earlier, t) }) {
			r.moveTo(holding)
		}
		r.res.StoredIn = result.OrNil(specsOf(holding))
		return msg.New("The value is in %s.", specsOf(holding)), valueFound, nil
	case err != nil:
		return place, where, fail.Unknown(unchanged(msg.New("the value could not be read back: %s", msg.Of(err))), msg.New("try again once the target can be read"))
	}
	if r.value = r.configuredValue(ctx); !r.value.Empty() {
		r.noteBackups()
		r.targets = nil
		return msg.New("The value is that of the configured client secret."), valueFound, nil
	}
	return place, where, nil
}

// readValue reads the targets and keeps the value if some of them are holding it. The error
// is that of the last target that could not be read.
func (r *secretRun) readValue(ctx context.Context, targets []target.Target) (holding []target.Target, where whereabouts, err error) {
	if len(r.entry.Unsure) > 0 { // these are not read, because the run gave them up
		where = valueUnseen
	}
	for _, t := range targets {
		v, readErr := t.Read(ctx)
		switch {
		case readErr == nil && r.isNewValue(v):
			r.value = v
			holding = append(holding, t)
		case errors.Is(readErr, target.ErrOneWay):
			where = valueUnseen
		case readErr != nil:
			err = readErr
		}
	}
	return holding, where, err
}

// moveTo replaces the targets of the earlier run by others that contain the value.
func (r *secretRun) moveTo(targets []target.Target) {
	r.targets, r.entry.Places = targets, nil
	for _, t := range targets {
		r.entry.Places = append(r.entry.Places, journal.Place{Target: t.Spec(), Backup: t.Backup(), Stage: journal.Stored})
	}
}

// earlierTargets returns the targets of the earlier run. If one was named again now, its new
// definition is used, which may be able to read the value back. Each one is used once: two
// commands may be recorded by the same name.
func (r *secretRun) earlierTargets() []target.Target {
	var list []target.Target
	again := slices.Clone(r.targets)
	for _, p := range r.entry.Places {
		i := slices.IndexFunc(again, func(t target.Target) bool { return t.Spec() == p.Target })
		var t target.Target
		switch parsed, err := r.parse(p.Target); {
		case i >= 0:
			t = again[i]
			again = slices.Delete(again, i, i+1)
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

// otherTargets returns the targets that were not in the earlier run.
func (r *secretRun) otherTargets(noted []target.Target) []target.Target {
	return slices.DeleteFunc(slices.Clone(r.targets), func(t target.Target) bool {
		return slices.ContainsFunc(noted, func(n target.Target) bool { return n.Spec() == t.Spec() })
	})
}

// isNewValue reports whether a value can be that of the new secret. If Graph returned no
// hint, any value in the target is taken for it after the journal recorded Stored.
func (r *secretRun) isNewValue(v secrets.Value) bool {
	if r.added.Hint == "" {
		return !v.Empty() && r.entry.Stage == journal.Stored
	}
	return strings.HasPrefix(v.Reveal(), r.added.Hint)
}

// configuredValue returns the configured secret if it is the new one.
func (r *secretRun) configuredValue(ctx context.Context) secrets.Value {
	c := r.loadConfigured(ctx, r.tenant, objects.Password)
	if c == nil || r.added.Hint == "" || !r.isNewValue(c.Secret) {
		return secrets.Value{}
	}
	return c.Secret
}
