package scan

import (
	"slices"

	"github.com/spcheck/spcheck/internal/result"
)

// maxChanges bounds the list of changes; the counts continue.
const maxChanges = 10_000

// changes is what a tenant's comparison with the baseline brought.
type changes struct {
	added, renewed int
	list           []result.ScanChange
}

// settleChange distinguishes a renewal from a new credential, now that it is known which
// ones are gone.
func (j *joining) settleChange(r *record) string {
	if r.change == "" {
		return ""
	}
	kind := "new"
	object, ok := parseID(r.object.ID)
	if ok && j.complete && j.past.follows(object, j.options.Baseline.since.Add(-j.within), j.now.Add(j.within)) {
		kind = "renewed"
		j.changes.renewed++
	} else {
		j.changes.added++
	}
	if len(j.changes.list) < maxChanges {
		j.changes.list = append(j.changes.list, result.ScanChange{Change: kind, Item: inventoryItem(j.tenants[0], r)})
	}
	return kind
}

// sumChanges collects the changes of all tenants, and what is gone. A tenant that
// was not read to its end has lost nothing, as far as can be told.
func (o *Outcome) sumChanges(done []*tenantDone, b *Baseline) error {
	if b == nil {
		return nil
	}
	c := &result.ScanChanges{Since: b.since.UTC(), List: []result.ScanChange{}}
	gone := map[string]*tenantDone{}
	compared := false
	for _, d := range done {
		compared = compared || d.compared
		c.New += d.changes.added
		c.Renewed += d.changes.renewed
		c.List = append(c.List, d.changes.list...)
		if d.gone != nil {
			c.Gone += len(d.gone.ids)
			for _, name := range d.tenants {
				gone[name] = d
			}
		}
	}
	if !compared {
		return nil // the tenants' notes say why
	}
	if c.Gone > 0 && len(c.List) < maxChanges {
		err := b.items(func(i *result.InventoryItem) error {
			if d := gone[i.Tenant]; d != nil && len(c.List) < maxChanges && d.gone.has(i.KeyID) {
				one := result.ScanChange{Change: "gone", Item: *i}
				d.known.change(&one)
				c.List = append(c.List, one)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(c.List, result.CompareChanges)
	c.List = c.List[:min(len(c.List), maxChanges)]
	o.Scan.Changes = c
	return nil
}
