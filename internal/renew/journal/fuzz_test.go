package journal

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzJournal looks for files in the state folder that make the next run fail.
func FuzzJournal(f *testing.F) {
	f.Add([]byte(`{"version":1,"stage":"added","appId":"7d1c9a52-6b34-4d8e-8f0e-2a9b3c4d5e6f","tenant":"t","displayName":"x"}`))
	f.Add([]byte(`{"version":1,"appId":"a","began":"x"}`))
	f.Add([]byte("\x00"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "entry.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := read(path)
		if err != nil {
			return
		}
		if e.AppID == "" || e.Summary().String() == "" {
			t.Errorf("%+v", e)
		}
		_ = (&Store{dir: dir, now: time.Now}).Path(e)
	})
}
