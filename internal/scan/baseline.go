package scan

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// Baseline is an earlier scan, in a few dozen bytes a credential: what is needed
// beyond that is read from its file once more at the end.
type Baseline struct {
	path    string
	since   time.Time
	tenants map[string]*tenantBaseline // by name in lower case
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

// Has reports whether the earlier scan read a tenant to its end.
func (b *Baseline) Has(tenant string) bool { return b.tenants[strings.ToLower(tenant)] != nil }

// ReadBaseline reads a saved JSON report of scan. A report of another kind or
// schema version, and one without an inventory, are refused.
func ReadBaseline(path string) (*Baseline, error) {
	b := &Baseline{path: path, tenants: map[string]*tenantBaseline{}}
	header := struct {
		version string
		scan    bool
		tenants []result.ScanTenant
	}{}
	entries := map[string][]pastCredential{}
	err := eachMember(path, map[string]func(*json.Decoder) error{
		"schemaVersion": func(d *json.Decoder) error { return d.Decode(&header.version) },
		"generatedAt":   func(d *json.Decoder) error { return d.Decode(&b.since) },
		"tenants":       func(d *json.Decoder) error { return d.Decode(&header.tenants) },
		"inventory": func(d *json.Decoder) error {
			header.scan = true
			return eachItem(d, func(i *result.InventoryItem) error {
				key, okKey := parseID(i.KeyID)
				object, okObject := parseID(i.ObjectID)
				if okKey && okObject {
					tenant := strings.ToLower(i.Tenant)
					entries[tenant] = append(entries[tenant], pastCredential{key, object, unixOf(i.EndDateTime)})
				}
				return nil
			})
		},
	})
	hint := "give a report that was saved with: spcheck scan -o json"
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fail.Usage(fmt.Sprintf("there is no baseline %s", path), hint)
	case err != nil:
		return nil, fail.Usage(fmt.Sprintf("the baseline %s cannot be read as a JSON report", path), hint)
	case header.version != result.SchemaVersion:
		return nil, fail.Usage(fmt.Sprintf("the baseline %s has schema version %q, not %q", path, header.version, result.SchemaVersion),
			"make a new baseline with this version of spcheck: spcheck scan -o json")
	case !header.scan:
		return nil, fail.Usage(fmt.Sprintf("the baseline %s is no report of a scan", path), hint)
	}
	for _, t := range header.tenants {
		if name := strings.ToLower(t.Tenant); t.Status != result.Unknown {
			b.tenants[name] = newTenantBaseline(entries[name])
		}
	}
	return b, nil
}

func unixOf(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.Unix()
}

func newTenantBaseline(list []pastCredential) *tenantBaseline {
	slices.SortFunc(list, func(a, b pastCredential) int { return compareIDs(a.key, b.key) })
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

// follows reports whether an object had a credential that is gone by now, or
// ends before the given time: then a new one is most likely its renewal.
func (t *tenantBaseline) follows(object id, before time.Time) bool {
	i, _ := slices.BinarySearchFunc(t.byObject, object, func(e int32, v id) int { return compareIDs(t.entries[e].object, v) })
	for ; i < len(t.byObject) && t.entries[t.byObject[i]].object == object; i++ {
		e := t.byObject[i]
		if !t.seen[e].Load() || t.entries[e].end != 0 && t.entries[e].end < before.Unix() {
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

// items calls visit for credentials of the earlier scan, read from its file
// again.
func (b *Baseline) items(visit func(*result.InventoryItem) error) error {
	return eachMember(b.path, map[string]func(*json.Decoder) error{
		"inventory": func(d *json.Decoder) error { return eachItem(d, visit) },
	})
}

// eachMember streams a JSON file whose top is an object, and lets the readers
// have the members they are named for.
func eachMember(path string, readers map[string]func(*json.Decoder) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	d := json.NewDecoder(bufio.NewReaderSize(f, 256<<10))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(errNoObject, err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		read := readers[fmt.Sprint(name)]
		if read == nil {
			read = func(d *json.Decoder) error { var skip json.RawMessage; return d.Decode(&skip) }
		}
		if err := read(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

var errNoObject = errors.New("the file holds no JSON object")

func eachItem(d *json.Decoder, visit func(*result.InventoryItem) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return errors.Join(errNoObject, err)
	}
	for d.More() {
		var item result.InventoryItem
		if err := d.Decode(&item); err != nil {
			return err
		}
		if err := visit(&item); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	_, err := d.Token()
	return err
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
