package fault

import (
	"bytes"
	"context"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/pause"
)

// refuser writes an error answer in the format of a service.
type refuser func(w http.ResponseWriter, r *http.Request, status int)

// Handler breaks the answers of next at a place. refuse writes its errors.
func (i *Injector) Handler(at string, next http.Handler, refuse refuser) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := i.next(at, r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		f.serve(w, r, next, refuse)
	})
}

func (f Fault) serve(w http.ResponseWriter, r *http.Request, next http.Handler, refuse refuser) {
	switch f.Kind {
	case Throttle:
		f.refuse(w, r, refuse, http.StatusTooManyRequests)
	case Unavailable:
		f.refuse(w, r, refuse, http.StatusServiceUnavailable)
	case Resync:
		w.Header().Set("Location", "https://"+r.Host+r.URL.Path+"?$deltatoken=")
		f.refuse(w, r, refuse, http.StatusGone)
	case Latency:
		delay(r.Context(), f.Delay)
		next.ServeHTTP(w, r)
	case Portal:
		page(w, f.status(http.StatusOK), portalPage)
	case Proxy:
		page(w, f.status(http.StatusBadGateway), proxyPage)
	case Empty:
		w.WriteHeader(f.status(http.StatusOK))
	case Reset:
		reset(w)
	case Lost:
		record(next, r)
		f.refuse(w, r, refuse, http.StatusServiceUnavailable)
	default:
		f.damage(w, r, next)
	}
}

func (f Fault) status(otherwise int) int {
	if f.Status != 0 {
		return f.Status
	}
	return otherwise
}

func (f Fault) refuse(w http.ResponseWriter, r *http.Request, refuse refuser, status int) {
	switch f.RetryAfter {
	case "":
	case "date":
		w.Header().Set("Retry-After", time.Now().Add(2*time.Second).UTC().Format(http.TimeFormat))
	default:
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	refuse(w, r, f.status(status))
}

// damage records the service's answer and sends it changed or late.
func (f Fault) damage(w http.ResponseWriter, r *http.Request, next http.Handler) {
	answer := record(next, r)
	maps.Copy(w.Header(), answer.header)
	body := answer.body.Bytes()
	switch f.Kind {
	case WrongType:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	case InvalidJSON:
		body = body[:len(body)/2]
	case Late:
		delay(r.Context(), f.Delay)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.status)
	switch f.Kind {
	case Cut:
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // net/http's way to end a connection early
	case Slow:
		drip(r.Context(), w, body, f.Delay)
	default:
		_, _ = w.Write(body)
	}
}

// delay waits. It ends the connection if the client goes away or the sandbox closes.
func delay(ctx context.Context, d time.Duration) {
	if pause.For(ctx, d) != nil {
		panic(http.ErrAbortHandler)
	}
}

// drip writes a body in small pieces over a time.
func drip(ctx context.Context, w http.ResponseWriter, body []byte, over time.Duration) {
	const pieces = 50
	size := len(body)/pieces + 1
	for len(body) > 0 {
		n := min(size, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		body = body[n:]
		delay(ctx, over/pieces)
	}
}

// reset ends the connection with a TCP reset, if the protocol allows it.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: a reset of the stream
	}
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = wrapped.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// record returns a handler's answer.
func record(next http.Handler, r *http.Request) *buffered {
	b := &buffered{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(b, r)
	return b
}

// buffered collects an answer.
type buffered struct {
	header http.Header
	body   bytes.Buffer
	status int
	done   bool
}

func (b *buffered) Header() http.Header { return b.header }

func (b *buffered) WriteHeader(status int) {
	if !b.done {
		b.status, b.done = status, true
	}
}

func (b *buffered) Write(p []byte) (int, error) {
	b.done = true
	return b.body.Write(p)
}

func page(w http.ResponseWriter, status int, html string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(html))
}

const portalPage = `<!DOCTYPE html>
<html><head><title>Guest Wi-Fi: welcome</title></head>
<body><h1>Welcome to our guest network</h1>
<form method="post" action="/accept"><p>Please accept the terms of use to go online.</p><button>Accept</button></form>
</body></html>
`

const proxyPage = `<!DOCTYPE html>
<html><head><title>Bad gateway</title></head>
<body><h1>Bad gateway</h1><p>The proxy could not reach the requested server.</p></body></html>
`
