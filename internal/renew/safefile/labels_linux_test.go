package safefile

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// listWith returns an access control list in the format of the kernel
// (linux/posix_acl_xattr.h): the owner may change the file, and another user may read it.
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

// A service that may read a file by its access control list still may after the file was
// replaced.
func TestAccessControlListStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	list := listWith(65534)
	if err := unix.Setxattr(path, accessList, list, 0); err != nil {
		t.Skip("this file system has no access control lists: ", err)
	}
	if err := Replace(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if now := listOf(t, path); string(now) != string(list) {
		t.Errorf("the list is %x", now)
	}
}

func listOf(t *testing.T, path string) []byte {
	t.Helper()
	list, err := attribute(func(buf []byte) (int, error) { return unix.Getxattr(path, accessList, buf) })
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A folder may have a default list that lets others read new files. A file without a list
// does not get it when it is replaced.
func TestAListOfTheFolderIsNotTaken(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "secret")
	if err := errors.Join(os.WriteFile(path, []byte("old"), 0o600), os.Chmod(path, 0o640)); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setxattr(dir, "system.posix_acl_default", listWith(65534), 0); err != nil {
		t.Skip("this file system has no access control lists: ", err)
	}
	if err := Replace(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if list := listOf(t, path); err != nil || list != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the list is %x, the mode %v, %v", list, info.Mode(), err)
	}
}

// While the new file is written, the owner of the folder can put a link in place of its
// name. The list still goes to the file, not to the link's target.
func TestLabelsGoToTheFileWhateverItsName(t *testing.T) {
	dir := t.TempDir()
	old, other := filepath.Join(dir, "secret"), filepath.Join(dir, "other")
	if err := errors.Join(os.WriteFile(old, nil, 0o600), os.WriteFile(other, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setxattr(old, accessList, listWith(65534), 0); err != nil {
		t.Skip("this file system has no access control lists: ", err)
	}
	fresh, err := os.CreateTemp(dir, "fresh")
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if err := errors.Join(os.Remove(fresh.Name()), os.Symlink(other, fresh.Name()), keepLabels(old, fresh)); err != nil {
		t.Fatal(err)
	}
	if list := listOf(t, other); list != nil {
		t.Errorf("the file that the link leads to got the list %x", list)
	}
}
