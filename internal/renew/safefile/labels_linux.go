package safefile

import (
	"bytes"
	"errors"

	"golang.org/x/sys/unix"
)

// keepLabels gives a new file what else decides who may read the old one: its
// access control list (acl(5)) and its SELinux label.
func keepLabels(from, to string) error {
	for _, name := range []string{"system.posix_acl_access", "security.selinux"} {
		label, err := attribute(from, name)
		if err != nil {
			return err
		}
		if now, err := attribute(to, name); label == nil || err == nil && bytes.Equal(now, label) {
			continue
		}
		if err := unix.Setxattr(to, name, label, 0); err != nil {
			return err
		}
	}
	return nil
}

// attribute reads an extended attribute, nil where there is none of that name or
// the file system has none at all.
func attribute(path, name string) ([]byte, error) {
	buf := make([]byte, 64<<10) // the kernel's own limit
	n, err := unix.Getxattr(path, name, buf)
	switch {
	case errors.Is(err, unix.ENODATA), errors.Is(err, unix.ENOTSUP):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return buf[:n], nil
}
