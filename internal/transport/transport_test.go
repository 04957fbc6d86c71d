package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
)

func get(t *testing.T, c *http.Client, url string) (*http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err == nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return resp, err
}

func client(t *testing.T, o Options) *http.Client {
	t.Helper()
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// caFile writes a server's certificate as an extra CA.
func caFile(t *testing.T, s *httptest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExtraCA(t *testing.T) {
	var agent string
	s := quiet(httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { agent = r.UserAgent() })))
	s.StartTLS()
	defer s.Close()
	_, err := get(t, client(t, Options{}), s.URL)
	e := Classify(err)
	if e == nil || e.Cause() != causes.TLSUntrusted || e.Certificate == nil || e.Certificate.Problem != UnknownIssuer {
		t.Fatalf("got %+v", e)
	}
	if !strings.Contains(e.Certificate.Issuer, "Acme Co") || !strings.Contains(e.Error(), "Acme Co") {
		t.Errorf("the issuer is not named: %v", e)
	}
	if _, err := get(t, client(t, Options{CAFile: caFile(t, s), UserAgent: "spcheck/test"}), s.URL); err != nil || agent != "spcheck/test" {
		t.Errorf("with the CA: %v, agent %q", err, agent)
	}
}

func TestUnusableCAFile(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("no PEM here"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{empty, filepath.Join(t.TempDir(), "missing.pem"), t.TempDir()} {
		if _, err := New(Options{CAFile: file}); !errors.Is(err, ErrCAFile) || strings.Count(err.Error(), file) != 1 {
			t.Errorf("%s: got %v", file, err)
		}
	}
}

// quiet keeps a server from logging the handshakes that a test breaks.
func quiet(s *httptest.Server) *httptest.Server {
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

// withCertificate starts a server whose certificate has the given dates and name.
func withCertificate(t *testing.T, host string, from, to time.Time) *httptest.Server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	quiet(s).StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestCertificateProblems(t *testing.T) {
	now := time.Now()
	for name, tc := range map[string]struct {
		host     string
		from, to time.Time
		want     CertificateProblem
	}{
		"ended":      {"127.0.0.1", now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0), OutsideDates},
		"other host": {"other.test", now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0), WrongHost},
	} {
		s := withCertificate(t, tc.host, tc.from, tc.to)
		_, err := get(t, client(t, Options{CAFile: caFile(t, s)}), s.URL)
		e := Classify(err)
		if e == nil || e.Certificate == nil || e.Certificate.Problem != tc.want || e.Certificate.NotAfter.IsZero() {
			t.Errorf("%s: got %+v", name, e)
		}
	}
}

// rawServer answers each connection by the given function.
func rawServer(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); serve(c) }()
		}
	}()
	return l.Addr().String()
}

