// Package causes is the closed list of root causes: what may be true of a
// set-up that does not sign in. The IDs are part of the command-line contract;
// the sentences are generic, for use where no live fact is at hand.
//
// A cause is one entry, with its ID and both languages, in the file of its
// family. It has a constant where a rule names it; what only the entries of codes lead
// to is named there, by its ID.
package causes

import (
	"slices"
	"sync"

	"github.com/spcheck/spcheck/internal/msg"
)

// ID names a root cause: a state of the set-up. A code of Entra's is a symptom of
// it, and says by itself neither that there is only one cause nor which.
type ID string

// Family says what a cause is about.
type Family string

// The families of causes. Those of secrets, certificates and federated tokens
// concern one kind of credential; Network is everything between here and the
// service, and the service itself.
const (
	Secret      Family = "secret"
	Certificate Family = "certificate"
	federation  Family = "federation"
	application Family = "application"
	tenant      Family = "tenant"
	access      Family = "access" // to a resource: scopes, permissions, policies
	Network     Family = "network"
	setup       Family = "setup" // what is configured here, and what is left over
)

// Cause is a root cause with its generic sentences.
type Cause struct {
	ID     ID
	Family Family
	// Summary says what is wrong, in one sentence.
	Summary msg.Text
	// Remedy says what to do, in one or two sentences.
	Remedy msg.Text
}

// All returns every root cause, family by family.
func All() []Cause { return slices.Clone(table()) }

// table holds every root cause. It is made once, and nobody changes it.
var table = sync.OnceValue(func() []Cause {
	return slices.Concat(secretCauses(), certificateCauses(), applicationCauses(), tenantCauses(),
		accessCauses(), tokenCauses(), wayCauses(), setupCauses())
})

// Lookup returns the cause with the given ID, and whether there is one.
func Lookup(id ID) (Cause, bool) {
	all := table()
	if i := slices.IndexFunc(all, func(c Cause) bool { return c.ID == id }); i >= 0 {
		return all[i], true
	}
	return Cause{}, false
}

// Is reports whether the cause is of one of these families.
func (id ID) Is(families ...Family) bool {
	c, ok := Lookup(id)
	return ok && slices.Contains(families, c.Family)
}
