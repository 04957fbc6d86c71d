package scan

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// ownedMost limits the objects of a tenant whose owners are read. The most important ones
// come first.
const ownedMost = 20_000

// OwnersOf selects the findings for which owners are read.
type OwnersOf int

// The owners to read: none, those of critical findings and warnings, or all.
const (
	OwnersOfNone OwnersOf = iota
	OwnersOfUrgent
	OwnersOfAll
)

// wanted are the objects whose owners are to be read.
type wanted struct {
	of   OwnersOf
	sets map[wantedKey]*idSet
}

type wantedKey struct{ kind, severity string }

func (w *wanted) note(r *record) {
	if w.of == OwnersOfNone || w.of == OwnersOfUrgent && r.severity == string(result.SevInfo) {
		return
	}
	key := wantedKey{r.object.Kind, r.severity}
	if w.sets[key] == nil {
		if w.sets == nil {
			w.sets = map[wantedKey]*idSet{}
		}
		w.sets[key] = &idSet{}
	}
	w.sets[key].add(r.object.ID)
}

// lists returns the objects of each kind, the most urgent first, and at most ownedMost in
// total. left counts the others.
func (w *wanted) lists() (byKind map[string][]string, left int) {
	byKind = map[string][]string{}
	taken := map[string]bool{}
	for _, severity := range []result.Severity{result.SevCritical, result.SevWarning, result.SevInfo} {
		for _, kind := range kinds {
			set := w.sets[wantedKey{kind, string(severity)}]
			if set == nil {
				continue
			}
			for id := range set.all() {
				switch {
				case taken[id]:
				case len(taken) >= ownedMost:
					left++
				default:
					taken[id] = true
					byKind[kind] = append(byKind[kind], id)
				}
			}
		}
	}
	return byKind, left
}

// owned is what findings show of the owners of an object.
type owned struct {
	owners []result.Owner
	more   int
	notes  *string
}

// ownersRead are the owners by object ID. Those of a missing object could not be read.
type ownersRead map[string]owned

// readOwners reads the owners of the objects with findings. If some could not be read, the
// tenant's notes say so; the findings themselves are complete.
func (d *tenantDone) readOwners(ctx context.Context, lister lister) {
	byKind, left := d.wanted.lists()
	d.owners, d.wanted = ownersRead{}, wanted{}
	var failed error
	unread := 0
	same := map[string]result.Owner{} // shared by all objects, to save memory
	for _, kind := range kinds {
		if len(byKind[kind]) == 0 {
			continue
		}
		lister.EachOwnership(ctx, kind, byKind[kind], func(id string, o objects.Ownership, err error) {
			if err != nil {
				failed, unread = err, unread+1
				return
			}
			d.owners[id] = ownedBy(o, same)
		})
	}
	if failed != nil {
		d.Notes = append(d.Notes, msg.New("the owners of %d objects could not be read: %s", unread, ReasonOf(failed)))
	}
	if left > 0 {
		d.Notes = append(d.Notes, msg.New("owners were read for the %d most important objects; those of %d more are not known", ownedMost, left))
	}
}

func ownedBy(o objects.Ownership, same map[string]result.Owner) owned {
	out := owned{owners: []result.Owner{}, more: o.More, notes: result.OrNil(strings.TrimSpace(o.Notes))}
	for _, x := range o.Owners {
		owner, seen := same[x.ID]
		if !seen || x.ID == "" {
			owner = result.Owner{ID: x.ID, DisplayName: result.OrNil(x.DisplayName), Mail: result.OrNil(x.Mail), UserPrincipalName: result.OrNil(x.UserPrincipalName), Type: x.Type}
			same[x.ID] = owner
		}
		out.owners = append(out.owners, owner)
	}
	slices.SortFunc(out.owners, func(a, b result.Owner) int { return strings.Compare(a.Name(), b.Name()) })
	return out
}

// add adds what is known to a finding.
func (o ownersRead) add(f *result.Finding) {
	if of, ok := o[f.ObjectID]; ok {
		f.Owners, f.MoreOwners, f.Notes = &of.owners, of.more, of.notes
	}
}
