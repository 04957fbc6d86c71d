package main

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// packaged are the contents of a package, in goreleaser's and nfpm's form.
type packaged []map[string]any

// Both descriptions of the packages carry the same files, so that what the test
// installs is what a release carries.
func TestPackagesAgree(t *testing.T) {
	var release struct {
		NFPMs []struct{ Contents packaged }
	}
	var tested struct{ Contents packaged }
	if err := yaml.Unmarshal([]byte(readText(t, ".goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(readText(t, "packaging", "nfpm.yaml")), &tested); err != nil {
		t.Fatal(err)
	}
	if len(release.NFPMs) != 1 || len(tested.Contents) < 10 {
		t.Fatalf("%d packages, %d files", len(release.NFPMs), len(tested.Contents))
	}
	// goreleaser adds the program by itself.
	if diff := cmp.Diff(tested.Contents[1:], release.NFPMs[0].Contents); diff != "" {
		t.Error(diff)
	}
}

// skipped is the exit code by which a script says that a tool is absent.
const skipped = 77

// TestPackages installs and removes the deb and the rpm.
func TestPackages(t *testing.T) {
	t.Parallel()
	skipShort(t)
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	out, err := exec.Command(bash, filepath.Join(repository(t), "packaging", "test-packages.sh"), binary).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == skipped:
		t.Skipf("%s", out)
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	}
}

// Two builds in two folders give the same bytes, with the flags of a release.
func TestBuildIsReproducible(t *testing.T) {
	if os.Getenv("CI") == "" {
		t.Skip("compiles the models of the Graph SDK once more, for minutes: set CI=true")
	}
	var sums [2][sha256.Size]byte
	for i := range sums {
		dir := filepath.Join(t.TempDir(), "spcheck-source")
		for _, name := range []string{"go.mod", "go.sum", "cmd", "internal", "docs"} {
			copyTree(t, filepath.Join(repository(t), name), filepath.Join(dir, name))
		}
		program := filepath.Join(t.TempDir(), "program"+exeSuffix())
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", program, "./cmd/spcheck")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		bytes, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = sha256.Sum256(bytes)
	}
	if sums[0] != sums[1] {
		t.Errorf("%x and %x", sums[0], sums[1])
	}
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	if !info.IsDir() {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		writeFile(t, to, string(text))
		return
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
}
