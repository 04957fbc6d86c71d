package scan

import (
	"context"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/objects"
)

// lister reads a tenant. The client of package graph implements it.
type lister interface {
	Scan(ctx context.Context, l objects.Listing) error
	EachActivity(ctx context.Context, visit func(keyID string, last time.Time)) error
	EachChange(ctx context.Context, since time.Time, visit func(objects.Change)) error
	EachFederated(ctx context.Context, ids []string, visit func(id string, list []objects.Credential, err error))
	PowerReader
	AppPolicies(ctx context.Context) (objects.AppPolicies, error)
	EachOwnership(ctx context.Context, kind string, ids []string, visit func(id string, o objects.Ownership, err error))
}

// Opened is a tenant that can be read.
type Opened struct {
	Lister lister
	// Tenant is the tenant's GUID if the reader's token contains it, and else what was
	// configured. Reader is the identity that reads.
	Tenant, Reader string
}

// Target is one tenant to scan.
type Target struct {
	// Tenant is what is configured: a GUID or a domain.
	Tenant   string
	Profiles []string
	// Cloud is the name of the tenant's cloud, to which a saved state belongs.
	Cloud  string
	Within time.Duration
	// Open finds a reader, which calls throttled whenever Graph requests a pause.
	Open func(ctx context.Context, throttled func()) (Opened, error)
}

// Options are the settings of a scan.
type Options struct {
	Rules []rule
	Now   func() time.Time
	// MaxLifetime is the longest lifetime that a credential may have. 0 means any.
	MaxLifetime time.Duration
	// MaxPasswords is the number of usable secrets that an object may have. 0 means any.
	MaxPasswords int
	Exclusions   []config.Exclusion
	// Baseline is an earlier scan to compare with, or nil.
	Baseline *Baseline
	// Keep is where the state is saved for the next scan, or nil.
	Keep *Keep
	// Preview is a policy to evaluate, or nil.
	Preview *Preview
	// Inventory is true for reports that list all credentials.
	Inventory bool
	// Owners selects the findings for which owners are read.
	Owners OwnersOf
	// Parallel is how many tenants are read in parallel. 0 means 4.
	Parallel int
	// Progress is updated while the scan runs. It may be nil.
	Progress *Progress
}

func (o *Options) needs(n need) bool {
	return slices.ContainsFunc(o.Rules, func(r rule) bool { return r.Need == n })
}
