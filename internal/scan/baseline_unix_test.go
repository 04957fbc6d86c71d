//go:build !windows

package scan

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/result"
)

// Whoever can write the earlier scan decides what is new.
func TestABaselineThatOthersMayWriteIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "earlier.json")
	if err := os.WriteFile(path, []byte(`{"schemaVersion":"`+result.SchemaVersion+`","tenants":[],"inventory":[]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadBaseline(path); err != nil {
		t.Fatalf("of this user: %v", err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	var refused *fail.Error
	if _, err := ReadBaseline(path); !errors.As(err, &refused) || refused.Code != fail.CodeUsage || len(refused.Hints) == 0 {
		t.Errorf("of everybody: %v", err)
	}
}
