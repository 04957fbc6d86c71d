package scan

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/result"
)

// FuzzBaseline looks for saved scans that break the comparison.
func FuzzBaseline(f *testing.F) {
	const key, object = "3f0c6a52-9d7e-4b18-8a40-5d1be2f7c963", "a81b7e0d-2c64-4f95-b3d2-70c9e5168f4a"
	f.Add([]byte(`{"schemaVersion":"1","generatedAt":"2030-01-02T03:04:05Z","tenants":[{"tenant":"T","status":"ok"}],"inventory":[{"tenant":"t","objectId":"` +
		object + `","keyId":"` + key + `","endDateTime":"2031-01-01T00:00:00Z"}]}`))
	f.Add([]byte(`{"inventory":[],"tenants":null,"schemaVersion":"1","inventory":[{}]}`))
	f.Add([]byte(`{"schemaVersion":"1","inventory":[{"keyId":7}]}`))
	f.Add([]byte(`{"schemaVersion":"1","inventory":[`))
	f.Add([]byte("\xef\xbb\xbf{}"))
	path := filepath.Join(f.TempDir(), "baseline.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := ReadBaseline(path)
		if (b == nil) == (err == nil) {
			t.Fatalf("%v, %v", b, err)
		}
		if err != nil {
			return
		}
		all := 0
		for _, tenant := range b.tenants {
			if gone := tenant.gone(); gone != len(tenant.entries) {
				t.Errorf("%d credentials, of which none was seen and %d are gone", len(tenant.entries), gone)
			}
			for _, e := range tenant.entries {
				if !tenant.meet(e.object, e.key) {
					t.Errorf("%x is not among those that were read", e.key)
				}
				all++
			}
		}
		read := 0
		if err := b.items(func(*result.InventoryItem) error { read++; return nil }); err != nil || read < all {
			t.Errorf("%d credentials at first, then %d, %v", all, read, err)
		}
	})
}

// FuzzID looks for texts that are wrongly parsed as a GUID.
func FuzzID(f *testing.F) {
	for _, s := range []string{"3f0c6a52-9d7e-4b18-8a40-5d1be2f7c963", "3F0C6A52-9D7E-4B18-8A40-5D1BE2F7C963", "{3f0c6a52-9d7e-4b18-8a40-5d1be2f7c963}", "------------------------------------", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := parseID(s)
		if want := strings.ReplaceAll(s, "-", ""); ok && !strings.EqualFold(hex.EncodeToString(v[:]), want) {
			t.Errorf("%q is read as %x", s, v)
		}
		var set idSet
		set.add(s)
		if ok && len(set.ids) != 1 {
			t.Errorf("%q is lost", s)
		}
	})
}
