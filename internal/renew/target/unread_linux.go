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

// taking is how long the reader of a pipe may take to read.
const taking = 10 * time.Second

// unread waits until a pipe is empty or has no reader any more. It returns the number of
// bytes that were not read (FIONREAD, which Linux also calls TIOCINQ). For anything but a
// pipe that is 0.
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
		// The order matters: nothing can be read after the reader is gone.
		gone = pollErr == nil && ends[0].Revents&unix.POLLERR != 0
		left, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
		if err != nil || left == 0 || gone || wait > taking {
			return left, gone
		}
		_ = pause.For(context.WithoutCancel(ctx), time.Millisecond*20)
	}
}
