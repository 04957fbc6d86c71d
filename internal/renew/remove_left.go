package renew

import (
	"context"
	"slices"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// readAgain reads the objects again, to report what is left.
func (r *removal) readAgain(ctx context.Context) {
	ctx, cancel := anyway(ctx)
	defer cancel()
	if err := r.tenant.refresh(ctx); err != nil {
		r.res.Notes = append(r.res.Notes, msg.New("The secrets could not be read again at the end: %s", msg.Of(err)))
		return
	}
	r.noteNoneLeft()
}

// noteNoneLeft adds a note if something was removed and no credential is left that can sign
// in, now or later.
func (r *removal) noteNoneLeft() {
	gone := func(s result.RemovalItem) bool { return s.Gone() }
	if !slices.ContainsFunc(r.res.Secrets, gone) || !r.tenant.allListed() {
		return
	}
	for _, c := range r.left() {
		if c.ForSignIn() && !(r.timeKnown && c.Expired(r.now)) {
			return
		}
	}
	r.res.Notes = append(r.res.Notes, msg.New("No credential is listed any more that can sign in. Add a secret with: %s", renewCommand(r.tenant.appID())))
}

// left returns the credentials that were not removed. Removed ones may still be listed for a
// moment.
func (r *removal) left() []objects.Credential {
	gone := map[string]bool{}
	for _, s := range r.res.Secrets {
		if s.Credential.KeyID != nil && s.Gone() {
			gone[*s.Credential.KeyID] = true
		}
	}
	return only(r.tenant.credentials(), func(c objects.Credential) bool { return !gone[c.KeyID] })
}

// finish completes the report, however the run ended.
func (r *removal) finish(err error) {
	complete(&r.res.Header, err)
	if r.tenant == nil {
		return
	}
	for _, c := range r.left() {
		r.res.Remaining = append(r.res.Remaining, r.row(c))
	}
	r.res.Remaining = diagnose.SortRows(r.res.Remaining)
}
