package transport

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/spcheck/spcheck/internal/pause"
)

// Wait is a pause before a request is repeated, or the decision not to repeat it.
type Wait struct {
	Status int           // of the answer
	For    time.Duration // how long the pause is, or would have been
	// Asked is true if the server specified the pause in Retry-After.
	Asked bool
	// GaveUp is true if the pause does not fit into the remaining time or all attempts
	// were used. The answer is then passed on.
	GaveUp bool
}

// Retry is a round tripper that repeats a request while Again returns true. It waits as
// long as Retry-After says. Without that header it waits longer each time. It never waits
// beyond the request's deadline.
type Retry struct {
	Base http.RoundTripper
	// Again judges an answer. peek returns the first 64 KiB of its body.
	Again func(req *http.Request, resp *http.Response, peek func() []byte) bool
	// Attempts is the maximum number of requests. Zero means 5.
	Attempts int
	// Longest is the longest pause to accept. Zero means 2 minutes.
	Longest time.Duration
	// Waited is called before each pause. It may be nil.
	Waited func(Wait)
	// Sleep pauses. Nil means a timer; tests replace it.
	Sleep func(ctx context.Context, d time.Duration) error
}

// RoundTrip sends the request, several times if necessary.
func (t *Retry) RoundTrip(req *http.Request) (*http.Response, error) {
	pauses := newPauses()
	sleep := t.Sleep
	if sleep == nil {
		sleep = pause.For
	}
	for attempt := 1; ; attempt++ {
		try, err := rewound(req, attempt)
		if err != nil {
			return nil, err
		}
		resp, err := t.Base.RoundTrip(try)
		if err != nil || !t.Again(req, resp, func() []byte { return Peek(resp, 64<<10) }) {
			return resp, err
		}
		w := t.plan(req.Context(), resp, pauses, attempt)
		if t.Waited != nil {
			t.Waited(w)
		}
		if w.GaveUp {
			return resp, nil
		}
		// A body that was read to its end leaves the connection usable.
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
		resp.Body.Close()
		if err := sleep(req.Context(), w.For); err != nil {
			return nil, err
		}
	}
}

func (t *Retry) plan(ctx context.Context, resp *http.Response, pauses *backoff.ExponentialBackOff, attempt int) Wait {
	w := Wait{Status: resp.StatusCode}
	if w.For, w.Asked = RetryAfter(resp.Header, time.Now()); !w.Asked {
		w.For = pauses.NextBackOff()
	}
	deadline, bounded := ctx.Deadline()
	w.GaveUp = attempt >= cmp.Or(t.Attempts, 5) || w.For > cmp.Or(t.Longest, 2*time.Minute) ||
		bounded && time.Until(deadline) <= w.For
	return w
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

// rewound returns the request for an attempt, with its body at the start. A round tripper
// must not change the request that it was given.
func rewound(req *http.Request, attempt int) (*http.Request, error) {
	if attempt == 1 || req.Body == nil || req.Body == http.NoBody {
		return req, nil
	}
	again := req.Clone(req.Context())
	var err error
	again.Body, err = req.GetBody()
	return again, err
}

// Replayable gives a request a body that can be sent again. The Graph SDK sets a body
// without a length, which would also be sent in chunks.
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

// Peek returns the first bytes of an answer's body. The next reader still gets the whole
// body.
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
