package scan

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// following reads the applications and service principals of a tenant from what the
// last scan kept and what changed since, or all of them, to be kept.
type following struct {
	scan  *tenantScan
	from  follower
	place *kept.Place
	state *kept.State
	out   *kept.Writer
	head  kept.Head
	kinds [len(keptKinds)]followed
}

// followed is one collection on its way.
type followed struct {
	changes *pending
	link    string
	// counted is how many objects Graph counts, held how many are known.
	counted, held int
	err           error
}

var (
	errCounts  = msg.Error(msg.New("Microsoft Graph counts a different number of objects than the saved state"))
	errPartial = msg.Error(msg.New("Microsoft Graph reports changes to objects that are not in the saved state"))
)

// follow reads the tenant with what was kept, and reports whether it did. It does not
// where another scan holds what was kept, or Graph tells no changes.
func (t *tenantScan) follow(ctx context.Context) bool {
	from, ok := t.lister.(follower)
	if t.options.Keep == nil || !ok {
		return false
	}
	place, err := t.options.Keep.Store.Open(kept.Key{Tenant: t.tenants[0], Cloud: t.cloud, Graph: from.Origin()})
	if err != nil {
		t.notice(msg.New("the saved state of the tenant is not used, and no state is saved: %s", msg.Of(err)), !errors.Is(err, kept.ErrBusy))
		return false
	}
	defer place.Close()
	f := &following{scan: t, from: from, place: place}
	f.restart()
	defer func() { f.out.Discard() }()
	why := f.old()
	if f.state != nil {
		done, because := f.catchUp(ctx)
		if done {
			return true
		}
		why = because
	}
	if !why.IsZero() {
		t.notice(msg.New("everything is read again: %s", why), false)
	}
	return f.whole(ctx)
}

// restart drops what was read so far.
func (f *following) restart() {
	if f.out != nil {
		f.out.Discard()
	}
	f.out = f.place.Write()
	for i := range f.scan.main {
		f.scan.main[i].reset()
	}
}

// old finds what was kept and is still of use, or says why nothing is. Where nothing
// was kept, or the user asked for a full read, nothing is said.
func (f *following) old() (why msg.Text) {
	o := f.scan.options.Keep
	if o.Full {
		return msg.Text{}
	}
	s, why := f.place.State()
	if s == nil {
		return why
	}
	age := f.scan.now.Sub(s.Full)
	switch {
	case age < 0:
		return msg.New("its saved state has a date in the future")
	case age > o.maxAge():
		return msg.New("it was last read completely on %s", s.Full.UTC().Format(time.DateOnly))
	}
	for i, k := range keptKinds {
		c := &s.Collections[i]
		if c.Link == "" || !slices.Equal(c.Selection, f.from.Selection(k.kind)) {
			return msg.New("its saved state has different properties")
		}
	}
	f.state, f.head.Full = s, s.Full
	for i, k := range keptKinds {
		f.kinds[i] = followed{changes: newPending(k.kind), link: s.Collections[i].Link}
	}
	return msg.Text{}
}

// tries is how often changes are asked for before everything is read: an object that
// was made between the changes and the count shows the second time.
const tries = 2

// catchUp asks for what changed. Where that is of no use it says why; done is that
// the tenant was read, or could not be.
func (f *following) catchUp(ctx context.Context) (done bool, why msg.Text) {
	for try := range tries {
		if try > 0 {
			f.restart()
		}
		err := f.each(func(i int) error { return f.ask(ctx, i) })
		if err == nil {
			err = f.each(f.layOver)
		}
		switch {
		case err == nil:
			f.keep()
			return true, why
		case !errors.Is(err, errCounts):
			return f.gaveUp(err)
		}
	}
	f.restart()
	return false, msg.Of(errCounts)
}

// gaveUp settles an error: with some the tenant cannot be read at all, others a full
// read gets around.
func (f *following) gaveUp(err error) (done bool, why msg.Text) {
	var refused *objects.Unfollowed
	switch {
	case errors.As(err, &refused):
		why = msg.New("Microsoft Graph does not report what changed since the last scan (%s)", ReasonOf(refused.Err))
	case kept.IsDamaged(err):
		why = kept.Damaged()
	case errors.Is(err, errPartial):
		why = msg.Of(errPartial)
	default:
		f.restart()
		// What could be read is worth knowing, and the rest is unknown.
		_ = f.each(func(i int) error {
			if f.kinds[i].err != nil {
				return f.kinds[i].err
			}
			return f.layOver(i)
		})
		f.fail()
		return true, msg.Text{}
	}
	f.restart()
	return false, why
}

// fail says which collections could not be read.
func (f *following) fail() {
	for i, k := range keptKinds {
		f.scan.fail(k.whole, f.kinds[i].err)
		f.scan.fail(k.ofCertificates, f.kinds[i].err)
	}
}

// each does something for both collections at a time, and returns the first error
// in their order.
func (f *following) each(do func(i int) error) error {
	var g errgroup.Group
	for i := range f.kinds {
		g.Go(func() error { f.kinds[i].err = do(i); return nil })
	}
	_ = g.Wait()
	return errors.Join(f.kinds[0].err, f.kinds[1].err)
}

// ask reads the changes of a collection, and then how many objects there are.
func (f *following) ask(ctx context.Context, i int) error {
	k := &f.kinds[i]
	link, err := f.from.Follow(ctx, objects.Changes{Kind: keptKinds[i].kind, Link: k.link, Object: k.changes.note, Page: f.scan.page})
	if err != nil {
		return err
	}
	k.link = link
	k.counted, err = f.from.Count(ctx, keptKinds[i].kind)
	return err
}

// layOver lays the changes over what was kept, and compares the number with Graph's.
func (f *following) layOver(i int) error {
	k, w := &f.kinds[i], &watcher{f: f, collection: i}
	w.reader.Kind, w.reader.Again = keptKinds[i].kind, true
	if err := k.changes.laidOver(f.state, i, w.take); err != nil {
		return err
	}
	k.held = f.out.Objects(i)
	beyond := f.state.Collections[i].Beyond
	if k.counted != k.held && k.counted != k.held+beyond {
		return errCounts
	}
	f.head.Collections[i].Beyond = beyond
	f.scan.main[i].objects += k.held
	return nil
}

// keep puts what was read in the place of what was kept before.
func (f *following) keep() {
	f.head.Read = f.scan.now.UTC()
	for i, k := range keptKinds {
		c := &f.head.Collections[i]
		c.Link, c.Selection = f.kinds[i].link, f.from.Selection(k.kind)
	}
	if err := f.out.Commit(&f.head); err != nil {
		f.scan.notice(msg.New("the new state could not be saved, so the next scan will start from the previous one: %s", msg.Of(err)), true)
	}
}
