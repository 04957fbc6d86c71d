package scan

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// Keep says that scans keep what they read, and ask the next time for what changed.
type Keep struct {
	Store *kept.Store
	// Full reads everything again.
	Full bool
	// MaxAge is how old the last full read may be; 0 is FullAfter.
	MaxAge time.Duration
}

// fullAfter is how long changes are followed before everything is read again: Graph
// forgets where a delta link begins after 7 days, and whether it tells every change
// of a password is not documented.
const fullAfter = 7 * 24 * time.Hour

func (k *Keep) maxAge() time.Duration {
	if k.MaxAge > 0 {
		return k.MaxAge
	}
	return fullAfter
}

// follower says what changed in a tenant; package graph's client is one.
type follower interface {
	// Follow visits what changed, and returns the link to what changes next.
	Follow(ctx context.Context, c objects.Changes) (link string, err error)
	Count(ctx context.Context, kind string) (int, error)
	// Selection are the properties that Follow reads, Origin is where it asks.
	Selection(kind string) []string
	Origin() string
}

// keptKinds are the collections that are kept, in the order of package kept. The
// streams of their passwords are those of the same number, those of their
// certificates come after them.
var keptKinds = [2]struct {
	kind                  string
	whole, ofCertificates listing
}{
	kept.Applications:      {objects.OnApplication, applications, certificatesOfApplications},
	kept.ServicePrincipals: {objects.OnServicePrincipal, servicePrincipals, certificatesOfPrincipals},
}
