package scan

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// Keep makes scans save a state, so that the next one only requests the changes.
type Keep struct {
	Store *kept.Store
	// Full reads everything again.
	Full bool
	// MaxAge is the longest time between full reads. 0 means fullAfter.
	MaxAge time.Duration
}

// fullAfter is the default time between full reads. Graph discards the start of a delta link
// after 7 days, and it is not documented whether it reports every change of a password.
const fullAfter = 7 * 24 * time.Hour

// follower reports the changes in a tenant. The client of package graph implements it.
type follower interface {
	// Follow visits the changes, and returns the link for the next run.
	Follow(ctx context.Context, c objects.Changes) (link string, err error)
	Count(ctx context.Context, kind string) (int, error)
	// Selection returns the properties that Follow reads, and Origin the base URL.
	Selection(kind string) []string
	Origin() string
}
