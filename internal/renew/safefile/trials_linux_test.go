package safefile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file of the same kind is not tried again for a moment; another kind of file, a larger
// one and a later one are.
func TestTrialsAreShared(t *testing.T) {
	dir := t.TempDir()
	trials := &Trials{}
	// A folder's time changes with each trial file.
	tried := func(path string, size int) bool {
		before := time.Now().Add(-time.Hour)
		if err := os.Chtimes(dir, before, before); err != nil {
			t.Fatal(err)
		}
		if err := trials.Check(path, size); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(dir)
		return err != nil || !info.ModTime().Equal(before)
	}
	first, second := write(t, filepath.Join(dir, "first"), "a"), write(t, filepath.Join(dir, "second"), "b")
	readable := write(t, filepath.Join(dir, "readable"), "c")
	if err := os.Chmod(readable, 0o640); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		path string
		size int
		want bool
	}{
		{first, 100, true}, {second, 100, false}, {second, 50, false}, {second, 101, true}, {readable, 100, true},
		{filepath.Join(dir, "absent"), 100, true}, {filepath.Join(dir, "absent too"), 100, false},
	} {
		if tried(c.path, c.size) != c.want {
			t.Errorf("check %d: trial files are written: %t", i+1, !c.want)
		}
	}
	for same, p := range trials.passed {
		trials.passed[same] = pass{p.at.Add(-fresh), p.size}
	}
	if !tried(first, 100) {
		t.Error("a pass of long ago counts")
	}
}

// What stands in the way of one file is found even where others have just passed.
func TestSharedTrialsLookAtEachFile(t *testing.T) {
	dir := t.TempDir()
	trials := &Trials{}
	if err := trials.Check(write(t, filepath.Join(dir, "first"), "a"), 100); err != nil {
		t.Fatal(err)
	}
	linked, link := write(t, filepath.Join(dir, "linked"), "b"), filepath.Join(dir, "link")
	if err := os.Link(linked, filepath.Join(dir, "its other name")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(linked, link); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{linked, link, dir} {
		if trials.Check(path, 100) == nil {
			t.Errorf("%s can be replaced", path)
		}
	}
}
