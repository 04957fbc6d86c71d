package safefile

import (
	"bytes"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// accessList is where an access control list (acl(5)) is kept.
const accessList = "system.posix_acl_access"

// keepLabels gives a new file what else decides who may read the old one: its
// access control list and its SELinux label. The new one is reached by its handle:
// whoever owns the folder could put a link in the place of its name.
func keepLabels(from string, to *os.File) error {
	fd := int(to.Fd())
	for _, name := range []string{accessList, "security.selinux"} {
		label, err := attribute(func(buf []byte) (int, error) { return unix.Lgetxattr(from, name, buf) })
		if err != nil {
			return err
		}
		now, err := attribute(func(buf []byte) (int, error) { return unix.Fgetxattr(fd, name, buf) })
		switch {
		case err == nil && bytes.Equal(now, label):
		case label != nil:
			err = unix.Fsetxattr(fd, name, label, 0)
		case name == accessList:
			err = unix.Fremovexattr(fd, name) // which the folder gave it
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// attribute reads an extended attribute, nil where there is none of that name or
// the file system has none at all.
func attribute(read func([]byte) (int, error)) ([]byte, error) {
	buf := make([]byte, 64<<10) // the kernel's own limit
	n, err := read(buf)
	switch {
	case errors.Is(err, unix.ENODATA), errors.Is(err, unix.ENOTSUP):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return buf[:n], nil
}
