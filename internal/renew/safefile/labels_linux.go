package safefile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// accessList is the extended attribute of the access control list (acl(5)).
const accessList = "system.posix_acl_access"

// labels are the extended attributes that also decide who may read a file.
var labels = [...]string{accessList, "security.selinux"}

// keepLabels copies the access control list and the SELinux label of a file to a new one,
// because they also decide who may read it. The new file is given by its handle: the owner
// of its folder could replace its name by a link.
func keepLabels(from string, to *os.File) error {
	fd := int(to.Fd())
	for _, name := range labels {
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

// labelsOf returns the access control list and the SELinux label of a file.
func labelsOf(path string) (string, error) {
	var all strings.Builder
	for _, name := range labels {
		label, err := attribute(func(buf []byte) (int, error) { return unix.Lgetxattr(path, name, buf) })
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&all, "%q", label)
	}
	return all.String(), nil
}

// attribute reads an extended attribute. It is nil if there is none, or if the file system
// has no attributes.
func attribute(read func([]byte) (int, error)) ([]byte, error) {
	buf := make([]byte, 512) // usually enough
	n, err := read(buf)
	if errors.Is(err, unix.ERANGE) {
		buf = make([]byte, 64<<10) // the limit of the kernel
		n, err = read(buf)
	}
	switch {
	case errors.Is(err, unix.ENODATA), errors.Is(err, unix.ENOTSUP):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return buf[:n], nil
}
