//go:build !windows

package secrets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestPipesAndDevicesAreNotRead(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("named pipes cannot be made here: ", err)
	}
	for path, says := range map[string]string{pipe: "named pipe", "/dev/zero": "device"} {
		_, err := Source{File: path}.Load(context.Background(), Deps{})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFileSeenByOthersIsWarnedOf(t *testing.T) {
	tests := []struct {
		mode, folder os.FileMode
		says         string
	}{
		{0o600, 0o755, ""},
		{0o640, 0o755, ""},
		{0o644, 0o755, "can read the file (mode -rw-r--r--)"},
		{0o666, 0o755, "can change the file"},
		{0o644, 0o700, ""},
	}
	for _, test := range tests {
		// Below the system's folder for temporary files, which everyone may enter.
		dir, err := os.MkdirTemp("", "secrets")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		if shielded(dir) {
			t.Skip("the folder for temporary files is private")
		}
		path := filepath.Join(dir, "s")
		if err := errors.Join(os.WriteFile(path, []byte(someSecret), 0o600), os.Chmod(path, test.mode), os.Chmod(dir, test.folder)); err != nil {
			t.Fatal(err)
		}
		c, err := Source{File: path}.Load(context.Background(), Deps{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Warnings); test.says == "" && len(c.Warnings) > 0 || !strings.Contains(got, test.says) {
			t.Errorf("mode %o in a folder of %o: %s", test.mode, test.folder, got)
		}
	}
}
