package scan

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// ownedMost is of how many objects of a tenant owners are read: those that matter
// most come first.
const ownedMost = 20_000

// OwnersOf says of which findings' objects owners are read.
type OwnersOf int

// Whose owners are read: nobody's, those of what needs attention, or of all.
const (
	OwnersOfNone OwnersOf = iota
	OwnersOfUrgent
	OwnersOfAll
)

// wanted are the objects whose owners are to be read, by kind and urgency.
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

// lists are the objects of each kind, the most urgent first, at most ownedMost in
// all. left counts those beyond.
func (w *wanted) lists() (byKind map[string][]string, left int) {
	byKind = map[string][]string{}
	taken := map[string]bool{}
	for _, severity := range []result.Severity{result.SevCritical, result.SevWarning, result.SevInfo} {
		for _, kind := range []string{objects.OnApplication, objects.OnServicePrincipal} {
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

// owned is what is known of the owners of an object, as findings show it.
type owned struct {
	owners []result.Owner
	more   int
	notes  *string
}

// ownersRead are the owners of a tenant's objects by object ID; one that is missing
// could not be read.
type ownersRead map[string]owned

// readOwners reads the owners of the objects with findings. What could not be read is
// not known, and the tenant says so: the findings themselves are whole.
func (r *run) readOwners(ctx context.Context, lister lister, d *tenantDone) {
	byKind, left := d.wanted.lists()
	known := ownersRead{}
	var failed error
	unread := 0
	same := map[string]result.Owner{} // one who owns much is kept once
	for _, kind := range []string{objects.OnApplication, objects.OnServicePrincipal} {
		if len(byKind[kind]) == 0 {
			continue
		}
		lister.EachOwnership(ctx, kind, byKind[kind], func(id string, o objects.Ownership, err error) {
			if err != nil {
				failed, unread = err, unread+1
				return
			}
			known[id] = ownedBy(o, same)
		})
	}
	if failed != nil {
		d.Notes = append(d.Notes, msg.New("the owners of %d objects could not be read: %s", unread, ReasonOf(failed)))
	}
	if left > 0 {
		d.Notes = append(d.Notes, msg.New("owners were read for the %d most important objects; those of %d more are not known", ownedMost, left))
	}
	d.owners = known
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

// add writes what is known into a finding.
func (o ownersRead) add(f *result.Finding) {
	if of, ok := o[f.ObjectID]; ok {
		f.Owners, f.MoreOwners, f.Notes = &of.owners, of.more, of.notes
	}
}
