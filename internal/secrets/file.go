package secrets

import (
	"io/fs"
	"os"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// fileRead is the content of a file and what was noticed about it.
type fileRead struct {
	content  string
	warnings []msg.Text
	notes    []msg.Text
}

// readFile reads a regular file of at most limit bytes. It follows symbolic links,
// which Kubernetes uses to mount secrets, and notes them.
func readFile(path string, from origin.Origin, limit int64) (fileRead, error) {
	var read fileRead
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		read.notes = append(read.notes, linkNote(path))
	}
	// Checked before opening, because opening a named pipe waits for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return read, unreadable(from, err)
	}
	if err := regular(info, from); err != nil {
		return read, err
	}
	file, err := os.Open(path)
	if err != nil {
		return read, unreadable(from, err)
	}
	defer func() { _ = file.Close() }()
	if warning := exposure(path); !warning.IsZero() {
		read.warnings = append(read.warnings, warning)
	}
	read.content, err = readBounded(file, from, limit)
	return read, err
}

func linkNote(path string) msg.Text {
	target, err := os.Readlink(path)
	if err != nil {
		return msg.New("it is a symbolic link")
	}
	return msg.New("it is a symbolic link to %s", target)
}

// regular returns an error that names the type of a file that is not a regular one.
func regular(info fs.FileInfo, from origin.Origin) error {
	mode := info.Mode()
	e := &SourceError{Origin: from, Is: errUnreadable}
	switch {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		e.Reason = msg.New("it is a folder, not a file")
	case mode&fs.ModeNamedPipe != 0:
		e.Reason = msg.New("it is a named pipe, not a file")
	case mode&fs.ModeSocket != 0:
		e.Reason = msg.New("it is a socket, not a file")
	case mode&fs.ModeDevice != 0:
		e.Reason = msg.New("it is a device, not a file")
	default:
		e.Reason = msg.New("it is not an ordinary file")
	}
	return e
}
