package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// errBodyTooLarge is the error of reading an answer beyond its bound.
var errBodyTooLarge = errors.New("the answer is larger than it may be")

// Limit returns a round tripper that bounds every answer's body, in bytes after
// decompression: reading beyond fails with errBodyTooLarge. It is outside
// of http.Transport, which is what unpacks gzip.
func Limit(base http.RoundTripper, limit int64) http.RoundTripper {
	return limiter{base, limit}
}

type limiter struct {
	base  http.RoundTripper
	limit int64
}

func (l limiter) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &bounded{ctx: r.Context(), body: resp.Body, left: l.limit}
	return resp, nil
}

// CloseIdleConnections reaches the pool below.
func (l limiter) CloseIdleConnections() { CloseIdle(l.base) }

type bounded struct {
	// ctx ends the reading of what was received and is unpacked only now, which
	// net/http does not.
	ctx  context.Context
	body io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errBodyTooLarge
	}
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	// One byte more than is left tells a body that ends exactly at the bound
	// from one that continues.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, errBodyTooLarge
	}
	return n, err
}

func (b *bounded) Close() error { return b.body.Close() }
