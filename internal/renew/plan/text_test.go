package plan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/renew/target"
)

// An error in a file names its line, and repeats nothing of it.
func TestErrorsQuoteNothingOfTheFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"applications:\n  - app: Sync\n    to: [file:/x]\n    secret: zebra-quartz-hydra\n",
		"applications: [zebra-quartz-hydra]\n",
		"tenant: zebra-quartz-hydra\n\tapplications: [\n",
	} {
		path := filepath.Join(t.TempDir(), "renewals.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := plan.Load(path, target.Deps{})
		if err == nil || strings.Contains(err.Error(), "zebra") || !strings.Contains(err.Error(), path+":") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// PowerShell redirects output as UTF-16, and some editors put a byte order mark at the
// start.
func TestAPlanAsWindowsWritesIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("renewals.yaml", "applications: [{app: Sync, to: ['file:"+filepath.ToSlash(filepath.Join(dir, "x"))+"']}]\n")
	const text = "{\r\n\"file\": \"renewals.yaml\", \"fileHash\": \"0\", \"items\": []\r\n}\r\n"
	for name, data := range map[string]string{"plain": text, "marked": "\ufeff" + text, "UTF-16": wide(text)} {
		// It is read up to the hash, which is different.
		if _, _, err := plan.Open(write(name+".json", data), target.Deps{}); err == nil || !strings.Contains(err.Error(), "has changed since") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func wide(s string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(s)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}
