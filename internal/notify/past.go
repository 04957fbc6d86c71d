package notify

import (
	"crypto/sha256"
	"strings"

	"github.com/spcheck/spcheck/internal/result"
)

// Past has the findings of the earlier scan, in 16 bytes each. If it is nil, there was no
// earlier scan, and everything is new.
type Past struct {
	seen map[[16]byte]bool
	// whole are the tenants that were read completely, in lower case.
	whole   map[string]bool
	pending *result.PendingNotification
}

// earlier is a saved report.
type earlier interface {
	Findings(visit func(*result.Finding) error) ([]result.ScanTenant, *result.Notification, error)
}

// ReadPast reads the earlier scan. Findings that it did not deliver are new again.
func ReadPast(from earlier) (*Past, error) {
	p := &Past{seen: map[[16]byte]bool{}, whole: map[string]bool{}}
	tenants, told, err := from.Findings(func(f *result.Finding) error {
		p.seen[short(f.Key())] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		p.whole[strings.ToLower(t.Tenant)] = t.Error.IsZero()
	}
	if told != nil && told.Pending != nil {
		p.pending = told.Pending
		if p.pending.All {
			clear(p.seen)
		}
		for _, key := range p.pending.Findings {
			delete(p.seen, short(key))
		}
	}
	return p, nil
}

// knows reports whether the earlier scan had the finding.
func (p *Past) knows(f *result.Finding) bool { return p != nil && p.seen[short(f.Key())] }

func short(key string) [16]byte {
	sum := sha256.Sum256([]byte(key))
	return [16]byte(sum[:16])
}
