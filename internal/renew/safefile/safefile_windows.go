package safefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"
)

// owned reports whether a file belongs to the user, or to the group Administrators. Windows
// makes that group the owner of files that an administrator creates.
func owned(path string, _ fs.FileInfo) (bool, error) {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return false, err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return false, err
	}
	user, err := currentUser()
	if err != nil {
		return false, err
	}
	return owner.Equals(user) || owner.IsWellKnown(windows.WinBuiltinAdministratorsSid), nil
}

func currentUser() (*windows.SID, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return user.User.Sid, nil
}

// keepable refuses nothing: the access list is copied.
func keepable(fs.FileInfo) error { return nil }

// likeness returns what a new file takes over from the file at path.
func likeness(path string, _ fs.FileInfo) (string, error) {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return "", err
	}
	return sd.String(), nil
}

// restrict gives a new file an access list with the current user only, instead of the
// inherited one.
func restrict(path string) error {
	user, err := currentUser()
	if err != nil {
		return err
	}
	acl, err := windows.ACLFromEntries([]windows.EXPLICIT_ACCESS{{
		AccessPermissions: windows.GENERIC_ALL,
		AccessMode:        windows.GRANT_ACCESS,
		Inheritance:       windows.NO_INHERITANCE,
		Trustee: windows.TRUSTEE{TrusteeForm: windows.TRUSTEE_IS_SID, TrusteeType: windows.TRUSTEE_IS_USER,
			TrusteeValue: windows.TrusteeValueFromSID(user)},
	}}, nil)
	if err != nil {
		return err
	}
	return setList(path, acl, windows.PROTECTED_DACL_SECURITY_INFORMATION)
}

func setList(path string, acl *windows.ACL, more windows.SECURITY_INFORMATION) error {
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|more, nil, nil, acl, nil)
}

// inherit gives a file the access list of another one.
func inherit(path, from string) error {
	sd, err := windows.GetNamedSecurityInfo(from, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	acl, _, err := sd.DACL()
	if err != nil {
		return err
	}
	more := windows.SECURITY_INFORMATION(windows.UNPROTECTED_DACL_SECURITY_INFORMATION)
	if control, _, err := sd.Control(); err == nil && control&windows.SE_DACL_PROTECTED != 0 {
		more = windows.PROTECTED_DACL_SECURITY_INFORMATION
	}
	return setList(path, acl, more)
}

// movable checks nothing: on Windows, only an attempt can tell.
func movable(string, string, bool) error { return nil }

// replace writes a file beside path and renames it to path, which Windows does in one step
// on one volume. After the content was written, the new file gets the access list of the
// file at like.
func replace(path, like string, before fs.FileInfo, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".spcheck-")
	if err != nil {
		return err
	}
	name := f.Name()
	defer os.Remove(name)
	err = restrict(name)
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if before != nil {
		if err := inherit(name, like); err != nil {
			return err
		}
	}
	return moveOver(name, path)
}

// moveOver tries again for a moment if a program has the old file open, such as a virus
// scanner, or the product that reads its secret.
func moveOver(name, path string) error {
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		err := os.Rename(name, path)
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || pause > time.Second {
			return err
		}
		time.Sleep(pause)
	}
}

// syncFolder does nothing: Windows writes names to disk itself.
func syncFolder(string) error { return nil }

// give does nothing: the access list names the user.
func give(*os.File, string) error { return nil }
