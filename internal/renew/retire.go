package renew

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
)

// replaces are the secrets that the targets hold before they get the new one,
// where that can be told for certain.
func (r *run) replaces(ctx context.Context) []string {
	var list []string
	for _, t := range r.Targets {
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

// retire removes secrets that an earlier renewal has replaced in the targets: once
// the new one was proven for the time that was asked for, and the old one has
// expired or, by the activity report, was not used in that time. What goes wrong
// harms nobody, and is noted.
func (r *run) retire(ctx context.Context) {
	if r.RetireAfter <= 0 || r.DryRun || ctx.Err() != nil {
		return
	}
	ctx, cancel := anyway(ctx)
	defer cancel()
	for _, old := range r.Store.Replaced(r.tenant.key(), r.tenant.appID()) {
		c, there := r.byKey(old.KeyID)
		successor, stands := r.byKey(old.By)
		if !there || !stands || !usable(successor, r.clock.serviceNow()) || r.trust(successor) != trusted || r.stillHeld(ctx, c) {
			continue
		}
		if why, may := r.mayRetire(c, old); !may {
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

func (r *run) byKey(keyID string) (objects.Credential, bool) {
	all := ofKind(r.tenant.credentials(), objects.Password)
	i := slices.IndexFunc(all, func(c objects.Credential) bool { return strings.EqualFold(c.KeyID, keyID) })
	if i < 0 || all[i].SignsSAML() {
		return objects.Credential{}, false
	}
	return all[i], true
}

// stillHeld reports that a target may hold the old secret yet.
func (r *run) stillHeld(ctx context.Context, c objects.Credential) bool {
	return slices.ContainsFunc(r.Targets, func(t target.Target) bool {
		hint, err := hintOf(ctx, t)
		return err == nil && hint != "" && hint == c.Hint
	})
}

// mayRetire says why a replaced secret stays.
func (r *run) mayRetire(c objects.Credential, old journal.Replaced) (why msg.Text, may bool) {
	now := r.clock.serviceNow()
	// The activity report shows a use late: before that, nothing is known.
	wait := max(r.RetireAfter, objects.ReportLag)
	activity := r.facts.Activity
	switch last := objects.LastUse(activity.Value, c.KeyID); {
	case c.Ended(now):
		return msg.Text{}, true
	case now.Sub(old.At) < wait:
		return msg.New("The replaced secret %s is kept until at least %s.", c.Label(), old.At.Add(wait)), false
	case !activity.Known():
		return msg.New("The replaced secret %s is kept: it is not known when it was last used (%s).", c.Label(), msg.Of(activity.Err())), false
	case last != nil && last.After(now.Add(-wait)):
		return msg.New("The replaced secret %s is kept: it was used on %s.", c.Label(), *last), false
	}
	return msg.Text{}, true
}

// remember notes what the new secret has replaced.
func (r *run) remember(at time.Time) {
	for _, id := range r.entry.Replaces {
		if err := r.Store.Replace(r.entry, journal.Replaced{KeyID: id, By: r.added.KeyID, At: at}); err != nil {
			r.note(msg.New("The journal could not record what the new secret replaces: %s", msg.Of(err)))
		}
	}
}
