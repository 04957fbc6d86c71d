// Package exporter serves what scans find as Prometheus metrics. It reads on an
// interval of its own; a scrape shows the last result and never causes a read.
package exporter

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// maxSeries bounds the credentials that are shown, over all tenants. Those that
// end first stay; spcheck_series_dropped counts the others.
const maxSeries = 100_000

// maxName bounds an application's name in a label, in characters.
const maxName = 80

// credential is one series.
type credential struct {
	appID, appName, objectID, storedOn, keyID, kind, purpose string
	replaced                                                 bool
	end                                                      int64
}

// tenant is what is known of one tenant.
type tenant struct {
	name               string
	up                 bool
	success            time.Time // of the last read that was whole
	duration           time.Duration
	applications       int
	principals, judged int
	credentials        []credential
	findings           map[finding]int
	dropped            int
}

type finding struct{ rule, severity string }

// snapshot is everything that a scrape shows. It never changes once made.
type snapshot struct {
	tenants  []*tenant
	at       time.Time
	excluded map[string]int
}

// next makes the snapshot of a scan. Of a tenant that could not be read whole,
// the credentials of the last whole read stay: their ends are as true as they
// were, and an alert must not fall silent with the reader.
func (s *snapshot) next(o *scan.Outcome, names map[string]string) (*snapshot, error) {
	fresh := map[string]*tenant{}
	out := &snapshot{at: o.Scan.GeneratedAt, excluded: o.Scan.Totals.Excluded}
	for i := range o.Scan.Tenants {
		t := newTenant(&o.Scan.Tenants[i], o.Scan.GeneratedAt, names)
		if known := fresh[t.name]; known != nil {
			// Two profiles name the tenant in two ways, and one could not sign in. A
			// series that stood twice would cost the scrape.
			if t.up && !known.up {
				*known = *t
			}
			continue
		}
		fresh[t.name] = t
		out.tenants = append(out.tenants, t)
	}
	for f, err := range o.Findings() {
		if err != nil {
			return nil, err
		}
		if t := fresh[f.Tenant]; t != nil {
			t.findings[finding{f.Rule, string(f.Severity)}]++
		}
	}
	for i, err := range o.Inventory() {
		if err != nil {
			return nil, err
		}
		if t := fresh[i.Tenant]; t != nil && i.EndDateTime != nil && !i.Excluded {
			t.credentials = append(t.credentials, newCredential(i))
		}
	}
	out.keepKnown(s)
	out.bound()
	return out, nil
}

func newTenant(t *result.ScanTenant, at time.Time, names map[string]string) *tenant {
	out := &tenant{
		name: neutral.Label(t.Tenant), up: t.Error.IsZero(), duration: time.Duration(t.DurationMs) * time.Millisecond,
		applications: t.Applications, principals: t.ServicePrincipals, judged: t.Credentials, findings: map[finding]int{},
	}
	// A tenant that nobody could sign in to is only known by what is configured.
	if id := names[strings.ToLower(t.Tenant)]; id != "" {
		out.name = id
	}
	if out.up {
		out.success = at
	}
	return out
}

func newCredential(i *result.InventoryItem) credential {
	// One label that is no UTF-8 would cost the whole scrape.
	c := credential{
		objectID: neutral.Label(i.ObjectID), storedOn: i.ObjectKind, keyID: neutral.Label(i.KeyID), kind: i.Kind, purpose: i.Purpose.Label(), replaced: i.Replaced, end: i.EndDateTime.Unix(),
	}
	if i.AppID != nil {
		c.appID = neutral.Label(*i.AppID)
	}
	if i.DisplayName != nil {
		c.appName = neutral.Bound(redact.String(*i.DisplayName), maxName)
	}
	return c
}

// keepKnown takes over what the last snapshot knew of tenants that were not read
// whole this time.
func (s *snapshot) keepKnown(last *snapshot) {
	if last == nil {
		return
	}
	for _, t := range s.tenants {
		i := slices.IndexFunc(last.tenants, func(o *tenant) bool { return o.name == t.name })
		if t.up || i < 0 || last.tenants[i].success.IsZero() {
			continue
		}
		old := last.tenants[i]
		t.success, t.credentials, t.findings = old.success, old.credentials, old.findings
		t.applications, t.principals, t.judged = old.applications, old.principals, old.judged
	}
}

// bound keeps the credentials that end first, and drops what would appear twice.
func (s *snapshot) bound() {
	left := maxSeries
	for _, t := range s.tenants {
		slices.SortFunc(t.credentials, func(a, b credential) int {
			return strings.Compare(a.objectID+a.keyID+a.kind, b.objectID+b.keyID+b.kind)
		})
		t.credentials = slices.CompactFunc(t.credentials, func(a, b credential) bool {
			return a.objectID == b.objectID && a.keyID == b.keyID && a.kind == b.kind
		})
		slices.SortStableFunc(t.credentials, func(a, b credential) int { return int(min(max(a.end-b.end, -1), 1)) })
	}
	for i, t := range s.tenants {
		// What small tenants leave of their share, the others may have.
		share := left / (len(s.tenants) - i)
		if n := len(t.credentials); n > share {
			t.credentials, t.dropped = t.credentials[:share], n-share
		}
		left -= len(t.credentials)
	}
}
