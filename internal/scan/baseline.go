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

// Baseline is an earlier scan, in a few dozen bytes a credential: what is needed
// beyond that is read from its file once more at the end.
type Baseline struct {
	path  string
	since time.Time
	// tenants are those that were read to their end, by name in lower case;
	// others are those that were not.
	tenants map[string]*tenantBaseline
	others  []string
}

// tenantBaseline are the credentials of one tenant in the earlier scan.
type tenantBaseline struct {
	entries []pastCredential // by key ID
	seen    []atomic.Bool    // which of them the new scan met
	// byObject lists the entries of each object.
	byObject []int32
}

type pastCredential struct {
	key, object id
	end         int64 // Unix time, 0 where there is none
}

// Since is when the earlier scan was made.
func (b *Baseline) Since() time.Time { return b.since }

// Fits refuses an earlier scan that read none of the tenants to its end, before
// they are read for nothing. One that is configured by a domain shows its GUID only
// later.
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

// saved is what is read of a report.
type saved struct {
	version string
	scan    bool
	tenants []result.ScanTenant
	entries map[string][]pastCredential
}

// ReadBaseline reads a saved JSON report of scan. A report of another kind or
// schema version, and one without an inventory, are refused.
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
		// What is critical may be incomplete, too: the error tells.
		if !t.Error.IsZero() || t.Status == result.Unknown {
			b.others = append(b.others, name)
			continue
		}
		b.tenants[name] = newTenantBaseline(s.entries[name])
	}
	return b, nil
}

// trusted refuses a report that somebody else may have written: what is in it
// is no longer new.
func trusted(path string) error {
	var untrusted *trust.Error
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fail.Usage(msg.New("the baseline %s cannot be read as a JSON report", path), msg.New("use a report that was saved with: spcheck scan -o json"))
	}
	if err == nil && errors.As(trust.File(path), &untrusted) {
		return fail.Usage(msg.New("%s, and it decides which findings are new", untrusted), untrusted.Cure)
	}
	return nil
}

func (s *saved) add(i *result.InventoryItem) error {
	key, okKey := parseID(i.KeyID)
	object, okObject := parseID(i.ObjectID)
	if okKey && okObject {
		tenant := strings.ToLower(i.Tenant)
		s.entries[tenant] = append(s.entries[tenant], pastCredential{key, object, unixOf(i.EndDateTime)})
	}
	return nil
}

// check words what is wrong with a report.
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

func unixOf(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.Unix()
}

func newTenantBaseline(list []pastCredential) *tenantBaseline {
	slices.SortFunc(list, func(a, b pastCredential) int { return compareIDs(a.key, b.key) })
	// One that stood twice would be met once, and look gone.
	list = slices.CompactFunc(list, func(a, b pastCredential) bool { return a.key == b.key })
	t := &tenantBaseline{entries: list, seen: make([]atomic.Bool, len(list)), byObject: make([]int32, len(list))}
	for i := range t.byObject {
		t.byObject[i] = int32(i) // a scan has far fewer than two billion credentials
	}
	slices.SortFunc(t.byObject, func(a, b int32) int {
		return cmp.Or(compareIDs(list[a].object, list[b].object), cmp.Compare(a, b))
	})
	return t
}

// meet marks a credential as seen, and reports whether the earlier scan had it.
func (t *tenantBaseline) meet(key id) bool {
	i, ok := slices.BinarySearchFunc(t.entries, key, func(e pastCredential, v id) int { return compareIDs(e.key, v) })
	if ok {
		t.seen[i].Store(true)
	}
	return ok
}

// follows reports whether an object had a credential that is gone by now, or whose
// end lies between two times: then a new one is most likely its renewal. One that
// ended long ago makes nobody renew it today.
func (t *tenantBaseline) follows(object id, from, before time.Time) bool {
	i, _ := slices.BinarySearchFunc(t.byObject, object, func(e int32, v id) int { return compareIDs(t.entries[e].object, v) })
	for ; i < len(t.byObject) && t.entries[t.byObject[i]].object == object; i++ {
		e := t.byObject[i]
		end := t.entries[e].end
		if !t.seen[e].Load() || end != 0 && end >= from.Unix() && end < before.Unix() {
			return true
		}
	}
	return false
}

// gone lists the key IDs that the new scan did not meet.
func (t *tenantBaseline) gone() *idSet {
	var out idSet
	for i := range t.entries {
		if !t.seen[i].Load() {
			out.ids = append(out.ids, t.entries[i].key)
		}
	}
	out.sorted = true // as the entries are
	return &out
}

// change says how a credential compares with the earlier scan, as far as can be
// told while the tenant is still being read: "new" or nothing.
func (t *tenantScan) change(c *objects.ListedCredential) string {
	if t.past == nil {
		return ""
	}
	key, ok := parseID(c.KeyID)
	if !ok || t.past.meet(key) {
		return ""
	}
	return "new"
}
