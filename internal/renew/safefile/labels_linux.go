package safefile

import (
	"bytes"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// accessList is the extended attribute with the access control list (acl(5)).
const accessList = "system.posix_acl_access"

// keepLabels copies the access control list and the SELinux label of a file to a new one,
// because they also decide who may read it. It uses the handle of the new file: the owner
// of the folder could put a link in the place of its name.
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
			err = unix.Fremovexattr(fd, name) // inherited from the folder
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// attribute reads an extended attribute. It returns nil if there is no such attribute, or
// if the file system has none at all.
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
