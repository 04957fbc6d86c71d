package trust

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

// withList puts an access list on a file or folder, in the language of security
// descriptors; ME stands for this user.
func withList(t *testing.T, path, sddl string) {
	t.Helper()
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	sd, err := windows.SecurityDescriptorFromString(strings.ReplaceAll(sddl, "ME", user.User.Sid.String()))
	if err != nil {
		t.Fatalf("%s: %v", sddl, err)
	}
	dacl, _, err := sd.DACL()
	if err != nil {
		t.Fatal(err)
	}
	if err := windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil); err != nil {
		t.Fatalf("%s: %v", sddl, err)
	}
	// Wine keeps lists as modes of Unix, which have no room for groups of Windows.
	kept, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range []string{"BU", "AU", "SY", "BA"} {
		if strings.Contains(sddl, ";"+group+")") && !strings.Contains(kept.String(), ";"+group+")") {
			t.SkipNow()
		}
	}
}

// own is a list that leaves a file to its user.
const own = "D:P(A;;FA;;;ME)"

func TestFilesThatOthersMayWriteAreNotTrusted(t *testing.T) {
	for name, c := range map[string]struct {
		folder, file string
		trusted      bool
	}{
		"its user's alone":                  {own, own, true},
		"the system's and administrators'":  {own + "(A;;FA;;;SY)(A;;FA;;;BA)", own + "(A;;FA;;;SY)(A;;FA;;;BA)", true},
		"others may read it":                {own, own + "(A;;FR;;;WD)", true},
		"everyone may write it":             {own, own + "(A;;FRFW;;;WD)", false},
		"users may do everything":           {own, own + "(A;;FA;;;BU)", false},
		"everyone may do all in the folder": {own + "(A;;FA;;;WD)", own, false},
		"others may look into the folder":   {own + "(A;;FR;;;WD)", own, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "Prüfung mit Leerzeichen")
			path := filepath.Join(dir, "config.yaml")
			if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(path, []byte("x"), 0o600)); err != nil {
				t.Fatal(err)
			}
			withList(t, path, c.file)
			withList(t, dir, c.folder)
			err := File(path)
			var untrusted *Error
			if (err == nil) != c.trusted || err != nil && (!errors.As(err, &untrusted) || untrusted.Cure.IsZero()) {
				t.Errorf("%v", err)
			}
		})
	}
	if File(filepath.Join(t.TempDir(), "absent")) == nil {
		t.Error("a file that is not there is trusted")
	}
}

// A path of a share is not shortened and not looked up elsewhere: where the share
// cannot be reached, nothing of it is trusted.
func TestSharesThatCannotBeReached(t *testing.T) {
	if File(`\\no-such-host.invalid\share\config.yaml`) == nil {
		t.Error("a file of a share that cannot be reached is trusted")
	}
}
