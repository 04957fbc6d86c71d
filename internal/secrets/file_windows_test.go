package secrets

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

// A secret in a file that a group of practically everybody may read is read, with a
// warning that names the group; the file's line break, in the form of Windows, is no
// part of it. Blanks, umlauts and a length beyond MAX_PATH are nothing special in a
// path.
func TestFilesOnWindows(t *testing.T) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	own := "D:P(A;;FA;;;" + user.User.Sid.String() + ")"
	long := strings.Repeat(strings.Repeat("länge", 10)+`\`, 5)
	for name, c := range map[string]struct{ folder, list, warning string }{
		"its user's alone":     {"", own, ""},
		"everyone may read it": {"", own + "(A;;FR;;;WD)", "Everyone"},
		"users may read it":    {"", own + "(A;;FR;;;BU)", "Users"},
		"blanks and umlauts":   {"Geheimnisse für alle", own, ""},
		"longer than MAX_PATH": {long, own, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.folder, "geheimer schlüssel.txt")
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("a value\r\n"), 0o600)); err != nil {
				t.Fatal(err)
			}
			sd, err := windows.SecurityDescriptorFromString(c.list)
			if err != nil {
				t.Fatal(err)
			}
			dacl, _, err := sd.DACL()
			if err != nil {
				t.Fatal(err)
			}
			// The API below knows no long paths; what is written there inherits.
			if len(path) < windows.MAX_PATH {
				if err := windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil); err != nil {
					t.Fatal(err)
				}
			}
			kept, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
			if err == nil && (strings.Contains(c.list, ";BU)") != strings.Contains(kept.String(), ";BU)") || strings.Contains(c.list, ";WD)") != strings.Contains(kept.String(), ";WD)")) {
				// Wine keeps lists as modes of Unix, which have no room for groups.
				c.warning = "any"
			}
			got, err := Source{File: path}.Load(context.Background(), Deps{})
			if err != nil || got.Secret.Reveal() != "a value" {
				t.Fatalf("%q, %v", got.Secret.Reveal(), err)
			}
			said := ""
			for _, w := range got.Warnings {
				said += w.String()
			}
			if c.warning != "any" && (len(path) < windows.MAX_PATH && (said == "") != (c.warning == "") || !strings.Contains(said, c.warning)) {
				t.Errorf("warned %q, want %q", said, c.warning)
			}
		})
	}
}
