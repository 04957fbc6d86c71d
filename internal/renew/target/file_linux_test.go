package target

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8k"); err != nil {
		t.Skip("no small file system can be mounted here: ", err)
	}
	defer func() { _ = syscall.Unmount(dir, 0) }()
	path := filepath.Join(dir, "secret")
	if err := os.WriteFile(path, []byte("former"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "fill"), make([]byte, 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	to := parse(t, "file:"+path, Deps{})
	if err := to.Check(context.Background()); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("the check says %v", err)
	}
	if err := to.Store(context.Background(), secret()); err == nil {
		t.Error("it was stored on a full disk")
	}
	if data, _ := os.ReadFile(path); string(data) != "former" {
		t.Error("the old value is gone")
	}
}
