package directory

import (
	"slices"
	"time"
)

// Kind is a collection whose changes are recorded.
type Kind uint8

// Collections that delta queries track here.
const (
	Applications Kind = iota
	ServicePrincipals
)

// Reasons of a removal, as in @removed.
const (
	Restorable = "changed" // it can be restored
	Gone       = "deleted"
)

// Change is an entry of a tenant's journal.
type Change struct {
	At   time.Time
	Kind Kind
	ID   string
	// Properties are the changed properties, by their names in Graph; none means a
	// created or restored object.
	Properties []string
	// Removed is Restorable or Gone for a removal, otherwise empty.
	Removed string
	// Index is the position of a removed object in its collection.
	Index int
}

// mostChanges is the most entries of the journal. Dropping older ones invalidates old
// tokens, as the service does.
const mostChanges = 200_000

// Journal records the changes in a tenant since the sandbox started, oldest first.
// Entries have numbers from 0 and never change, so a delta token only needs a number.
type Journal struct {
	Dropped uint64
	Entries []Change
}

// note appends a change. The caller holds the world's lock.
func (j *Journal) note(c Change) {
	if len(j.Entries) >= mostChanges {
		half := len(j.Entries) / 2
		j.Entries = slices.Clone(j.Entries[half:])
		j.Dropped += uint64(half)
	}
	j.Entries = append(j.Entries, c)
}

// End returns the number of the next change.
func (j *Journal) End() uint64 { return j.Dropped + uint64(len(j.Entries)) }

// Heard returns the number of the first change after a time. Lagging replicas know the
// changes before it.
func (j *Journal) Heard(until time.Time) uint64 {
	n := len(j.Entries)
	for n > 0 && j.Entries[n-1].At.After(until) {
		n--
	}
	return j.Dropped + uint64(n)
}

// Between returns the changes from one number up to, not including, another. It returns
// false if some were dropped or do not exist yet.
func (j *Journal) Between(from, to uint64) ([]Change, bool) {
	if from < j.Dropped || to < from || to > j.End() {
		return nil, false
	}
	return j.Entries[from-j.Dropped : to-j.Dropped], true
}

// DeltaRules is the behaviour of a tenant's delta queries, also in scenario files. The
// zero value is the documented behaviour.
type DeltaRules struct {
	// Lifetime is the lifetime of tokens; zero means DeltaLifetime.
	Lifetime time.Duration `yaml:"-"`
	// Expired selects the refusal of expired and unknown tokens: one of the constants
	// below, empty for ResyncGone.
	Expired string
	// Page is the page size; zero means that of lists.
	Page int
	// Minimal sends only changed properties, even to clients that did not ask for that.
	// More is not guaranteed.
	Minimal bool
	// Misses are properties whose changes are not reported, or MissNew and MissRemoved.
	Misses []string
	// Repeats sends an object once for each change, newest first, and repeats each round
	// in the next one.
	Repeats bool
	// Contradicts does the same, and also reports removals of objects that were restored
	// since.
	Contradicts bool
	// EmptyPages is the number of empty pages at the start of a round.
	EmptyPages int `yaml:"emptyPages"`
	// Tombstones starts a first round with the deleted objects that can be restored.
	Tombstones bool
	// Links replaces the origin in links.
	Links string
	// Unsupported refuses delta queries, as external tenants do.
	Unsupported bool
}

// DeltaLifetime is the default lifetime of a delta token. Source: Microsoft's overview of
// delta queries.
const DeltaLifetime = 7 * 24 * time.Hour

// Refusals of a delta token. Sources: Microsoft's overview for the first, its blog of
// 2020 for the third, and what clients see of users/delta for the fourth.
const (
	ResyncGone     = "gone"     // 410 with a Location
	ResyncRequired = "required" // 400 Directory_ResyncRequired with a Location
	ResyncNoState  = "no-state" // 400 syncStateNotFound
	ResyncTooOld   = "too-old"  // 400 Request_UnsupportedQuery
)

// Changes of whole objects, for DeltaRules.Misses.
const (
	MissNew     = "new"
	MissRemoved = "removed"
)

// Tracked returns what DeltaRules.Misses can contain: the tracked properties, MissNew and
// MissRemoved.
func Tracked() []string {
	return []string{
		"accountEnabled", "appRoleAssignmentRequired", "displayName", "identifierUris", "isDisabled", "isFallbackPublicClient",
		"keyCredentials", "notes", "passwordCredentials", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint", "signInAudience", "tags",
		MissNew, MissRemoved,
	}
}

// Changed records changed properties of an object; without names it does nothing. The
// caller holds the world's lock.
func (t *Tenant) Changed(at time.Time, kind Kind, id string, properties ...string) {
	if len(properties) == 0 {
		return
	}
	t.Journal.note(Change{At: at, Kind: kind, ID: id, Properties: properties})
}
