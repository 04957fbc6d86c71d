package aadsts

import (
	"context"
	"io"
)

// interruptible reads from r until ctx ends, even while r waits for input that
// never comes, as a terminal or an open pipe does.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		_ = in.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { _ = in.CloseWithError(ctx.Err()) })
	return out
}
