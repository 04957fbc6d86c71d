package secrets

import (
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/spcheck/spcheck/internal/msg"
)

// Access rights that allow reading a file's content.
const readRights = windows.FILE_READ_DATA | windows.GENERIC_READ | windows.GENERIC_ALL

// exposure warns if the file's access list allows a group with practically everybody in
// it to read the file.
func exposure(path string) msg.Text {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return msg.Text{}
	}
	dacl, _, err := sd.DACL()
	if err != nil {
		return msg.Text{}
	}
	if dacl == nil {
		return msg.New("the file has no access list: every user of this machine can read it")
	}
	if group, ok := wideReader(dacl); ok {
		return msg.New("the file's access list lets the group %s read it", group)
	}
	return msg.Text{}
}

// wideGroups are groups that practically everybody belongs to.
var wideGroups = map[string]windows.WELL_KNOWN_SID_TYPE{
	"Everyone":            windows.WinWorldSid,
	"Authenticated Users": windows.WinAuthenticatedUserSid,
	"Users":               windows.WinBuiltinUsersSid,
}

// wideReader returns the first group of wideGroups that may read. In the order that
// Windows uses, entries that deny come before those that allow. Other types of entry store
// their SID elsewhere.
func wideReader(dacl *windows.ACL) (string, bool) {
	denied := map[string]bool{}
	for i := range uint32(dacl.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if windows.GetAce(dacl, i, &ace) != nil || ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || ace.Mask&readRights == 0 ||
			ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE && ace.Header.AceType != windows.ACCESS_DENIED_ACE_TYPE {
			continue
		}
		sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart))
		for group, kind := range wideGroups {
			switch {
			case !sid.IsWellKnown(kind) || denied[group]:
			case ace.Header.AceType == windows.ACCESS_ALLOWED_ACE_TYPE:
				return group, true
			default:
				denied[group] = true
			}
		}
	}
	return "", false
}
