package scan

import (
	"slices"

	"github.com/spcheck/spcheck/internal/result"
)

// maxChanges limits the list of changes. The counts are not limited.
const maxChanges = 10_000

// changes are the results of a tenant's comparison with the baseline.
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
	if ok && j.whole && j.past.follows(object, j.options.Baseline.since.Add(-j.within), j.now.Add(j.within)) {
		kind = "renewed"
		j.changes.renewed++
	} else {
		j.changes.added++
	}
	if len(j.changes.list) < maxChanges {
		j.changes.list = append(j.changes.list, result.ScanChange{Change: kind, Item: inventoryItem(j.names[0], r)})
	}
	return kind
}

// sumChanges collects the changes of all tenants, and the credentials that are gone. In a
// tenant that was not read completely, none is known to be gone.
func (o *Outcome) sumChanges(b *Baseline) error {
	if b == nil {
		return nil
	}
	c := &result.ScanChanges{Since: b.since.UTC(), List: []result.ScanChange{}}
	lost := map[string]*tenantDone{}
	compared := false
	for _, d := range o.tenants {
		compared = compared || d.past != nil
		c.New += d.changes.added
		c.Renewed += d.changes.renewed
		c.List = append(c.List, d.changes.list...)
		if d.past != nil && d.whole {
			c.Gone += d.past.gone()
			for _, name := range d.names {
				lost[name] = d
			}
		}
	}
	if !compared {
		return nil // the tenants' notes say why
	}
	if c.Gone > 0 && len(c.List) < maxChanges {
		err := b.items(func(i *result.InventoryItem) error {
			if d := lost[i.Tenant]; d != nil && len(c.List) < maxChanges && d.past.lost(i) {
				one := result.ScanChange{Change: "gone", Item: *i}
				d.known.addToChange(&one)
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
