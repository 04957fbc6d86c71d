package directory

import (
	"slices"
	"time"
)

// Kind distinguishes the collections of a tenant whose changes are noted.
type Kind uint8

// The collections that a delta query tracks here.
const (
	Applications Kind = iota
	ServicePrincipals
)

// What became of a removed object, in the words of @removed.
const (
	Restorable = "changed" // it lies among the deleted items
	Gone       = "deleted"
)

// Change is one entry of a tenant's journal of changes.
type Change struct {
	At   time.Time
	Kind Kind
	ID   string
	// Properties are the names, as Graph spells them, of what changed; none means
	// the whole object, which is new or was restored.
	Properties []string
	// Removed is Restorable or Gone, and empty where the object is there.
	Removed string
	// Index is where a removed object stood in its collection.
	Index int
}

// mostChanges bounds the journal. What was dropped makes older tokens useless, as
// the service's own limits do.
const mostChanges = 200_000

// Journal is what changed in a tenant since the sandbox started, oldest first.
// Entries are numbered from 0 and never change, so that a delta token need only
// hold a number. A tenant that nobody changes pays nothing.
type Journal struct {
	Dropped uint64
	Entries []Change
}

// note adds a change. The caller holds the world's lock.
func (j *Journal) note(c Change) {
	if len(j.Entries) >= mostChanges {
		half := len(j.Entries) / 2
		j.Entries = slices.Clone(j.Entries[half:])
		j.Dropped += uint64(half)
	}
	j.Entries = append(j.Entries, c)
}

// End is the number that the next change gets.
func (j *Journal) End() uint64 { return j.Dropped + uint64(len(j.Entries)) }

// Heard is the number of the first change that happened after a time: replicas
// that lag have heard of those before it only.
func (j *Journal) Heard(until time.Time) uint64 {
	n := len(j.Entries)
	for n > 0 && j.Entries[n-1].At.After(until) {
		n--
	}
	return j.Dropped + uint64(n)
}

// Between are the changes from one number to another, without the second; false
// means that some of them were dropped, or have not happened.
func (j *Journal) Between(from, to uint64) ([]Change, bool) {
	if from < j.Dropped || to < from || to > j.End() {
		return nil, false
	}
	return j.Entries[from-j.Dropped : to-j.Dropped], true
}

// DeltaRules are how a tenant's delta queries behave, as scenario files write them. The
// zero value is what Microsoft describes.
type DeltaRules struct {
	// Lifetime is how long a token is good for; zero means DeltaLifetime.
	Lifetime time.Duration `yaml:"-"`
	// Expired is how a token is refused that is too old or that nobody knows; see
	// the constants below. Empty means ResyncGone.
	Expired string
	// Page is the number of objects of a page; zero means the default of lists.
	Page int
	// Minimal sends changed properties only, which is all that is promised, to
	// clients that did not ask for that too.
	Minimal bool
	// Misses are properties whose changes never show up, or MissNew and MissRemoved
	// for whole objects.
	Misses []string
	// Repeats sends an object once for each of its changes, the newest first, and
	// every round once more with the round after it.
	Repeats bool
	// Contradicts does so too, and lets the removal of an object that came back since
	// are among them.
	Contradicts bool
	// EmptyPages is how many pages without objects come before those of a round.
	EmptyPages int `yaml:"emptyPages"`
	// Tombstones lets a first round begin with the objects that lie among the
	// deleted items.
	Tombstones bool
	// Links is the origin that links name in place of the service's own.
	Links string
	// Unsupported refuses delta queries, as external tenants do.
	Unsupported bool
}

// DeltaLifetime is how long a delta token of a directory object is good for.
// Source: Microsoft's overview of delta queries.
const DeltaLifetime = 7 * 24 * time.Hour

// How a delta token is refused that is of no use any longer. Sources: the first is
// that of Microsoft's overview, the third its blog of 2020, the fourth what clients
// see of users/delta.
const (
	ResyncGone     = "gone"     // 410 with a Location
	ResyncRequired = "required" // 400 Directory_ResyncRequired with a Location
	ResyncNoState  = "no-state" // 400 syncStateNotFound
	ResyncTooOld   = "too-old"  // 400 Request_UnsupportedQuery
)

// What a delta query may miss beside properties.
const (
	MissNew     = "new"
	MissRemoved = "removed"
)

// Tracked are the properties whose changes the journal notes, and MissNew and
// MissRemoved. The slice is the caller's.
func Tracked() []string {
	return []string{
		"accountEnabled", "appRoleAssignmentRequired", "displayName", "identifierUris", "isDisabled", "isFallbackPublicClient",
		"keyCredentials", "notes", "passwordCredentials", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint", "signInAudience", "tags",
		MissNew, MissRemoved,
	}
}

// Changed notes that properties of an object changed; without any, nothing did. The
// caller holds the world's lock.
func (t *Tenant) Changed(at time.Time, kind Kind, id string, properties ...string) {
	if len(properties) == 0 {
		return
	}
	t.Journal.note(Change{At: at, Kind: kind, ID: id, Properties: properties})
}
