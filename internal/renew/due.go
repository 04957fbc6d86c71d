package renew

import (
	"context"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// needed settles --if-expiring-within.
func (r *run) needed(ctx context.Context) bool {
	if r.IfExpiringWithin == nil {
		return true
	}
	c, ok := r.inUse(ctx)
	edge := r.clock.serviceNow().Add(*r.IfExpiringWithin)
	if !ok || c.End != nil && !c.End.After(edge) {
		return true
	}
	if c.End == nil {
		r.step(stepPreflight, result.Pass, msg.New("Nothing to do: the secret %s has no end.", c.KeyID))
		return false
	}
	r.step(stepPreflight, result.Pass, msg.New("Nothing to do: the secret %s is valid until %s.", c.KeyID, *c.End))
	return false
}

// inUse is the secret that matters, false where it does not sign in: the one that
// the target holds, where that can be told, else the usable one that ends last.
func (r *run) inUse(ctx context.Context) (objects.Credential, bool) {
	usable := usablePasswords(r.held(ctx, r.known()), r.clock.serviceNow())
	if len(usable) == 0 {
		return objects.Credential{}, false
	}
	return slices.MaxFunc(usable, func(a, b objects.Credential) int { return endOf(a).Compare(endOf(b)) }), true
}

// endOf orders secrets by their end; one without an end outlasts all others.
func endOf(c objects.Credential) time.Time {
	if c.End == nil {
		return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return *c.End
}

// known are the client secrets whose values somebody may have: not those that an
// interrupted run added and lost.
func (r *run) known() []objects.Credential {
	all := ofKind(r.tenant.credentials(), objects.Password)
	if r.entry == nil || !r.entry.Stage.ValueLost() {
		return all
	}
	lost := named(all, r.entry.Names(), r.entry.KeyID)
	return slices.DeleteFunc(all, func(c objects.Credential) bool {
		return slices.ContainsFunc(lost, func(l objects.Credential) bool { return l.KeyID == c.KeyID })
	})
}

// held narrows secrets to those that the target may hold, usable or not. None is
// left where it holds the secret of something else, or one that was removed.
func (r *run) held(ctx context.Context, all []objects.Credential) []objects.Credential {
	hint := hintOf(ctx, r.Target)
	if hint == "" {
		return all
	}
	var same, silent []objects.Credential
	for _, c := range all {
		switch c.Hint {
		case hint:
			same = append(same, c)
		case "":
			silent = append(silent, c)
		}
	}
	if len(same) == 0 {
		return silent
	}
	return same
}

// hintOf gives the first characters of what a target holds, as Graph keeps them
// of a secret; empty where it holds nothing or nobody can tell.
func hintOf(ctx context.Context, t target.Target) string {
	if t == nil {
		return ""
	}
	v, err := t.Read(ctx)
	if err != nil || v.Len() < hintLength {
		return ""
	}
	return v.Reveal()[:hintLength]
}

const hintLength = 3

func usablePasswords(list []objects.Credential, now time.Time) []objects.Credential {
	var out []objects.Credential
	for _, c := range list {
		if c.Kind == objects.Password && c.Usable(now) {
			out = append(out, c)
		}
	}
	return out
}