func TestClassifyConnections(t *testing.T) {
	hangUp := rawServer(t, func(net.Conn) {})
	clearText := rawServer(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		fmt.Fprint(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := l.Addr().String()
	l.Close()
	for name, tc := range map[string]struct {
		url   string
		kind  Kind
		cause causes.ID
	}{
		"refused":      {"https://" + refused, Refused, causes.ConnectionRefused},
		"hung up":      {"https://" + hangUp, Reset, causes.ConnectionRefused},
		"clear text":   {"https://" + clearText, WrongAnswer, causes.AnswerNotFromEntra},
		"unknown host": {"https://host.invalid", DNS, causes.DNSFailure},
	} {
		_, err := get(t, client(t, Options{}), tc.url+"/path?client_secret=hidden-value")
		e := Classify(fmt.Errorf("some library: %w", err))
		if e == nil || e.Kind != tc.kind || e.Cause() != tc.cause {
			t.Errorf("%s: got %+v of %v", name, e, err)
			continue
		}
		u, _ := url.Parse(tc.url)
		if e.Host != u.Host || strings.Contains(e.Error(), "hidden-value") || strings.Contains(e.Error(), "library") {
			t.Errorf("%s: text is %q, host %q", name, e, e.Host)
		}
	}
}

func TestClassifyDeadlineAndCancel(t *testing.T) {
	silent := rawServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+silent, nil)
	_, err := client(t, Options{}).Do(req)
	if e := Classify(err); e == nil || e.Cause() != causes.ConnectionTimeout {
		t.Errorf("deadline: got %+v of %v", e, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	req, _ = http.NewRequestWithContext(ctx, http.MethodGet, "https://"+silent, nil)
	_, err = client(t, Options{}).Do(req)
	if e := Classify(err); e == nil || e.Kind != Cancelled || !errors.Is(e, context.Canceled) {
		t.Errorf("cancel: got %+v", e)
	}
	if Classify(nil) != nil {
		t.Error("no error has a class")
	}
}

func proxyEnv(proxy string) func(string) string {
	return func(name string) string {
		if name == "HTTPS_PROXY" {
			return proxy
		}
		return ""
	}
}

func TestProxies(t *testing.T) {
	answer := func(status, header string) string {
		return rawServer(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 4096))
			fmt.Fprintf(c, "HTTP/1.1 %s\r\n%sContent-Length: 0\r\n\r\n", status, header)
		})
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := l.Addr().String()
	l.Close()
	wants := answer("407 Proxy Authentication Required", "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=\"x\"\r\n")
	forbids := answer("403 Forbidden", "")
	for name, tc := range map[string]struct {
		proxy string
		kind  Kind
		cause causes.ID
		text  string
	}{
		"wants authentication": {"http://user:pass-word@" + wants, ProxyAuth, causes.ProxyAuthentication, "NTLM, Basic"},
		"forbids":              {"http://" + forbids, ProxyRefused, causes.ConnectionRefused, "403"},
		"gone":                 {"http://" + gone, Refused, causes.ConnectionRefused, gone},
		"malformed":            {"http://user:pass-word@[::1", ProxyAddress, causes.ConfigIncomplete, "HTTPS_PROXY"},
	} {
		// The name is not resolved here: that is the proxy's task.
		_, err := get(t, client(t, Options{Getenv: proxyEnv(tc.proxy)}), "https://login.example.test/x")
		e := Classify(err)
		if e == nil || e.Kind != tc.kind || e.Cause() != tc.cause || !strings.Contains(e.Error(), tc.text) {
			t.Errorf("%s: got %+v of %v", name, e, err)
			continue
		}
		if strings.Contains(fmt.Sprintf("%v %+v", e, e), "pass-word") {
			t.Errorf("%s: the proxy's password is shown", name)
		}
	}
}

func TestLimitCountsUnpackedBytes(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(make([]byte, 1<<20))
		z.Close()
	}))
	defer s.Close()
	for limit, want := range map[int64]error{1 << 19: ErrBodyTooLarge, 1<<20 - 1: ErrBodyTooLarge, 1 << 20: nil} {
		c := &http.Client{Transport: Limit(s.Client().Transport, limit)}
		resp, err := get(t, c, s.URL)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		if !errors.Is(err, want) || n != min(limit, 1<<20) {
			t.Errorf("limit %d: %d bytes, %v", limit, n, err)
		}
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	later := now.Add(90 * time.Second).Format(http.TimeFormat)
	for value, want := range map[string]time.Duration{
		"7": 7 * time.Second, "2.128": 2128 * time.Millisecond, "0.5": 500 * time.Millisecond, "0": 0, "-3": 0,
		later: 90 * time.Second, now.Add(-time.Hour).Format(http.TimeFormat): 0, "1e300": 366 * 24 * time.Hour,
		"": -1, "soon": -1, "NaN": -1,
	} {
		h := http.Header{}
		h.Set("Retry-After", value)
		got, ok := RetryAfter(h, now)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: got %v, %v", value, got, ok)
		}
	}
	// This machine's clock is an hour slow; the answer's own date counts.
	h := http.Header{"Retry-After": {later}, "Date": {now.Format(http.TimeFormat)}}
	if got, _ := RetryAfter(h, now.Add(-time.Hour)); got != 90*time.Second {
		t.Errorf("against the answer's date: %v", got)
	}
}

