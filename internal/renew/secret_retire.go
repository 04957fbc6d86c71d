package renew

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
)

// replaces returns the key IDs of the secrets that the targets contain now, as far as that
// is certain.
func (r *secretRun) replaces(ctx context.Context) []string {
	var list []string
	for _, t := range r.targets {
		hint, err := hintOf(ctx, t)
		if err != nil || hint == "" {
			continue
		}
		if same := matching(ofKind(r.tenant.credentials(), objects.Password), hint); len(same) == 1 && same[0].Hint == hint {
			list = append(list, same[0].KeyID)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (r *secretRun) removes() bool {
	return r.retireAfter > 0 && slices.ContainsFunc(r.Store.Replaced(r.tenant.key(), r.tenant.appID()), func(old journal.Replaced) bool {
		_, there := r.byKey(old.KeyID)
		return there
	})
}

// retire removes secrets that an earlier renewal has replaced. The new one must have been
// proven for RetireAfter. The old one must have expired, or the activity report and the
// sign-in log must show no use within that time. Errors become notes.
func (r *secretRun) retire(ctx context.Context) {
	if r.retireAfter <= 0 || r.DryRun || ctx.Err() != nil {
		return
	}
	ctx, cancel := anyway(ctx)
	defer cancel()
	for _, old := range r.Store.Replaced(r.tenant.key(), r.tenant.appID()) {
		c, there := r.byKey(old.KeyID)
		successor, stands := r.byKey(old.By)
		if !there || !stands || !usable(successor, r.clock.serviceNow()) || r.trust(ctx, successor) != trusted || r.stillHeld(ctx, c) {
			continue
		}
		if why, may := r.mayRetire(ctx, c, old); !may {
			r.note(why)
			continue
		}
		if _, err := r.remover().remove(ctx, c, true); err != nil {
			r.note(msg.New("The replaced secret %s could not be removed: %s", c.Label(), msg.Of(err)))
			continue
		}
		r.res.Retired = append(r.res.Retired, r.row(c))
	}
}

func (r *secretRun) byKey(keyID string) (objects.Credential, bool) {
	all := ofKind(r.tenant.credentials(), objects.Password)
	i := slices.IndexFunc(all, func(c objects.Credential) bool { return strings.EqualFold(c.KeyID, keyID) })
	if i < 0 || all[i].SignsSAML() {
		return objects.Credential{}, false
	}
	return all[i], true
}

// stillHeld reports whether a target may still contain the old secret.
func (r *secretRun) stillHeld(ctx context.Context, c objects.Credential) bool {
	return slices.ContainsFunc(r.targets, func(t target.Target) bool {
		hint, err := hintOf(ctx, t)
		return err == nil && hint != "" && hint == c.Hint
	})
}

// mayRetire reports whether a replaced secret may be removed, or why not.
func (r *secretRun) mayRetire(ctx context.Context, c objects.Credential, old journal.Replaced) (why msg.Text, may bool) {
	now := r.clock.serviceNow()
	// A use appears in the activity report with a delay.
	wait := max(r.retireAfter, objects.ReportLag)
	_, known := r.clock.skew()
	switch {
	case !known:
		return msg.New("The replaced secret %s is kept: the service's clock could not be read.", c.Label()), false
	case c.Expired(now):
		return msg.Text{}, true
	case now.Sub(old.At) < wait:
		return msg.New("The replaced secret %s is kept until at least %s.", c.Label(), old.At.Add(wait)), false
	}
	return r.unused(ctx, c, now.Add(-wait))
}

// logKept is how far the sign-in log goes back with the licence that is needed to read it
// (Microsoft's documentation of its retention).
const logKept = 30 * 24 * time.Hour

// unused reports whether a secret was certainly not used since a time, or why that is not
// certain. It needs the activity report and the sign-in log. Without the report, the log is
// enough if it goes back far enough and names the key of every sign-in.
func (r *secretRun) unused(ctx context.Context, c objects.Credential, since time.Time) (why msg.Text, may bool) {
	activity := r.tenant.activity(ctx)
	if last := objects.LastUse(activity.Value, c.KeyID); last != nil && last.After(since) {
		return msg.New("The replaced secret %s is kept: it was used on %s.", c.Label(), *last), false
	}
	log, err := r.loggedUses(ctx, since)
	last, used := log.Last[c.KeyID]
	switch {
	case err != nil && !activity.Known():
		return msg.New("The replaced secret %s is kept: it is not known when it was last used (%s).", c.Label(), msg.Of(activity.Err())), false
	case err != nil:
		return msg.New("The replaced secret %s is kept: the sign-in log could not be read (%s).", c.Label(), msg.Of(err)), false
	case used:
		return msg.New("The replaced secret %s is kept: according to the sign-in log it was used on %s.", c.Label(), last), false
	case activity.Known():
		return msg.Text{}, true
	case !log.Whole || log.Unnamed || since.Before(r.clock.serviceNow().Add(-logKept)):
		return msg.New("The replaced secret %s is kept: the sign-in log alone does not show whether it is used, and the activity report could not be read (%s).", c.Label(), msg.Of(activity.Err())), false
	}
	return msg.Text{}, true
}

// loggedUses reads the sign-in log, once per run.
func (r *secretRun) loggedUses(ctx context.Context, since time.Time) (objects.LoggedUses, error) {
	if !r.logged.Asked() {
		r.logged = fact.From(r.tenant.actor.Client.LoggedUses(ctx, r.tenant.appID(), since))
	}
	return r.logged.Value, r.logged.Err()
}
