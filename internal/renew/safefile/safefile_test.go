package safefile

import (
	"os"
	"path/filepath"
	"testing"
)

// A file that replaces the one that was checked is not read: it may be a link, or belong to
// another user.
func TestExchangedFileIsNotRead(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "file"), filepath.Join(dir, "other")
	for _, p := range []string{path, other} {
		if err := Create(p, []byte("content of "+p)); err != nil {
			t.Fatal(err)
		}
	}
	looked, err := existing(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := openSame(path, looked)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if f, err := openSame(path, looked); err == nil {
		f.Close()
		t.Error("another file was opened than was looked at")
	}
}
