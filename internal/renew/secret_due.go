package renew

import (
	"context"
	"errors"
	"slices"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// needed reports whether a renewal is due. That depends on the secrets in the targets or,
// if no target can be read, on the secrets that are likely to be in use.
func (r *secretRun) needed(ctx context.Context) (bool, error) {
	readable, empty := 0, 0
	var hints []string
	defer func() { r.noteSuspects(ctx, hints) }()
	var last objects.Credential
	for _, t := range r.targets {
		hint, err := hintOf(ctx, t)
		switch {
		case errors.Is(err, target.ErrOneWay):
			continue
		case err != nil:
			return false, fail.Unknown(r.unchanged(msg.New("it could not be determined whether a renewal is due: %s", msg.Of(err))))
		}
		readable++
		if hint == "" {
			empty++
			continue
		}
		hints = append(hints, hint)
		c, ok := latest(usablePasswords(matching(r.knownSecrets(), hint), r.clock.serviceNow()))
		if !ok {
			r.setReason(msg.New("The value in %s does not work.", t.Spec()))
			return true, nil
		}
		if r.due(c) {
			r.setReason(expiryOf(c))
			return true, nil
		}
		last = c
	}
	switch {
	case readable == 0:
		return r.neededIfUnreadable(ctx)
	case empty == readable && !r.intended && !r.newTargets:
		return false, r.emptyTargets()
	case empty > 0:
		r.setReason(msg.New("A target contains no secret yet."))
		return true, nil
	}
	r.notNeeded(last)
	return false, nil
}

// emptyTargets returns the error for empty targets. The name of one may be mistyped, while
// the product reads another one.
func (r *secretRun) emptyTargets() error {
	return fail.Usage(r.unchanged(msg.New("%s contains no secret, so it is not known whether a renewal is due", specsOf(r.targets))),
		msg.New("check that it is where the product reads its secret; to store a first secret there, run once without --if-expiring-within"))
}

// neededIfUnreadable is needed for targets that cannot be read.
func (r *secretRun) neededIfUnreadable(ctx context.Context) (bool, error) {
	var good, unproven []objects.Credential
	for _, c := range usablePasswords(r.knownSecrets(), r.clock.serviceNow()) {
		switch r.trust(ctx, c) {
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
		e := fail.Unknown(r.unchanged(msg.New("spcheck added %d secrets, and it is not known whether they are in use", len(unproven))))
		e.Hint(msg.New("give the reader the permission AuditLog.Read.All to see when each was used, keep the journal with --state, or give a command that reads the value back with --read-back"))
		return false, e.Hint(msg.New("list them with: %s", commandline.Words{"spcheck", "list-secrets", "--sp", r.tenant.appID()}))
	}
	r.setReason(msg.New("There is no valid secret whose value is known to be in use."))
	if ok {
		r.setReason(expiryOf(c))
	}
	return true, nil
}

func expiryOf(c objects.Credential) msg.Text {
	return msg.New("The secret %s expires on %s.", c.Label(), endOf(c))
}

// maxUnproven limits the secrets that spcheck added and that may or may not be in use. With
// more of them, no further secret is added without a person.
const maxUnproven = 1

func (r *secretRun) notNeeded(c objects.Credential) {
	text := msg.New("Nothing to do: the secret %s has no expiry date.", c.Label())
	if c.End != nil {
		text = msg.New("Nothing to do: the secret %s is valid until %s.", c.Label(), *c.End)
	}
	r.step(stepPreflight, result.Pass, text)
}

// knownSecrets returns the client secrets, except those that an interrupted run added and
// whose value it lost.
func (r *secretRun) knownSecrets() []objects.Credential {
	all := ofKind(r.tenant.credentials(), objects.Password)
	if r.entry == nil || !r.entry.Stage.ValueLost() {
		return all
	}
	lost := named(all, r.entry.Names(), r.entry.KeyID)
	return slices.DeleteFunc(all, func(c objects.Credential) bool {
		return slices.ContainsFunc(lost, func(l objects.Credential) bool { return l.KeyID == c.KeyID })
	})
}

// hintOf returns the first characters of a target's content, as many as Graph keeps as the
// hint. The string is empty if the target contains less.
func hintOf(ctx context.Context, t target.Target) (string, error) {
	v, err := t.Read(ctx)
	if err != nil || len(v.Reveal()) < hintLength {
		return "", err
	}
	return v.Reveal()[:hintLength], nil
}

const hintLength = 3
