package scan

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// following reads the applications and service principals of a tenant from the saved state
// and the changes since, or reads all of them and saves a state.
type following struct {
	scan  *tenantScan
	from  follower
	place *kept.Place
	state *kept.State
	out   *kept.Writer
	head  kept.Head
	kinds [len(kinds)]followed
}

// followed is the progress of one collection.
type followed struct {
	changes *pending
	link    string
	counted int // how many objects Graph counts
	err     error
}

var (
	errCounts  = msg.Error(msg.New("Microsoft Graph counts a different number of objects than the saved state"))
	errPartial = msg.Error(msg.New("Microsoft Graph reports changes to objects that are not in the saved state"))
	errReread  = msg.Error(msg.New("the new state could not be saved"))
)

// follow reads the tenant by its changes, and reports whether it did. It does not if another
// scan uses the saved state, or Graph does not report changes.
func (t *tenantScan) follow(ctx context.Context) bool {
	from, ok := t.lister.(follower)
	if t.options.Keep == nil || !ok {
		return false
	}
	place, err := t.options.Keep.Store.Open(kept.Key{Tenant: t.names[0], Cloud: t.cloud, Graph: from.Origin()})
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

// restart discards what was read so far.
func (f *following) restart() {
	if f.out != nil {
		f.out.Discard()
	}
	f.out = f.place.Write()
	for i := range f.scan.main {
		f.scan.main[i].reset()
	}
}

// old loads the saved state, or says why it cannot be used. It says nothing if there is none
// or the user requested a full read.
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
	case age > cmp.Or(max(o.MaxAge, 0), fullAfter):
		return msg.New("it was last read completely on %s", s.Full.UTC().Format(time.DateOnly))
	}
	for i, kind := range kinds {
		c := &s.Collections[i]
		if c.Link == "" || !slices.Equal(c.Selection, f.from.Selection(kind)) {
			return msg.New("its saved state has different properties")
		}
		f.kinds[i] = followed{changes: newPending(kind), link: c.Link}
	}
	f.state, f.head.Full = s, s.Full
	return msg.Text{}
}

// tries is how often changes are requested before everything is read. An object that was
// created between the changes and the count appears the second time.
const tries = 2

// catchUp requests the changes. done is true if the tenant was read, or cannot be read.
// Otherwise why says why everything must be read.
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

// gaveUp handles an error. With some errors the tenant cannot be read at all, and others are
// avoided by a full read.
func (f *following) gaveUp(err error) (done bool, why msg.Text) {
	refused, unfollowed := errors.AsType[*objects.Unfollowed](err)
	f.restart()
	switch {
	case unfollowed:
		return false, msg.New("Microsoft Graph does not report what changed since the last scan (%s)", ReasonOf(refused.Err))
	case kept.IsDamaged(err):
		return false, kept.Damaged()
	case errors.Is(err, errPartial):
		return false, msg.Of(errPartial)
	}
	// The collection that could be read is still useful. The other one is unknown.
	_ = f.each(func(i int) error {
		if f.kinds[i].err != nil {
			return f.kinds[i].err
		}
		return f.layOver(i)
	})
	f.fail()
	return true, msg.Text{}
}

// fail records which collections could not be read.
func (f *following) fail() {
	for i, p := range parts {
		f.scan.fail(p.what, f.kinds[i%len(kinds)].err)
	}
}

// each runs a function for both collections in parallel.
func (f *following) each(do func(i int) error) error {
	var wg sync.WaitGroup
	for i := range f.kinds {
		wg.Go(func() { f.kinds[i].err = do(i) })
	}
	wg.Wait()
	return errors.Join(f.kinds[0].err, f.kinds[1].err)
}

// ask reads the changes of a collection, and then the number of objects.
func (f *following) ask(ctx context.Context, i int) error {
	k := &f.kinds[i]
	link, err := f.from.Follow(ctx, objects.Changes{Kind: kinds[i], Link: k.link, Object: k.changes.note, Page: f.scan.page})
	if err != nil {
		return err
	}
	k.link = link
	k.counted, err = f.from.Count(ctx, kinds[i])
	return err
}

// layOver applies the changes to the saved state, and compares the number of objects with
// Graph's.
func (f *following) layOver(i int) error {
	if err := f.kinds[i].changes.laidOver(f.state, i, f.watch(i).take); err != nil {
		return err
	}
	held, counted, beyond := f.out.Objects(i), f.kinds[i].counted, f.state.Collections[i].Beyond
	if counted != held && counted != held+beyond {
		return errCounts
	}
	f.head.Collections[i].Beyond = beyond
	f.scan.main[i].objects += held
	return nil
}

// keep replaces the saved state.
func (f *following) keep() {
	f.head.Read = f.scan.now.UTC()
	for i, kind := range kinds {
		c := &f.head.Collections[i]
		c.Link, c.Selection = f.kinds[i].link, f.from.Selection(kind)
	}
	if err := f.out.Commit(&f.head); err != nil {
		f.scan.notice(msg.New("the new state could not be saved, so the next scan will start from the previous one: %s", msg.Of(err)), true)
	}
}
