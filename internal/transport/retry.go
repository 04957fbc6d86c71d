package transport

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/spcheck/spcheck/internal/pause"
)

// Wait is one pause before a request was sent again, or the decision not to.
type Wait struct {
	Method string
	Host   string
	Status int
	// For is how long the pause was, or would have been.
	For time.Duration
	// Asked says that the server named the pause in Retry-After.
	Asked bool
	// GaveUp says that the pause did not fit into the time that was left, or
	// that the attempts were used up, so that the answer stands.
	GaveUp bool
}

// Retry is a round tripper that sends a request again while Again says so. It
// waits as long as Retry-After asks, or ever longer where the header is absent,
// and never beyond the request's deadline.
type Retry struct {
	Base http.RoundTripper
	// Again judges an answer; peek returns the first 64 KiB of its body.
	Again func(req *http.Request, resp *http.Response, peek func() []byte) bool
	// Attempts is the total number of tries, 5 where zero.
	Attempts int
	// Longest is the longest pause that is accepted, 2 minutes where zero. A
	// server that asks for more is not asked again.
	Longest time.Duration
	// Waited is called for every pause before it begins. It may be nil.
	Waited func(Wait)
	// Sleep pauses; tests replace it.
	Sleep func(ctx context.Context, d time.Duration) error
}

// RoundTrip sends the request, several times where need be.
func (t *Retry) RoundTrip(req *http.Request) (*http.Response, error) {
	pauses := newPauses()
	for attempt := 1; ; attempt++ {
		try, err := rewound(req, attempt)
		if err != nil {
			return nil, err
		}
		resp, err := t.Base.RoundTrip(try)
		if err != nil {
			return nil, err
		}
		if !t.Again(req, resp, func() []byte { return Peek(resp, 64<<10) }) {
			return resp, nil
		}
		w := t.plan(req, resp, pauses, attempt)
		if t.Waited != nil {
			t.Waited(w)
		}
		if w.GaveUp {
			return resp, nil
		}
		drain(resp)
		if err := t.sleep(req.Context(), w.For); err != nil {
			return nil, err
		}
	}
}

// CloseIdleConnections reaches the pool below.
func (t *Retry) CloseIdleConnections() { CloseIdle(t.Base) }

func (t *Retry) plan(req *http.Request, resp *http.Response, pauses *backoff.ExponentialBackOff, attempt int) Wait {
	w := Wait{Method: req.Method, Host: req.URL.Host, Status: resp.StatusCode}
	w.For, w.Asked = RetryAfter(resp.Header, time.Now())
	if !w.Asked {
		w.For = pauses.NextBackOff()
	}
	w.GaveUp = attempt >= orDefault(t.Attempts, 5) ||
		w.For > orDefault(t.Longest, 2*time.Minute) ||
		!fits(req.Context(), w.For)
	return w
}

func (t *Retry) sleep(ctx context.Context, d time.Duration) error {
	if t.Sleep != nil {
		return t.Sleep(ctx, d)
	}
	return pause.For(ctx, d)
}

func newPauses() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = 500 * time.Millisecond
	b.Multiplier = 2
	b.RandomizationFactor = 0.2
	b.MaxInterval = 8 * time.Second
	b.Reset()
	return b
}

// fits reports whether a pause ends before the context does.
func fits(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > d
}

// rewound returns the request for the given attempt, with its body at the
// start. net/http forbids to change the request that it was given.
func rewound(req *http.Request, attempt int) (*http.Request, error) {
	if attempt == 1 || req.Body == nil || req.Body == http.NoBody {
		return req, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	again := req.Clone(req.Context())
	again.Body = body
	return again, nil
}

// Replayable gives a request a body that can be sent again. The Graph SDK sets
// one without a length, which would also be sent in chunks.
func Replayable(req *http.Request) (*http.Request, error) {
	if req.Body == nil || req.Body == http.NoBody || req.GetBody != nil {
		return req, nil
	}
	data, err := io.ReadAll(req.Body)
	req.Body.Close()
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.ContentLength = int64(len(data))
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	out.Body, _ = out.GetBody()
	return out, nil
}

// Peek returns the first bytes of an answer's body and leaves it whole for the
// next reader.
func Peek(resp *http.Response, limit int64) []byte {
	head, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	rest := io.Reader(resp.Body)
	if err != nil {
		rest = failing{err}
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), rest), resp.Body}
	return head
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// drain empties a small body so that the connection can be used again.
func drain(resp *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	resp.Body.Close()
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
