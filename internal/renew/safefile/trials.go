package safefile

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Trials checks many files. A folder that has just accepted trial files is not tried again
// for another file with the same owner, permissions and labels. The zero value is ready to
// use, and nil remembers nothing.
type Trials struct {
	mu     sync.Mutex
	passed map[trial]pass
}

// trial is what the result of writing trial files depends on.
type trial struct{ dir, alike string }

// pass is when trial files of a size in bytes were accepted.
type pass struct {
	at   time.Time
	size int
}

// fresh is how long a pass counts: not longer than the time that may lie between the check
// of a file and its replacement.
const fresh = 10 * time.Second

// Check is the function Check. It always looks at the file itself: whether it can be
// replaced, whose it is, and whether it or its folder is immutable.
func (t *Trials) Check(path string, size int) error {
	before, err := existing(path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := movable(path, dir, before != nil); err != nil {
		return err
	}
	same := trial{dir: dir}
	if t != nil && before != nil {
		if same.alike, err = likeness(path, before); err != nil {
			t = nil // the trial shows what that means
		}
	}
	if t.knows(same, size) {
		return nil
	}
	if err := try(path, dir, before, size); err != nil {
		return folderError(dir, err)
	}
	t.note(same, size)
	return nil
}

func (t *Trials) knows(same trial, size int) bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.passed[same]
	return ok && p.size >= size && time.Since(p.at) < fresh
}

func (t *Trials) note(same trial, size int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.passed == nil {
		t.passed = map[trial]pass{}
	}
	t.passed[same] = pass{time.Now(), size}
}

// try takes the steps of Replace with other names.
func try(path, dir string, before fs.FileInfo, size int) error {
	f, err := os.CreateTemp(dir, ".spcheck-trial-")
	if err != nil {
		return err
	}
	other := f.Name() + "-2"
	_ = f.Close()
	_ = os.Remove(f.Name())
	defer os.Remove(other)
	defer os.Remove(f.Name())
	for _, name := range []string{other, f.Name(), other} {
		if err := replace(name, path, before, make([]byte, size)); err != nil {
			return err
		}
	}
	return nil
}
