package trust

import (
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

// Rights to change a file, or its access list. For a folder, the first is the right to add
// files, and FILE_DELETE_CHILD the right to replace one.
const (
	fileRights   = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.DELETE | windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_WRITE | windows.GENERIC_ALL
	deleteChild  = 0x40 // FILE_DELETE_CHILD
	folderRights = deleteChild | windows.DELETE | windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_ALL
)

// examine checks a file and its folder, or a folder. It does not check those above: Windows
// lets every user change most folders except its own and those of other users, so nearly
// nothing would be trusted.
func examine(path string, u use) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return unread(path)
	}
	if err := check(real, u); err != nil || u != file {
		return err
	}
	return check(filepath.Dir(real), above)
}

// writable says who else may change a file or, in a folder, replace one. The reason is zero
// if nobody else may.
func writable(path string, u use) (reason, cure msg.Text) {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return msg.New("its access list cannot be read"), readable
	}
	if owner, _, err := sd.Owner(); err != nil || owner != nil && !trusted(owner) {
		return msg.New("it is owned by another user"), msg.New("if you trust its content, take ownership of it: %s", commandline.Words{"takeown", "/f", path})
	}
	dacl, _, err := sd.DACL()
	switch {
	case err != nil:
		return msg.Text{}, msg.Text{} // a volume without access lists
	case dacl == nil:
		return msg.New("it has no access list, so every user of this machine can change it"), msg.New("reset its access list: %s", commandline.Words{"icacls", path, "/reset"})
	}
	rights := windows.ACCESS_MASK(fileRights)
	if u != file {
		rights = folderRights
	}
	if name, ok := stranger(dacl, rights); ok {
		return msg.New("its access list lets %s change it", name), msg.New("remove that permission: %s", commandline.Words{"icacls", path, "/inheritance:d", "/remove:g", name})
	}
	return msg.Text{}, msg.Text{}
}

// stranger returns the first account with one of the rights that is neither this user nor an
// administrator.
func stranger(dacl *windows.ACL, rights windows.ACCESS_MASK) (string, bool) {
	for i := range uint32(dacl.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if windows.GetAce(dacl, i, &ace) != nil || ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE ||
			ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || ace.Mask&rights == 0 {
			continue
		}
		sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart))
		if !trusted(sid) {
			return nameOf(sid), true
		}
	}
	return "", false
}

// trusted reports whether an account is this user, the system, an administrator or a
// placeholder for the owner.
func trusted(sid *windows.SID) bool {
	for _, kind := range []windows.WELL_KNOWN_SID_TYPE{windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid, windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid} {
		if sid.IsWellKnown(kind) {
			return true
		}
	}
	// TrustedInstaller owns the files of Windows itself.
	if sid.String() == "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464" {
		return true
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err == nil && sid.Equals(user.User.Sid)
}

func nameOf(sid *windows.SID) string {
	if account, domain, _, err := sid.LookupAccount(""); err == nil {
		if domain == "" {
			return account
		}
		return domain + `\` + account
	}
	return sid.String()
}
