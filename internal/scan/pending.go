package scan

import (
	"cmp"
	"slices"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// pending are the changes of a collection until they are applied to the saved state. They
// are held as records, which are small.
type pending struct {
	reader kept.Reader
	at     map[string]int
	list   []pendingChange
}

type pendingChange struct {
	record  []byte
	created int64 // Unix time in nanoseconds
	// removed objects are gone. Those that came back are placed among the new ones.
	removed, back bool
}

func newPending(kind string) *pending {
	return &pending{reader: kept.Reader{Kind: kind}, at: map[string]int{}}
}

// note records a change. The last one of an object counts.
func (p *pending) note(c *objects.Changed) error {
	id := kept.IDOf(c.ID)
	i, known := p.at[id]
	if !known {
		i = len(p.list)
		p.at[id] = i
		p.list = append(p.list, pendingChange{})
	}
	e := &p.list[i]
	if c.Removed {
		*e = pendingChange{removed: true}
		return nil
	}
	if e.record != nil {
		before, err := p.reader.Read(e.record)
		if err != nil {
			return err
		}
		before.Apply(c)
		c = before
	}
	e.back, e.removed = e.back || e.removed, false
	e.record, e.created = kept.Append(nil, c), c.Created.UnixNano()
	return nil
}

// laidOver visits the objects of a collection after the changes: the saved ones in their
// order, and then the new ones, oldest first. changed is nil if a record did not change.
func (p *pending) laidOver(s *kept.State, collection int, visit func(record []byte, changed *objects.Changed) error) error {
	met := make([]bool, len(p.list))
	err := s.Records(collection, func(record []byte) error {
		i, ok := p.at[string(kept.RawID(record))]
		switch {
		case !ok:
			return visit(record, nil)
		case p.list[i].removed:
			return nil
		}
		old, err := p.reader.Read(record)
		if err != nil {
			return err
		}
		change, err := p.reader.Read(p.list[i].record)
		if err != nil {
			return err
		}
		old.Apply(change)
		if p.list[i].back {
			p.list[i].record = kept.Append(nil, old)
			return nil
		}
		met[i] = true
		return visit(nil, old)
	})
	if err != nil {
		return err
	}
	var fresh []pendingChange
	for i, c := range p.list {
		if !met[i] && !c.removed {
			fresh = append(fresh, c)
		}
	}
	// Graph reports changes in any order.
	slices.SortStableFunc(fresh, func(a, b pendingChange) int { return cmp.Compare(a.created, b.created) })
	for _, c := range fresh {
		o, err := p.reader.Read(c.record)
		switch {
		case err != nil:
			return err
		case o.Has&objects.HasAppID == 0 || o.ID == "":
			return errPartial
		}
		if err := visit(nil, o); err != nil {
			return err
		}
	}
	return nil
}
