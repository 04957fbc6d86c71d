package scan

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// whole reads everything by a delta query, so that the next scan can continue from it, and
// reports whether it did. If Graph does not report the changes of this tenant, the result is
// discarded, and the listings must be read as without a state.
func (f *following) whole(ctx context.Context) bool {
	f.head.Full = f.scan.now.UTC()
	err := f.each(func(i int) error { return f.list(ctx, i) })
	if err == nil {
		err = f.settle()
	}
	_, unfollowed := errors.AsType[*objects.Unfollowed](err)
	switch {
	case err == nil:
		f.keep()
	case unfollowed, errors.Is(err, errReread):
		f.restart()
		f.scan.notice(msg.New("everything is read, and no state is saved: Microsoft Graph does not report changes in this tenant (%s)", ReasonOf(err)), false)
		return false
	default:
		f.fail()
	}
	return true
}

// list reads a whole collection. What Graph says about an object that it sent before is
// handled later.
func (f *following) list(ctx context.Context, i int) error {
	k, w := &f.kinds[i], f.watch(i)
	var seen idSet
	begin := func() {
		seen = idSet{}
		*k = followed{changes: newPending(kinds[i])}
		f.scan.main[i].reset()
		f.scan.main[i+len(kinds)].reset()
	}
	begin()
	link, err := f.from.Follow(ctx, objects.Changes{
		Kind: kinds[i], Page: f.scan.page,
		Restart: func() { begin(); f.out.Restart(i) },
		Object: func(c *objects.Changed) error {
			switch {
			case seen.has(c.ID):
				return k.changes.note(c)
			case c.Removed: // before the listing began
				return nil
			}
			seen.add(c.ID)
			return w.take(nil, c)
		},
	})
	k.link, k.counted, f.scan.main[i].objects = link, f.out.Objects(i), f.out.Objects(i)
	if err != nil {
		return err
	}
	// Without the count, the next scan can only compare with the number of objects.
	if n, err := f.from.Count(ctx, kinds[i]); err == nil {
		k.counted = n
	}
	return nil
}

// settle applies the changes that came after the objects were listed. Few tenants change
// that much while they are read.
func (f *following) settle() error {
	if slices.ContainsFunc(f.kinds[:], func(k followed) bool { return len(k.changes.list) > 0 }) {
		first := f.out
		defer first.Discard()
		s, err := first.Reread()
		if err != nil {
			return errReread
		}
		f.state, f.out = s, nil
		f.restart()
		err = f.each(func(i int) error { return f.kinds[i].changes.laidOver(f.state, i, f.watch(i).take) })
		if err != nil {
			return err
		}
	}
	for i := range f.kinds {
		held := f.out.Objects(i)
		f.head.Collections[i].Beyond = f.kinds[i].counted - held
		f.scan.main[i].objects = held
	}
	return nil
}

// watcher writes the objects of a collection, and passes them to the streams.
type watcher struct {
	f          *following
	collection int
	reader     kept.Reader
	// These are reused.
	buffer                  []byte
	passwords, certificates objects.Listed
}

func (f *following) watch(collection int) *watcher {
	return &watcher{f: f, collection: collection, reader: kept.Reader{Kind: kinds[collection], Again: true}}
}

// take takes an object: its record if it did not change, and otherwise the new object.
func (w *watcher) take(record []byte, o *objects.Changed) (err error) {
	if o == nil {
		w.f.out.Add(w.collection, record)
		if !kept.Judged(record) {
			return nil
		}
		if o, err = w.reader.Read(record); err != nil {
			return err
		}
	} else {
		w.buffer = kept.Append(w.buffer[:0], o)
		w.f.out.Add(w.collection, w.buffer)
	}
	return w.show(o)
}

// show passes an object to the streams, in the form in which the listings of passwords and
// of certificates would return it.
func (w *watcher) show(o *objects.Changed) error {
	passwords, certificates := &w.passwords, &w.certificates
	*passwords, *certificates = o.Listed, o.Listed
	n := 0 // passwords come first
	for n < len(o.Credentials) && o.Credentials[n].Kind == objects.Password {
		n++
	}
	passwords.Credentials, certificates.Credentials = o.Credentials[:n:n], o.Credentials[n:]
	streams := &w.f.scan.main
	if n > 0 || o.Disabled {
		if !w.f.scan.options.wantsPolicies() {
			passwords.Created = time.Time{}
		}
		if err := streams[w.collection].object(passwords); err != nil {
			return err
		}
	}
	certificates.Disabled = false // the listing of passwords has it
	// The filter of the listing of certificates requires an expiry date. One that was not
	// readable here may be readable there.
	dated := func(c objects.ListedCredential) bool { return c.Malformed || !c.End.Before(time.Unix(0, 0)) }
	if !slices.ContainsFunc(certificates.Credentials, dated) {
		return nil
	}
	return streams[w.collection+len(kinds)].object(certificates)
}
