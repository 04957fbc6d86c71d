package scan

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/objects"
)

// lister reads a tenant; package graph's client is one.
type lister interface {
	Scan(ctx context.Context, l objects.Listing) error
	EachActivity(ctx context.Context, visit func(keyID string, last time.Time)) error
	EachChange(ctx context.Context, since time.Time, visit func(objects.Change)) error
	EachFederated(ctx context.Context, ids []string, visit func(id string, list []objects.Credential, err error))
	PowerReader
	AppPolicies(ctx context.Context) (objects.AppPolicies, error)
	EachOwnership(ctx context.Context, kind string, ids []string, visit func(id string, o objects.Ownership, err error))
}

// Opened is a tenant that somebody may read.
type Opened struct {
	Lister lister
	// Tenant is the tenant's GUID where the reader's token names it, else what
	// was configured. Reader is who reads.
	Tenant, Reader string
}

// Target is one tenant to scan.
type Target struct {
	// Tenant is what is configured: a GUID or a domain.
	Tenant   string
	Profiles []string
	// Cloud is what the tenant's cloud is called; what is kept belongs to it.
	Cloud  string
	Within time.Duration
	// Open finds a reader. throttled is called whenever Graph asked to wait.
	Open func(ctx context.Context, throttled func()) (Opened, error)
}

// Options say how to scan.
type Options struct {
	Rules []rule
	Now   func() time.Time
	// MaxLifetime is the longest life that a credential may have, 0 is any.
	MaxLifetime time.Duration
	// MaxPasswords is how many usable secrets an object may have, 0 is any.
	MaxPasswords int
	Exclusions   []config.Exclusion
	// Baseline is an earlier scan to compare with, or nil.
	Baseline *Baseline
	// Keep says where what was read is kept for the next scan, or is nil.
	Keep *Keep
	// Preview is a policy to play, or nil.
	Preview *Preview
	// Inventory keeps every credential, for reports that list them all.
	Inventory bool
	// Owners says of which objects with findings the owners are read.
	Owners OwnersOf
	// Parallel is how many tenants are read at a time at most; 0 is 4.
	Parallel int
	// Progress is counted while the scan runs; it may be nil.
	Progress *Progress
}

func (o *Options) needs(n need) bool {
	for _, r := range o.Rules {
		if r.Need == n {
			return true
		}
	}
	return false
}
