package trust

import (
	"encoding/binary"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// An access control list can give a right that the owner's own group seems to have.
func TestAccessControlListsAreRead(t *testing.T) {
	const nobody = ^uint32(0)
	for _, c := range []struct {
		name       string
		tag, right uint16
		id         uint32
		mask       uint16
		trusted    bool
	}{
		{"another user writes", namedUser, 6, 65534, 7, false},
		{"another user reads", namedUser, 4, 65534, 7, true},
		{"another user is kept from writing by the mask", namedUser, 6, 65534, 4, true},
		{"another group writes", namedGroup, 6, 65533, 7, false},
		{"this user writes", namedUser, 6, uint32(os.Geteuid()), 7, true},
	} {
		path := fileOf(t, 0o755, 0o644)
		list := binary.LittleEndian.AppendUint32(nil, 2)
		for _, e := range []struct {
			tag, right uint16
			id         uint32
		}{{1, 6, nobody}, {namedUser, c.right, c.id}, {4, 4, nobody}, {namedGroup, c.right, c.id}, {upperBound, c.mask, nobody}, {32, 0, nobody}} {
			if (e.tag == namedUser || e.tag == namedGroup) && e.tag != c.tag {
				continue
			}
			list = binary.LittleEndian.AppendUint16(list, e.tag)
			list = binary.LittleEndian.AppendUint16(list, e.right)
			list = binary.LittleEndian.AppendUint32(list, e.id)
		}
		if err := unix.Setxattr(path, "system.posix_acl_access", list, 0); err != nil {
			t.Skip("this file system has no access control lists: ", err)
		}
		if err := os.Chown(path, -1, os.Getegid()); err != nil {
			t.Fatal(err)
		}
		if err := File(path); (err == nil) != c.trusted {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
