package target

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestReadBack(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	path := filepath.Join(t.TempDir(), "kept")
	d := Deps{Environ: os.Environ()}
	to := parse(t, `command:["sh", "-c", "cat >`+path+`"]`, d)
	if _, err := to.Read(context.Background()); !errors.Is(err, ErrOneWay) {
		t.Fatalf("error %v", err)
	}
	to, err := WithReadBack(to, "cat "+path, d)
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Store(context.Background(), secret()); err != nil {
		t.Fatal(err)
	}
	if v, err := to.Read(context.Background()); err != nil || v.Reveal() != marker {
		t.Errorf("it reads back %v, %v", v, err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if v, err := to.Read(context.Background()); err != nil || !v.Empty() {
		t.Errorf("what is empty: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := to.Read(context.Background()); err == nil || strings.Contains(err.Error(), path) {
		t.Errorf("a program that fails: %v", err)
	}
	if _, err := WithReadBack(to, "'", d); err == nil {
		t.Error("a line without its closing quote is accepted")
	}
}
