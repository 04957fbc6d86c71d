package safefile

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// listWith is the access control list of a file that its owner may change and
// one more user may read, in the kernel's form (linux/posix_acl_xattr.h).
func listWith(user uint32) []byte {
	const nobody = ^uint32(0)
	out := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{{1, 6, nobody}, {2, 4, user}, {4, 0, nobody}, {16, 4, nobody}, {32, 0, nobody}} {
		out = binary.LittleEndian.AppendUint16(out, e.tag)
		out = binary.LittleEndian.AppendUint16(out, e.perm)
		out = binary.LittleEndian.AppendUint32(out, e.id)
	}
	return out
}

// A service that reads the secret by an access control list still does once the
// file was replaced.
func TestAccessControlListStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	list := listWith(65534)
	if err := unix.Setxattr(path, "system.posix_acl_access", list, 0); err != nil {
		t.Skip("this file system has no access control lists: ", err)
	}
	if err := Replace(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if now, err := attribute(path, "system.posix_acl_access"); err != nil || string(now) != string(list) {
		t.Errorf("the list is %x, %v", now, err)
	}
}
