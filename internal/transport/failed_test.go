package transport

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/netfail"
)

// A time-out of a phase is not the time limit of the run, for which --timeout would help.
func TestWhichTimeLimitEndedARequest(t *testing.T) {
	t.Parallel()
	silent := rawServer(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 4096)); time.Sleep(2 * time.Second) })
	for name, c := range map[string]struct {
		phase, deadline time.Duration
		limit           bool
	}{
		"phase":    {20 * time.Millisecond, time.Minute, false},
		"deadline": {time.Minute, 20 * time.Millisecond, true},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), c.deadline)
		defer cancel()
		late := &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
		for what, base := range map[string]*http.Transport{
			"headers":    {ResponseHeaderTimeout: c.phase},
			"handshake":  {TLSHandshakeTimeout: c.phase},
			"connection": {DialContext: func(context.Context, string, string) (net.Conn, error) { time.Sleep(c.phase); return nil, late }},
		} {
			if what == "connection" && c.limit {
				continue // would take as long as the phase
			}
			scheme := map[bool]string{true: "https://", false: "http://"}[what == "handshake"]
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, scheme+silent, nil)
			_, err := newClient(withFailures(base, http.ProxyURL(nil)), base).Do(r)
			if e := Classify(err); e == nil || e.Kind != netfail.Timeout || e.TimeLimit() != c.limit {
				t.Errorf("%s, %s: %+v of %v", name, what, e, err)
			}
		}
	}
}

// What cannot be an address is not taken for one, and is not ignored either.
func TestProxyAddressesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, address := range []string{":0", ":8080", "http://:8080", "http://", "proxy:abc", `C:\proxy`, "proxy.test:0", "http://proxy.test:99999",
		" http://proxy.test:3128", "http//proxy.test:3128", "http://user:p@ss/word@proxy.test:3128", "http://user:p#ss@proxy.test:3128"} {
		f := ProxyFor(proxyEnv(address), "https://login.example.test")
		if !f.Malformed {
			t.Errorf("%q is taken for %+v", address, f)
		}
	}
	for _, address := range []string{"", "proxy.test", "proxy.test:3128", "http://proxy.test:3128/", "socks5://u:p@proxy.test:1080", "http://[::1]:3128"} {
		if f := ProxyFor(proxyEnv(address), "https://login.example.test"); f.Malformed {
			t.Errorf("%q is not accepted", address)
		}
	}
	env := func(name string) string {
		return map[string]string{"HTTPS_PROXY": "proxy.test:3128", "HTTP_PROXY": ":0", "NO_PROXY": "graph.example.test"}[name]
	}
	if f := ProxyFor(env, "https://login.example.test"); !strings.HasSuffix(f.Proxy, "proxy.test:3128") {
		t.Errorf("HTTP_PROXY is not for https: %+v", f)
	}
	env = func(name string) string {
		return map[string]string{"HTTPS_PROXY": ":0", "NO_PROXY": "graph.example.test"}[name]
	}
	if f := ProxyFor(env, "https://graph.example.test"); f.Malformed || !f.Exempt {
		t.Errorf("an exempt host needs no proxy: %+v", f)
	}
}

// What fails behind a proxy may be the proxy or the host, so both are named.
func TestFailureThroughAProxy(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]netfail.Kind{"": netfail.Reset, "220 ready\r\n": netfail.WrongAnswer, "HTTP/1.1 200 OK\r\n\r\n": netfail.Reset} {
		proxy := rawServer(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 4096))
			_, _ = c.Write([]byte(said))
		})
		_, err := get(t, client(t, Options{Getenv: proxyEnv("http://user:pass-word@" + proxy)}), "https://login.example.test/x")
		e := Classify(err)
		if e == nil || e.Kind != want || e.Through != proxy || !strings.Contains(e.Error(), "login.example.test") || strings.Contains(e.Error(), "pass-word") {
			t.Errorf("%q: %+v of %v", said, e, err)
		}
	}
}

// Entra and Graph speak HTTP/2, whose errors net/http does not export.
func TestCutHTTP2(t *testing.T) {
	t.Parallel()
	var s *httptest.Server
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/body":
			_, _ = w.Write([]byte("{"))
			_ = http.NewResponseController(w).Flush()
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte(`{"value":[{"id":"plain text"}]}`))
			return
		}
		panic(http.ErrAbortHandler)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	kept := s.Client().Transport.(*http.Transport)
	c := newClient(withFailures(kept, http.ProxyURL(nil)), kept)
	for path, want := range map[string]netfail.Kind{"/head": netfail.Reset, "/body": netfail.Reset, "/gzip": netfail.WrongAnswer} {
		resp, err := get(t, c, s.URL+path)
		if err == nil {
			_, err = io.ReadAll(resp.Body)
		}
		if e := Classify(err); e == nil || e.Kind != want {
			t.Errorf("%s: %+v of %v", path, e, err)
		}
	}
}
