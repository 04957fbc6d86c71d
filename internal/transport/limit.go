package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// errBodyTooLarge is returned when an answer is read beyond its limit.
var errBodyTooLarge = errors.New("the answer is larger than it may be")

// Limit returns a round tripper that limits the body of each answer, in bytes after
// decompression, which http.Transport does. Reading further fails.
func Limit(base http.RoundTripper, limit int64) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := base.RoundTrip(r)
		if err == nil {
			resp.Body = &bounded{ctx: r.Context(), ReadCloser: resp.Body, left: limit}
		}
		return resp, err
	})
}

type bounded struct {
	io.ReadCloser
	// ctx stops the decompression of data that has already arrived. net/http does not.
	ctx  context.Context
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errBodyTooLarge
	}
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	// One byte more than is left shows whether the body continues beyond the limit.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, errBodyTooLarge
	}
	return n, err
}
