//go:build unix

package plan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/renew/target"
)

// A file that others may write to could send secrets anywhere.
func TestAFileThatOthersMayWriteIsNotObeyed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "renewals.yaml")
	text := "tenant: contoso.onmicrosoft.com\napplications:\n  - app: Sync\n    to: [file:secret]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Load(path, target.Deps{}); err != nil {
		t.Fatalf("one's own file: %v", err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := plan.Load(path, target.Deps{})
	if e := fail.From(err); err == nil || e.Code != fail.CodeUsage || !strings.Contains(e.What.String(), "is not trusted") {
		t.Errorf("everybody's file: %v", err)
	}
}
