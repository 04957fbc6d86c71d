package transport

import (
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

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
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
	if e == nil || e.Kind != netfail.TLS || e.Certificate == nil || e.Certificate.Problem != netfail.UnknownIssuer {
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
		if _, err := New(Options{CAFile: file}); !errors.As(err, new(msg.Worded)) || strings.Count(err.Error(), file) != 1 {
			t.Errorf("%s: got %v", file, err)
		}
	}
}

// quiet prevents a server from logging the handshakes that a test breaks.
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
		want     netfail.CertificateProblem
	}{
		"ended":      {"127.0.0.1", now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0), netfail.OutsideDates},
		"other host": {"other.test", now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0), netfail.WrongHost},
	} {
		s := withCertificate(t, tc.host, tc.from, tc.to)
		_, err := get(t, client(t, Options{CAFile: caFile(t, s)}), s.URL)
		e := Classify(err)
		if e == nil || e.Certificate == nil || e.Certificate.Problem != tc.want || e.Certificate.NotAfter.IsZero() {
			t.Errorf("%s: got %+v", name, e)
		}
	}
}

// rawServer handles each connection with the given function.
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
		url  string
		kind netfail.Kind
	}{
		"refused":      {"https://" + refused, netfail.Refused},
		"hung up":      {"https://" + hangUp, netfail.Reset},
		"clear text":   {"https://" + clearText, netfail.WrongAnswer},
		"unknown host": {"https://host.invalid", netfail.DNS},
	} {
		_, err := get(t, client(t, Options{}), tc.url+"/path?client_secret=hidden-value")
		e := Classify(fmt.Errorf("some library: %w", err))
		if e == nil || e.Kind != tc.kind {
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
	if e := Classify(err); e == nil || e.Kind != netfail.Timeout {
		t.Errorf("deadline: got %+v of %v", e, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	req, _ = http.NewRequestWithContext(ctx, http.MethodGet, "https://"+silent, nil)
	_, err = client(t, Options{}).Do(req)
	if e := Classify(err); e == nil || e.Kind != netfail.Cancelled || !errors.Is(e, context.Canceled) {
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
		kind  netfail.Kind
		text  string
	}{
		"requires authentication": {"http://user:pass-word@" + wants, netfail.ProxyAuth, "NTLM, Basic"},
		"forbids":                 {"http://" + forbids, netfail.ProxyRefused, "403"},
		"gone":                    {"http://" + gone, netfail.Refused, gone},
		"malformed":               {"http://user:pass-word@[::1", netfail.ProxyAddress, "HTTPS_PROXY"},
	} {
		// The name is not resolved here: that is the proxy's task.
		_, err := get(t, client(t, Options{Getenv: proxyEnv(tc.proxy)}), "https://login.example.test/x")
		e := Classify(err)
		if e == nil || e.Kind != tc.kind || !strings.Contains(e.Error(), tc.text) {
			t.Errorf("%s: got %+v of %v", name, e, err)
			continue
		}
		if strings.Contains(fmt.Sprintf("%v %+v", e, e), "pass-word") {
			t.Errorf("%s: the proxy's password is shown", name)
		}
	}
}
