package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// release is a made release of version 9.9.9 in a folder, as the release workflow
// lays it out: the archive, its SBOM and checksums.txt.
type release struct {
	dir, archive, sum string
}

func makeRelease(t *testing.T) release {
	t.Helper()
	r := release{dir: t.TempDir(), archive: "spcheck_9.9.9_linux_amd64.tar.gz"}
	packed := packed(t, "spcheck", "#!/bin/sh\necho installed\n")
	r.sum = fmt.Sprintf("%x", sha256.Sum256(packed))
	r.write(t, r.archive, string(packed))
	r.write(t, "checksums.txt", strings.Repeat("0", 64)+"  "+r.archive+".sbom.json\n"+r.sum+"  "+r.archive+"\n")
	return r
}

func (r release) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// packed is a tar.gz with one program in it.
func packed(t *testing.T, name, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// install runs install.sh against the release. Its curl copies the files of the
// folder and insists on TLS; its gh answers as told, and is absent without words.
func (r release) install(t *testing.T, gh string, env ...string) (output string, err error) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the script is bash's")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	tools, temp := t.TempDir(), t.TempDir()
	stand := func(name, script string) {
		if err := os.WriteFile(filepath.Join(tools, name), []byte("#!"+bash+"\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // it has to run
			t.Fatal(err)
		}
	}
	for _, name := range []string{"mkdir", "awk", "wc", "tar", "gzip", "sha256sum", "cp"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("%s is not installed", name)
		}
		stand(name, `exec `+path+` "$@"`)
	}
	stand("curl", `case "$*" in *"--proto =https"*https://github.com/spcheck/spcheck/releases/download/v9.9.9/*) cp "`+r.dir+`/${!###*/}" . ;; *) exit 22 ;; esac`)
	if gh != "" {
		stand("gh", gh)
	}
	cmd := exec.Command(bash, filepath.Join(repository(t), "contrib", "github", "install.sh"))
	cmd.Env = append([]string{"PATH=" + tools, "RUNNER_TEMP=" + temp, "RUNNER_OS=Linux", "RUNNER_ARCH=X64",
		"SPCHECK_VERSION=9.9.9", "GITHUB_PATH=" + filepath.Join(temp, "path")}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), err
	}
	path, err := os.ReadFile(filepath.Join(temp, "path"))
	if err != nil {
		return string(out), err
	}
	ran, err := exec.Command(filepath.Join(strings.TrimSpace(string(path)), "spcheck")).Output()
	return string(ran), err
}

// attested is a gh that knows the release, and no other file.
const attested = `[ "$1 $2 $3 $5" = "attestation verify spcheck_9.9.9_linux_amd64.tar.gz spcheck/spcheck" ]`

func TestInstallVerifiesWhereAReleaseWasBuilt(t *testing.T) {
	t.Parallel()
	r := makeRelease(t)
	if out, err := r.install(t, attested); err != nil || out != "installed\n" {
		t.Errorf("an attested release: %q, %v", out, err)
	}
	for gh, why := range map[string]string{"exit 1": "without an attestation", "": "without the GitHub CLI"} {
		if out, err := r.install(t, gh); err == nil {
			t.Errorf("installed %s: %s", why, out)
		}
	}
}

func TestInstallComparesAPinnedChecksum(t *testing.T) {
	t.Parallel()
	r := makeRelease(t)
	if out, err := r.install(t, "", "SPCHECK_SHA256="+r.sum); err != nil || out != "installed\n" {
		t.Errorf("the right sum: %q, %v", out, err)
	}
	if out, err := r.install(t, attested, "SPCHECK_SHA256="+strings.Repeat("1", 64)); err == nil {
		t.Errorf("another sum was accepted: %s", out)
	}
}

func TestInstallRefusesADamagedRelease(t *testing.T) {
	t.Parallel()
	changed := makeRelease(t)
	changed.write(t, changed.archive, string(packed(t, "spcheck", "#!/bin/sh\necho changed\n")))
	unlisted := makeRelease(t)
	unlisted.write(t, "checksums.txt", unlisted.sum+"  "+unlisted.archive+".sbom.json\n")
	for name, r := range map[string]release{"another archive": changed, "no checksum": unlisted} {
		if out, err := r.install(t, attested); err == nil {
			t.Errorf("%s was installed: %s", name, out)
		}
	}
}
