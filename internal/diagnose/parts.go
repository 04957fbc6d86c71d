package diagnose

import "github.com/spcheck/spcheck/internal/result"

// Part is a share of the facts that is read together, as a set of bits.
type Part uint

// The parts of the facts. A part is whole when nothing of it changes any more.
const (
	// OfAnswer is the first answer of Entra, or that there was none: the way there,
	// the service and its clock.
	OfAnswer Part = 1 << iota
	// OfSignIn is how the sign-in ended, with what was tried again.
	OfSignIn
	// OfObjects are the reader, and the objects that it found.
	OfObjects
	// OfOrganization is the tenant's name.
	OfOrganization
	// OfOwners, OfPolicies, OfChanges and OfActivity are evidence that nothing
	// else depends on.
	OfOwners
	OfPolicies
	OfChanges
	OfActivity
	// OfSurroundings are all that is read around the objects.
	OfSurroundings
	// OfSync is what a synchronization reads.
	OfSync
)

// Settled answers the checks that are over when the parts in whole are, in the
// order they are shown; none of these answers changes any more. Those that wait for
// all facts are left to Judge.
func Settled(f *Facts, whole Part) []result.Check {
	v := newView(f)
	var over []result.Check
	for _, c := range checks() {
		if c.needs == 0 || c.needs&^whole != 0 {
			continue
		}
		o := c.run(v)
		over = append(over, result.Check{ID: c.id, Title: c.title, Status: o.status, Summary: o.summary})
	}
	return over
}
