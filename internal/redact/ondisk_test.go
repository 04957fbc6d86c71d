package redact

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An existing path is repeated as it was typed, even if its folders look like secrets. Other
// words that look like secrets are not.
func TestTheNameOfAFolderIsNoSecret(t *testing.T) {
	for _, name := range []string{
		"Fk3mAw9Xq2Zb7LcV5nRt8YpH1sJd4GuE6oTi0KzM",
		"TestStory0fAn1ntr4uder9xK2mQ7vB3nL8pR5tW1yZ6cD4fG",
		"TestX_aB3.cD4~eF5-gH6iJ7kL8mN9 and (a copy), 2",
		strings.Repeat("AbCd1234EfGh5678", 7) + "IjKl9012",
	} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "absent.env")
		for _, typed := range []string{dir, file, "--to=env-file:" + file + "#AZURE_CLIENT_SECRET", "path: '" + file + "'\n"} {
			if HideTyped(typed); String(typed) != typed {
				t.Errorf("%s became %s", typed, String(typed))
			}
		}
	}
	absent := "Gt7vLq3Zn8Xc5Bw2Rk9Jd4Hs6Mf1Pa0Yu"
	for _, typed := range []string{absent, "file:" + absent, filepath.Join(t.TempDir(), absent, "a.env")} {
		if HideTyped(typed); strings.Contains(String(typed), absent) {
			t.Errorf("a word that looks like a secret is repeated in %q", String(typed))
		}
	}
}

// A name in the form of Entra's secrets or of tokens is hidden, even if the file exists.
func TestASecretAsTheNameOfAFileIsHidden(t *testing.T) {
	for _, name := range []string{"w2n8Q~Yt5kM-1xC_qS3jN.zX0rG4eH7hL2bV6dUf", "eyJ0eXAiOiJub25lIn0.eyJzdWIiOiJtYWRlLXVwIn0.bWFkZS11cA"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if HideTyped(path); strings.Contains(String(path), name[5:]) {
			t.Errorf("%q is shown", String(path))
		}
	}
}

// Paths of other machines are not looked up.
func TestPathsOfOtherMachinesAreNotLookedAt(t *testing.T) {
	dir := t.TempDir()
	if !exists(dir) {
		t.Fatal("the folder is not seen")
	}
	if exists("/"+filepath.ToSlash(dir)) || exists(`\\`+dir) {
		t.Error("a path that begins as those of other machines is looked at")
	}
}
