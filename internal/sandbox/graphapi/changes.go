package graphapi

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// row is an object in a round of changes.
type row struct {
	id         string
	properties []string // that changed; none means all
	removed    string
}

// changesPage returns a page of changes. Each page computes all rows again; the journal
// makes them the same every time.
func (r *round[T]) changesPage(s *scene) ([]object, bool, error) {
	from := r.token.Since
	if r.rules.Repeats {
		from = r.token.Replay
	}
	entries, ok := s.tenant.Journal.Between(from, r.token.Until)
	if !ok {
		return nil, false, s.resync()
	}
	rows := r.rows(entries)
	start := min(r.token.Position, len(rows))
	end := min(start+r.size(), len(rows))
	r.token.Position = end
	return r.render(s, rows[start:end]), end == len(rows), nil
}

// rows merges the changes of each object. With Repeats or Contradicts it keeps them apart
// and reverses them, since the overview guarantees neither an order nor that an object
// comes only once.
func (r *round[T]) rows(entries []directory.Change) []row {
	var out []row
	apart := r.rules.Repeats || r.rules.Contradicts
	at := map[string]int{}
	for _, c := range entries {
		if c.Kind != r.kind || !r.concerns(c) {
			continue
		}
		i, known := at[c.ID]
		if !known || apart {
			at[c.ID] = len(out)
			out = append(out, row{c.ID, c.Properties, c.Removed})
			continue
		}
		if len(c.Properties) == 0 || len(out[i].properties) == 0 {
			out[i].properties = nil
		} else {
			out[i].properties = append(slices.Clone(out[i].properties), c.Properties...)
		}
		out[i].removed = c.Removed
	}
	if apart {
		slices.Reverse(out)
	}
	return out
}

// concerns reports whether a change affects a selected property. Creations and deletions
// always do.
func (r *round[T]) concerns(c directory.Change) bool {
	switch {
	case c.Removed != "":
		return !slices.Contains(r.rules.Misses, directory.MissRemoved)
	case len(c.Properties) == 0:
		return !slices.Contains(r.rules.Misses, directory.MissNew)
	}
	return slices.ContainsFunc(c.Properties, func(name string) bool {
		return !slices.Contains(r.rules.Misses, name) &&
			slices.ContainsFunc(r.shape.properties, func(p *property[T]) bool { return strings.EqualFold(p.name, name) })
	})
}

// render returns the objects in their current state, whatever the change was. It reads
// the collection once.
func (r *round[T]) render(s *scene, rows []row) []object {
	wanted := make(map[string]bool, len(rows))
	for _, w := range rows {
		wanted[w.id] = true
	}
	there := make(map[string]T, len(rows))
	if len(rows) > 0 {
		for _, item := range r.items(s) {
			if id := r.keys[""](item); wanted[id] {
				there[id] = item
			}
		}
	}
	var out []object
	for _, w := range rows {
		item, ok := there[w.id]
		switch {
		case !ok || w.removed != "" && r.rules.Contradicts:
			out = append(out, r.absent(s, w)...)
		case r.match == nil || r.match(s, item):
			out = append(out, r.changed(s, item, w.properties))
		}
	}
	return out
}

// absent returns the tombstone of an object that no longer exists. A filter lists IDs, so
// its text shows whether it includes the object.
func (r *round[T]) absent(s *scene, w row) []object {
	if r.token.Filter != "" && !strings.Contains(strings.ToLower(r.token.Filter), strings.ToLower(w.id)) {
		return nil
	}
	reason := w.removed
	if reason == "" {
		reason = directory.Gone
		if slices.Contains(s.deletedIDs(r.kind), w.id) {
			reason = directory.Restorable
		}
	}
	return []object{tombstone(w.id, reason)}
}

// changed returns an object that was created or changed. If the client or the tenant asks
// for the minimum, only the ID and the changes are left.
func (r *round[T]) changed(s *scene, item T, properties []string) object {
	whole := present(r.shape.render(s, item), properties)
	if len(properties) == 0 || !r.rules.Minimal && !s.minimal() {
		return whole
	}
	return slices.DeleteFunc(whole, func(f field) bool { return f.name != "id" && !slices.Contains(properties, f.name) })
}
