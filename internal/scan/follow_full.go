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

// whole reads everything by a delta query, so that the next scan can continue from it,
// and reports whether it did. Where Graph tells no changes of this tenant nothing
// of it counts, and the listings must be read as without a state.
func (f *following) whole(ctx context.Context) bool {
	f.head.Full = f.scan.now.UTC()
	err := f.each(func(i int) error { return f.list(ctx, i) })
	if err == nil {
		err = f.settle()
	}
	var refused *objects.Unfollowed
	switch {
	case err == nil:
		f.keep()
	case errors.As(err, &refused), errors.Is(err, errReread):
		f.restart()
		f.scan.notice(msg.New("everything is read, and no state is saved: Microsoft Graph does not report changes in this tenant (%s)", ReasonOf(err)), false)
		return false
	default:
		f.fail()
	}
	return true
}

// list reads a whole collection. What Graph says of an object that it sent before is
// left for later.
func (f *following) list(ctx context.Context, i int) error {
	k, w := &f.kinds[i], &watcher{f: f, collection: i}
	var seen seenIDs
	begin := func() {
		seen, w.buffer = seenIDs{}, nil
		*k = followed{changes: newPending(keptKinds[i].kind)}
		f.scan.main[i].reset()
		f.scan.main[i+len(keptKinds)].reset()
	}
	begin()
	link, err := f.from.Follow(ctx, objects.Changes{
		Kind: keptKinds[i].kind, Page: f.scan.page,
		Restart: func() { begin(); f.out.Restart(i) },
		Object: func(c *objects.Changed) error {
			if known := seen.has(c.ID); known || c.Removed {
				if known {
					return k.changes.note(c)
				}
				return nil // it was gone before
			}
			seen.add(c.ID)
			return w.take(nil, c)
		},
	})
	if err != nil {
		f.scan.main[i].objects = f.out.Objects(i)
		return err
	}
	k.link, f.scan.main[i].objects = link, f.out.Objects(i)
	// Without the count the next scan has nothing to compare with but the objects.
	if k.counted, err = f.from.Count(ctx, keptKinds[i].kind); err != nil {
		k.counted = f.out.Objects(i)
	}
	return nil
}

// errReread is that what was written cannot be read back.
var errReread = msg.Error(msg.New("the new state could not be saved"))

// settle lays what came later over the objects that were listed. Few tenants change
// so much while they are read.
func (f *following) settle() error {
	again := false
	for i := range f.kinds {
		again = again || len(f.kinds[i].changes.list) > 0
	}
	if again {
		first := f.out
		defer first.Discard()
		s, err := first.Reread()
		if err != nil {
			return errReread
		}
		f.state, f.out = s, nil
		f.restart()
		if err := f.each(f.relist); err != nil {
			return err
		}
	}
	for i := range f.kinds {
		k := &f.kinds[i]
		k.held = f.out.Objects(i)
		f.head.Collections[i].Beyond = k.counted - k.held
		f.scan.main[i].objects = k.held
	}
	return nil
}

func (f *following) relist(i int) error {
	w := &watcher{f: f, collection: i}
	w.reader.Kind, w.reader.Again = keptKinds[i].kind, true
	return f.kinds[i].changes.laidOver(f.state, i, w.take)
}

// watcher writes the objects of a collection, and shows them to the streams.
type watcher struct {
	f          *following
	collection int
	reader     kept.Reader
	buffer     []byte
	// What is shown, and used again.
	passwords, certificates objects.Listed
}

// take takes an object: its record where it is as it was, else what it is now.
func (w *watcher) take(record []byte, o *objects.Changed) error {
	if o == nil {
		w.f.out.Add(w.collection, record)
		if !kept.Judged(record) {
			return nil
		}
		var err error
		if o, err = w.reader.Read(record); err != nil {
			return err
		}
	} else {
		w.buffer = kept.Append(w.buffer[:0], o)
		w.f.out.Add(w.collection, w.buffer)
	}
	return w.show(o)
}

// show hands an object to the streams, as the listings of passwords and certificates
// would bring it.
func (w *watcher) show(o *objects.Changed) error {
	passwords, certificates := &w.passwords, &w.certificates
	*passwords, *certificates = o.Listed, o.Listed
	n := 0 // of passwords, which come first
	for n < len(o.Credentials) && o.Credentials[n].Kind == objects.Password {
		n++
	}
	passwords.Credentials, certificates.Credentials = o.Credentials[:n:n], o.Credentials[n:]
	dated := slices.ContainsFunc(certificates.Credentials, func(c objects.ListedCredential) bool { return !c.End.Before(time.Unix(0, 0)) })
	streams := &w.f.scan.main
	if len(passwords.Credentials) > 0 || o.Disabled {
		if !w.f.scan.options.wantsPolicies() {
			passwords.Created = time.Time{}
		}
		if err := streams[w.collection].object(passwords); err != nil {
			return err
		}
	}
	certificates.Disabled = false // it is told with the passwords
	if !dated {
		return nil // as the filter of that listing has it
	}
	return streams[w.collection+len(keptKinds)].object(certificates)
}
