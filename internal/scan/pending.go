package scan

import (
	"cmp"
	"slices"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// pending are the changes of a collection until they are laid over what was kept.
// They are held as records, which are small.
type pending struct {
	reader kept.Reader
	at     map[string]int
	list   []pendingChange
}

type pendingChange struct {
	record  []byte
	created int64 // Unix time in nanoseconds
	// removed objects are gone. Those that came back stand where new ones do.
	removed, back bool
}

func newPending(kind string) *pending {
	return &pending{reader: kept.Reader{Kind: kind}, at: map[string]int{}}
}

// note takes what an answer says. The last word counts.
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
	merged := c
	if known && e.record != nil {
		before, err := p.reader.Read(e.record)
		if err != nil {
			return err
		}
		before.Apply(c)
		merged = before
	}
	e.back = e.back || e.removed
	e.removed = false
	e.record, e.created = kept.Append(nil, merged), merged.Created.UnixNano()
	return nil
}

// laidOver visits what a collection holds after the changes: what was kept in its
// order, and then what is new, the oldest first. changed is nil where a record is as
// it was.
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
	return p.fresh(met, visit)
}

func (p *pending) fresh(met []bool, visit func([]byte, *objects.Changed) error) error {
	var order []int
	for i := range p.list {
		if !met[i] && !p.list[i].removed {
			order = append(order, i)
		}
	}
	// Graph tells changes in any order.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.list[a].created, p.list[b].created) })
	for _, i := range order {
		o, err := p.reader.Read(p.list[i].record)
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
