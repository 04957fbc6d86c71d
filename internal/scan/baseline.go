package scan

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/trust"
)

// Baseline is an earlier scan, in a few dozen bytes per credential. Everything else that is
// needed is read from its file again at the end.
type Baseline struct {
	path  string
	since time.Time
	// tenants are those that were read completely, by name in lower case. others are the
	// remaining ones.
	tenants map[string]*tenantBaseline
	others  []string
}

// tenantBaseline are the credentials of one tenant in the earlier scan, by object and key.
type tenantBaseline struct {
	entries []pastCredential
	seen    []atomic.Bool // which of them the new scan found
}

type pastCredential struct {
	object, key id
	end         int64 // Unix time, 0 for none
}

func (a pastCredential) compare(b pastCredential) int {
	return cmp.Or(compareIDs(a.object, b.object), compareIDs(a.key, b.key))
}

// Since returns when the earlier scan was made.
func (b *Baseline) Since() time.Time { return b.since }

// Fits refuses an earlier scan that did not read any of the tenants completely, before they
// are read in vain. The GUID of a tenant that is configured by a domain is not known yet.
func (b *Baseline) Fits(targets []Target) error {
	incomplete := false
	for _, t := range targets {
		name := strings.ToLower(t.Tenant)
		if b.tenants[name] != nil || uuid.Validate(name) != nil {
			return nil
		}
		incomplete = incomplete || slices.Contains(b.others, name)
	}
	if incomplete {
		return fail.Usage(msg.New("the scan in the baseline %s did not read the tenant completely, so there is nothing to compare with", b.path),
			msg.New("use the report of an earlier scan that was complete"))
	}
	return fail.Usage(msg.New("the baseline %s is for different tenants", b.path),
		msg.New("it contains: %s", neutral.Bound(strings.Join(slices.Concat(slices.Sorted(maps.Keys(b.tenants)), b.others), ", "), 200)),
		msg.New("use the report of an earlier scan of the same tenants"))
}

// saved is what is read from a report.
type saved struct {
	version string
	scan    bool
	tenants []result.ScanTenant
	entries map[string][]pastCredential
}

// ReadBaseline reads a saved JSON report of a scan. It refuses reports of another kind or
// schema version, and those without an inventory.
func ReadBaseline(path string) (*Baseline, error) {
	if err := trusted(path); err != nil {
		return nil, err
	}
	b := &Baseline{path: path, tenants: map[string]*tenantBaseline{}}
	s := saved{entries: map[string][]pastCredential{}}
	err := eachMember(path, map[string]func(*json.Decoder) error{
		"schemaVersion": func(d *json.Decoder) error { return d.Decode(&s.version) },
		"generatedAt":   func(d *json.Decoder) error { return d.Decode(&b.since) },
		"tenants":       func(d *json.Decoder) error { return d.Decode(&s.tenants) },
		"inventory":     func(d *json.Decoder) error { s.scan = true; return eachItem(d, s.add) },
	})
	if err := s.check(path, err); err != nil {
		return nil, err
	}
	for _, t := range s.tenants {
		name := strings.ToLower(t.Tenant)
		// A critical tenant may be incomplete, too: then it has an error.
		if !t.Error.IsZero() || t.Status == result.Unknown {
			b.others = append(b.others, name)
			continue
		}
		b.tenants[name] = newTenantBaseline(s.entries[name])
	}
	return b, nil
}

// trusted refuses a report that somebody else may have written: findings in it would not
// be reported as new.
func trusted(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fail.Usage(msg.New("the baseline %s cannot be read as a JSON report", path), msg.New("use a report that was saved with: spcheck scan -o json"))
	}
	if untrusted, ok := errors.AsType[*trust.Error](trust.File(path)); ok && err == nil {
		return fail.Usage(msg.New("%s, and it decides which findings are new", untrusted), untrusted.Cure)
	}
	return nil
}

func (s *saved) add(i *result.InventoryItem) error {
	key, okKey := parseID(i.KeyID)
	object, okObject := parseID(i.ObjectID)
	if okKey && okObject {
		tenant := strings.ToLower(i.Tenant)
		past := pastCredential{object: object, key: key}
		if i.EndDateTime != nil {
			past.end = i.EndDateTime.Unix()
		}
		s.entries[tenant] = append(s.entries[tenant], past)
	}
	return nil
}

// check says what is wrong with a report.
func (s *saved) check(path string, err error) error {
	hint := msg.New("use a report that was saved with: spcheck scan -o json")
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fail.Usage(msg.New("there is no baseline %s", path), hint)
	case err != nil:
		return fail.Usage(msg.New("the baseline %s cannot be read as a JSON report", path), hint)
	case s.version != "" && s.version != result.SchemaVersion:
		return fail.Usage(msg.New("the baseline %s has schema version %q, not %q", path, s.version, result.SchemaVersion),
			msg.New("create a new baseline with this version of spcheck: spcheck scan -o json"))
	case s.version == "" || !s.scan:
		return fail.Usage(msg.New("the baseline %s is not a scan report", path), hint)
	}
	return nil
}

func newTenantBaseline(list []pastCredential) *tenantBaseline {
	slices.SortFunc(list, pastCredential.compare)
	// A duplicate would look as if it were gone.
	list = slices.CompactFunc(list, func(a, b pastCredential) bool { return a.compare(b) == 0 })
	return &tenantBaseline{entries: list, seen: make([]atomic.Bool, len(list))}
}

// find returns the index of a credential, or where it would be.
func (t *tenantBaseline) find(object, key id) (int, bool) {
	return slices.BinarySearchFunc(t.entries, pastCredential{object: object, key: key}, pastCredential.compare)
}

// meet marks a credential as found, and reports whether the earlier scan had it.
func (t *tenantBaseline) meet(object, key id) bool {
	i, ok := t.find(object, key)
	if ok {
		t.seen[i].Store(true)
	}
	return ok
}

// follows reports whether an object had a credential that is gone, or that expires between
// two times. A new credential is then most likely its renewal. One that expired long ago is
// not renewed today.
func (t *tenantBaseline) follows(object id, from, before time.Time) bool {
	for i, _ := t.find(object, id{}); i < len(t.entries) && t.entries[i].object == object; i++ {
		end := t.entries[i].end
		if !t.seen[i].Load() || end != 0 && end >= from.Unix() && end < before.Unix() {
			return true
		}
	}
	return false
}

// gone counts the credentials that the new scan did not find.
func (t *tenantBaseline) gone() (n int) {
	for i := range t.seen {
		if !t.seen[i].Load() {
			n++
		}
	}
	return n
}

// goneKeys returns their key IDs.
func (t *tenantBaseline) goneKeys() map[id]bool {
	keys := map[id]bool{}
	for i := range t.seen {
		if !t.seen[i].Load() {
			keys[t.entries[i].key] = true
		}
	}
	return keys
}

// lost reports whether a credential of the earlier scan is gone.
func (t *tenantBaseline) lost(item *result.InventoryItem) bool {
	object, _ := parseID(item.ObjectID)
	key, _ := parseID(item.KeyID)
	i, ok := t.find(object, key)
	return ok && !t.seen[i].Load()
}

// change compares a credential with the earlier scan while the tenant is still being read:
// "new" or nothing.
func (t *tenantScan) change(o *objects.Listed, c *objects.ListedCredential) string {
	if t.past == nil {
		return ""
	}
	object, _ := parseID(o.ID)
	key, ok := parseID(c.KeyID)
	if !ok || t.past.meet(object, key) {
		return ""
	}
	return "new"
}
