package renew

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// needed reports whether a renewal is due. It goes by the content of the targets or, if no
// target can be read, by the secrets whose values somebody probably has.
func (r *run) needed(ctx context.Context) (bool, error) {
	readable, empty := 0, 0
	var hints []string
	defer func() { r.noteSuspects(hints) }()
	var last objects.Credential
	for _, t := range r.Targets {
		hint, err := hintOf(ctx, t)
		switch {
		case errors.Is(err, target.ErrOneWay):
			continue
		case err != nil:
			return false, fail.Unknown(unchanged(msg.New("it could not be determined whether a renewal is due: %s", msg.Of(err))))
		}
		readable++
		if hint == "" {
			empty++
			continue
		}
		hints = append(hints, hint)
		c, ok := latest(usablePasswords(matching(r.known(), hint), r.clock.serviceNow()))
		if !ok {
			r.because(msg.New("The value in %s does not work.", t.Spec()))
			return true, nil
		}
		if r.due(c) {
			r.because(expiryOf(c))
			return true, nil
		}
		last = c
	}
	switch {
	case readable == 0:
		return r.neededByTheTenant()
	case empty == readable && !r.intended && !r.NewTargets:
		return false, r.nothingThere()
	case empty > 0:
		r.because(msg.New("A target contains no secret yet."))
		return true, nil
	}
	r.notNeeded(last)
	return false, nil
}

// nothingThere refuses to guess: the name of an empty target may be mistyped, and the
// product may read another one.
func (r *run) nothingThere() error {
	return fail.Usage(unchanged(msg.New("%s contains no secret, so it is not known whether a renewal is due", specsOf(r.Targets))),
		msg.New("check that it is where the product reads its secret; to store a first secret there, run once without --if-expiring-within"))
}

// neededByTheTenant judges where no target gives anything back.
func (r *run) neededByTheTenant() (bool, error) {
	var good, unproven []objects.Credential
	for _, c := range usablePasswords(r.known(), r.clock.serviceNow()) {
		switch r.trust(c) {
		case trusted:
			good = append(good, c)
		case unclear:
			unproven = append(unproven, c)
		}
	}
	c, ok := latest(good)
	switch {
	case ok && !r.due(c):
		r.notNeeded(c)
		return false, nil
	case len(unproven) > maxUnproven:
		e := fail.Unknown(unchanged(msg.New("spcheck added %d secrets, and it is not known whether they are in use", len(unproven))))
		e.Hint(msg.New("give the reader the permission AuditLog.Read.All to see when each was used, keep the journal with --state, or give a command that reads the value back with --read-back"))
		return false, e.Hint(msg.New("list them with: %s", commandline.Words{"spcheck", "list-secrets", "--sp", r.tenant.appID()}))
	}
	r.because(msg.New("There is no valid secret whose value is known to be in use."))
	if ok {
		r.because(expiryOf(c))
	}
	return true, nil
}

// because says why a renewal is due, or is not.
func (r *run) because(t msg.Text) { r.res.Reason = &t }

func expiryOf(c objects.Credential) msg.Text {
	return msg.New("The secret %s expires on %s.", c.Label(), endOf(c))
}

// maxUnproven is how many secrets that spcheck added may be of unknown use before spcheck
// refuses to add another one unattended.
const maxUnproven = 1

func (r *run) due(c objects.Credential) bool {
	return c.End != nil && !c.End.After(r.clock.serviceNow().Add(*r.IfExpiringWithin))
}

func (r *run) notNeeded(c objects.Credential) {
	text := msg.New("Nothing to do: the secret %s has no expiry date.", c.Label())
	if c.End != nil {
		text = msg.New("Nothing to do: the secret %s is valid until %s.", c.Label(), *c.End)
	}
	r.step(stepPreflight, result.Pass, text)
}

// latest is the credential that expires last.
func latest(list []objects.Credential) (objects.Credential, bool) {
	if len(list) == 0 {
		return objects.Credential{}, false
	}
	return slices.MaxFunc(list, func(a, b objects.Credential) int { return endOf(a).Compare(endOf(b)) }), true
}

// endOf orders secrets by their expiry; one without outlasts all others.
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

// matching returns the secrets whose hint is that of a target's content. It returns none
// if the target contains a secret of something else, or one that was removed.
func matching(all []objects.Credential, hint string) []objects.Credential {
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

// hintOf returns the first characters of a target's content, the same that Graph stores as
// the hint. It returns an empty string if the target contains less.
func hintOf(ctx context.Context, t target.Target) (string, error) {
	v, err := t.Read(ctx)
	if err != nil || len(v.Reveal()) < hintLength {
		return "", err
	}
	return v.Reveal()[:hintLength], nil
}

const hintLength = 3

func usablePasswords(list []objects.Credential, now time.Time) []objects.Credential {
	return only(list, func(c objects.Credential) bool { return c.Kind == objects.Password && usable(c, now) })
}

// usable allows for different clocks: the service sets the start of a new secret by its
// own clock, which is known to the second only.
func usable(c objects.Credential, now time.Time) bool {
	return c.Usable(now) || c.Start != nil && c.Start.After(now) && c.Start.Sub(now) < tolerable && c.Usable(*c.Start)
}
