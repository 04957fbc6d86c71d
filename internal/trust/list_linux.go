package trust

import (
	"encoding/binary"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// The format of an access control list (linux/posix_acl_xattr.h).
const (
	namedUser   = 0x02
	namedGroup  = 0x08
	upperBound  = 0x10 // the mask, which limits all named entries
	writeRight  = 0x02
	headerBytes = 4
	entryBytes  = 8
)

// namedWriter reports whether a file's access control list (acl(5)) lets another user or
// group change it, except the administrators. The mode shows these as rights of the group.
func namedWriter(path string) bool {
	const name = "system.posix_acl_access"
	buf := make([]byte, 512) // enough for the lists that files usually have
	n, err := unix.Getxattr(path, name, buf)
	if errors.Is(err, unix.ERANGE) {
		buf = make([]byte, 64<<10) // the kernel's own limit
		n, err = unix.Getxattr(path, name, buf)
	}
	if err != nil || n < headerBytes {
		return false
	}
	bound, writers := uint16(writeRight), false
	for list := buf[headerBytes:n]; len(list) >= entryBytes; list = list[entryBytes:] {
		tag, right, id := binary.LittleEndian.Uint16(list), binary.LittleEndian.Uint16(list[2:]), int(binary.LittleEndian.Uint32(list[4:]))
		switch {
		case tag == upperBound:
			bound = right
		case right&writeRight == 0:
		case tag == namedUser && id != 0 && id != os.Geteuid(), tag == namedGroup && !ownGroup(id):
			writers = true
		}
	}
	return writers && bound&writeRight != 0
}
