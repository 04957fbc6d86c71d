package entra

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

type stage string

// A sign-in first reads the tenant's OpenID configuration, then requests a token. A
// wrong tenant fails in the first step (MSAL Go, and reports by users).
const (
	discovery stage = "discovery"
	tokenCall stage = "token"
)

// keptBody is the maximum size of a kept answer. Refusals have about 1 kB.
const keptBody = 256 << 10

// exchange is one request and its answer.
type exchange struct {
	Stage  stage
	Method string
	URL    string // without user information and query values
	Host   string
	Status int // 0 if there was no answer
	// Header has the answer's headers, without cookies.
	Header http.Header
	// Body is the start of the answer. It prints as redacted, because the server may
	// have echoed the request. The body of a successful token answer (status 200) is
	// not kept.
	Body  secrets.Value
	empty bool // there was no body
	// RequestID is the client-request-id that was sent. Entra returns it as the
	// correlation ID.
	RequestID string
	Sent      time.Time // by this machine's clock
	Took      time.Duration
	// Err says why there was no answer, or is nil.
	Err *netfail.Error
}

// recorder keeps every request of one sign-in, and blocks requests to hosts that must
// not receive the credential.
type recorder struct {
	base   http.RoundTripper
	origin string
	fresh  bool
	now    func() time.Time
	known  *Attempt
	mu     sync.Mutex
	seen   []exchange
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	if !mayReceive(req.URL, r.origin) {
		err := &netfail.Error{Kind: netfail.WrongAnswer, Reason: netfail.ForeignHost, Host: hostOf(r.origin)}
		r.keep(exchange{Stage: stageOf(req), Method: req.Method, URL: transport.SafeURL(req.URL), Host: req.URL.Host, Err: err})
		return nil, err
	}
	if ex, ok := r.known.discovery(req); ok {
		r.keep(ex)
		return ex.replay(req), nil
	}
	if r.fresh {
		req = req.Clone(req.Context())
		req.Close = true
	}
	ex := exchange{
		Stage: stageOf(req), Method: req.Method, URL: transport.SafeURL(req.URL), Host: req.URL.Host,
		RequestID: req.Header.Get("client-request-id"), Sent: r.now(),
	}
	begin := time.Now()
	resp, err := r.base.RoundTrip(req)
	if err == nil {
		// The Date header is written with the headers, not at the end of the body.
		ex.Took = time.Since(begin)
		err = r.read(&ex, resp)
	}
	if err != nil {
		ex.Took = time.Since(begin)
		ex.Err = transport.Classify(&url.Error{Op: req.Method, URL: req.URL.String(), Err: err})
		r.keep(ex)
		return nil, ex.Err
	}
	r.keep(ex)
	return resp, nil
}

// discovery returns the discovery document that an earlier sign-in read from the same
// address. It omits the headers, because their time is old.
func (a *Attempt) discovery(req *http.Request) (exchange, bool) {
	if a == nil || stageOf(req) != discovery {
		return exchange{}, false
	}
	ex, ok := a.last(discovery)
	if !ok || ex.Err != nil || ex.Status != http.StatusOK || ex.URL != transport.SafeURL(req.URL) || len(ex.Body.Reveal()) >= keptBody {
		return exchange{}, false
	}
	ex.Header, ex.Took = nil, 0
	return ex, true
}

func (ex exchange) replay(req *http.Request) *http.Response {
	body := ex.Body.Reveal()
	return &http.Response{Status: "200 OK", StatusCode: ex.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// read reads the answer into memory. The underlying transport limits its size.
func (r *recorder) read(ex *exchange, resp *http.Response) error {
	data, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return err
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	ex.Status, ex.empty = resp.StatusCode, len(data) == 0
	ex.Header = resp.Header.Clone()
	ex.Header.Del("Set-Cookie")
	if ex.Stage != tokenCall || ex.Status != http.StatusOK {
		ex.Body = secrets.Sealed(string(data[:min(len(data), keptBody)]))
	}
	return nil
}

func (r *recorder) keep(ex exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, ex)
}

func stageOf(req *http.Request) stage {
	if strings.HasSuffix(req.URL.Path, "/.well-known/openid-configuration") {
		return discovery
	}
	return tokenCall
}

func hostOf(origin string) string { return strings.TrimPrefix(origin, "https://") }

// clock compares the service's clock with this machine's.
type clock struct {
	Server time.Time // the Date header, whole seconds
	// Offset is the service's time minus this machine's. It is positive if this machine
	// is slow.
	Offset time.Duration
}

var (
	errNoDate = errors.New("no answer carried a usable Date header")
	errCached = errors.New("the answer came from a cache, so that its Date header is old")
)

// clockOf reads the service's clock from an answer. The Date header is cut to whole
// seconds, so the true time is half a second later on average. It was written at an unknown
// point of the round trip, so half of that is assumed.
func clockOf(ex exchange) fact.Fact[clock] {
	if ex.Header.Get("Age") != "" {
		return fact.Missing[clock](errCached)
	}
	server, err := http.ParseTime(ex.Header.Get("Date"))
	if err != nil {
		return fact.Missing[clock](errNoDate)
	}
	offset := server.Add(500 * time.Millisecond).Sub(ex.Sent.Add(ex.Took / 2).Round(0))
	return fact.Of(clock{Server: server.UTC(), Offset: offset})
}

// clockFrom uses the latest answer with a usable date. Answers of the token endpoint
// are never cached; the discovery document may be.
func clockFrom(seen []exchange) fact.Fact[clock] {
	last := fact.Missing[clock](errNoDate)
	for _, ex := range slices.Backward(seen) {
		if ex.Header == nil {
			continue
		}
		if last = clockOf(ex); last.Known() {
			return last
		}
	}
	return last
}
