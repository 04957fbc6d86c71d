package target

import (
	"context"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/spcheck/spcheck/internal/pause"
)

// taking is how long the reader of a pipe may take to read what was written.
const taking = 10 * time.Second

// unread waits until a pipe is empty or its reader is gone, and returns how many bytes
// nobody has read (FIONREAD, which Linux also calls TIOCINQ). Anything that is not a pipe
// has taken what was written to it.
func unread(ctx context.Context, w io.Writer) (left int, gone bool) {
	f, ok := w.(*os.File)
	if !ok {
		return 0, false
	}
	if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return 0, false
	}
	fd := int(f.Fd())
	for wait := time.Duration(0); ; wait += time.Millisecond * 20 {
		ends := []unix.PollFd{{Fd: int32(fd)}}
		_, pollErr := unix.Poll(ends, 0)
		// In this order, so that nothing is read between the two answers.
		gone = pollErr == nil && ends[0].Revents&unix.POLLERR != 0
		left, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
		if err != nil || left == 0 || gone || wait > taking {
			return left, gone
		}
		_ = pause.For(context.WithoutCancel(ctx), time.Millisecond*20)
	}
}