type canned func(*http.Request) (*http.Response, error)

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestRetryHonoursItsBounds(t *testing.T) {
	always := func(*http.Request, *http.Response, func() []byte) bool { return true }
	for name, tc := range map[string]struct {
		after    string
		deadline time.Duration
		calls    int
	}{
		"attempts are used up":      {"1", time.Hour, 5},
		"the pause is too long":     {"3600", 2 * time.Hour, 1},
		"the deadline comes before": {"60", 30 * time.Second, 1},
		"no header":                 {"", time.Hour, 5},
	} {
		calls := 0
		var waits []Wait
		r := &Retry{Again: always, Waited: func(w Wait) { waits = append(waits, w) }, Sleep: func(context.Context, time.Duration) error { return nil }}
		r.Base = canned(func(req *http.Request) (*http.Response, error) {
			calls++
			return &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {tc.after}}, Body: http.NoBody, Request: req}, nil
		})
		ctx, cancel := context.WithTimeout(context.Background(), tc.deadline)
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://x.test", nil)
		resp, err := r.RoundTrip(req)
		cancel()
		if err != nil || resp.StatusCode != 503 || calls != tc.calls {
			t.Errorf("%s: %d calls, %v", name, calls, err)
		}
		if len(waits) != tc.calls || !waits[len(waits)-1].GaveUp || waits[0].Asked != (tc.after != "") {
			t.Errorf("%s: waits are %+v", name, waits)
		}
	}
}

func TestRetrySleepEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Retry{Again: func(*http.Request, *http.Response, func() []byte) bool { cancel(); return true }}
	r.Base = canned(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {"100"}}, Body: http.NoBody}, nil
	})
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://x.test", nil)
	if _, err := r.RoundTrip(req); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDebugTraceHoldsNoSecret(t *testing.T) {
	const secret = "a-very-secret-value"
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "session="+secret)
		w.Header().Set("X-Ms-Request-Id", "id-\u202ex")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(401)
		fmt.Fprintf(w, `{"error":"invalid_client","error_description":"%s","error_codes":[7000215],"trace_id":"trace-1"}`, secret)
	}))
	defer s.Close()
	var out bytes.Buffer
	c := client(t, Options{CAFile: caFile(t, s), Debug: &out})
	body := strings.NewReader("client_secret=" + secret)
	req, _ := http.NewRequest(http.MethodPost, s.URL+"/t/token?code="+secret+"&%24filter=appId", body)
	req.Header.Set("Authorization", "Bearer "+secret)
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	whole, _ := io.ReadAll(resp.Body)
	if !strings.Contains(string(whole), secret) {
		t.Error("the trace took the body away from the reader")
	}
	trace := out.String()
	for _, want := range []string{"POST https://127.0.0.1", "status 401", "invalid_client", "[7000215]", "trace-1", "code=[hidden]", "filter=appId"} {
		if !strings.Contains(trace, want) {
			t.Errorf("the trace lacks %q:\n%s", want, trace)
		}
	}
	if strings.Contains(trace, secret) || strings.Contains(trace, "\u202e") {
		t.Errorf("the trace shows a secret or a control character:\n%s", trace)
	}
}

func TestPageFacts(t *testing.T) {
	h := http.Header{"Content-Type": {"text/HTML; charset=x"}, "Location": {"https://u:p@portal.test/login?token=t"}, "Server": {"filter\r\n"}}
	p := PageOf(302, h, []byte("<!doctype html><TITLE>\n Access &amp; \x1b[1m denied </TITLE>"))
	if p.ContentType != "text/html" || p.Location != "portal.test" || !strings.Contains(p.Title, "Access &") || strings.ContainsAny(p.Title+p.Server, "\x1b\r\n") {
		t.Errorf("got %+v", p)
	}
}
