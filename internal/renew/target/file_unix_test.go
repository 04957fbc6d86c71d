//go:build !windows

package target

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestLinksAreNotFollowed(t *testing.T) {
	dir := t.TempDir()
	other, link := filepath.Join(dir, "passwd"), filepath.Join(dir, "secret")
	if err := os.WriteFile(other, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	to := parse(t, "file:"+link, Deps{})
	if err := to.Check(context.Background()); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("error %v", err)
	}
	if err := to.Store(context.Background(), secret()); err == nil {
		t.Error("it was stored through a link")
	}
	if data, _ := os.ReadFile(other); string(data) != "precious" {
		t.Error("what the link leads to was overwritten")
	}
}

func TestGroupAndPermissionsStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("former"), 0o640); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 0, 65534); err != nil {
			t.Skip(err)
		}
	}
	before, _ := os.Stat(path)
	if err := parse(t, "file:"+path, Deps{}).Store(context.Background(), secret()); err != nil {
		t.Fatal(err)
	}
	after, _ := os.Stat(path)
	if after.Mode() != before.Mode() || after.Sys().(*syscall.Stat_t).Gid != before.Sys().(*syscall.Stat_t).Gid {
		t.Errorf("%v became %v", before.Mode(), after.Mode())
	}
	backup, _ := filepath.Glob(path + ".bak-*")
	if info, err := os.Stat(backup[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup can be read by others: %v %v", info.Mode(), err)
	}
}
