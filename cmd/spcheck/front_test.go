package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// meddler answers a request in the place of the sandbox, or lets next answer.
type meddler func(w http.ResponseWriter, r *http.Request, next http.Handler)

// front is a server before a sandbox. It keeps every secret that travels, so
// that a test can look for it elsewhere, and meddles with the answers in ways
// that the sandbox's own faults do not know.
type front struct {
	server *sandbox.Server
	origin string
	ca     string // PEM file of the authority that signed its certificate

	mu       sync.Mutex
	seen     map[string]bool
	links    map[string]bool // where a listing or a delta query goes on, which is no secret
	requests int
}

// frontOptions are what a front shows to its clients beside its answers.
type frontOptions struct {
	meddle meddler
	// certificate replaces the right one; protocols bounds the TLS versions.
	certificate *tls.Certificate
	config      func(*tls.Config)
}

// newFront starts a front before a running sandbox, for the time of the test.
func newFront(t *testing.T, server *sandbox.Server, o frontOptions) *front {
	t.Helper()
	authority, err := pki.New()
	if err != nil {
		t.Fatal(err)
	}
	f := &front{server: server, ca: filepath.Join(t.TempDir(), "front-ca.pem"), seen: map[string]bool{}, links: map[string]bool{}}
	if err := os.WriteFile(f.ca, authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Server("127.0.0.1", "localhost")
	if err != nil {
		t.Fatal(err)
	}
	if o.certificate != nil {
		certificate = *o.certificate
	}
	s := httptest.NewUnstartedServer(f.handler(t, o.meddle))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS10}
	if o.config != nil {
		o.config(s.TLS)
	}
	s.StartTLS()
	f.origin = s.URL
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return f
}

// handler passes requests on to the sandbox, through the meddler.
func (f *front) handler(t *testing.T, meddle meddler) http.Handler {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(f.server.CACertPEM())
	target, err := url.Parse(f.server.URL())
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // links in the answers lead back to the front
			r.Out.Header.Set("Accept-Encoding", "identity")
		},
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, IdleConnTimeout: 10 * time.Second,
			DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext},
		ErrorLog:       log.New(io.Discard, "", 0),
		ModifyResponse: f.noteAnswer,
	}
	t.Cleanup(pass.Transport.(*http.Transport).CloseIdleConnections)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.noteRequest(r)
		if meddle != nil {
			meddle(w, r, pass)
			return
		}
		pass.ServeHTTP(w, r)
	})
}

// env is the sandbox's environment, led to the front.
func (f *front) env() []sandbox.EnvVar {
	vars := f.server.Env()
	for i, v := range vars {
		switch v.Name {
		case "AZURE_AUTHORITY_HOST", "SPCHECK_GRAPH_ENDPOINT":
			vars[i].Value = f.origin
		case "SPCHECK_CA_FILE", "SSL_CERT_FILE":
			vars[i].Value = f.ca
		}
	}
	vars = append(vars, sandbox.EnvVar{Name: "SSL_CERT_DIR", Value: noCertificates()})
	return slices.DeleteFunc(vars, func(v sandbox.EnvVar) bool {
		return v.Name == "NODE_EXTRA_CA_CERTS" || v.Name == "REQUESTS_CA_BUNDLE"
	})
}

// secretFields are the fields of answers that carry secrets.
var secretFields = regexp.MustCompile(`"(?:access_token|refresh_token|id_token|secretText|device_code)"\s*:\s*"([^"\\]{16,})"`)

// linkTokens are the tokens in the links of lists. They say what was asked for and up
// to when, and open nothing.
var linkTokens = regexp.MustCompile(`(?:delta|skip)token=([^"&\\\\]{16,})`)

func (f *front) noteAnswer(resp *http.Response) error {
	if !strings.Contains(resp.Header.Get("Content-Type"), "json") {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return err
	}
	for _, m := range secretFields.FindAllSubmatch(body, -1) {
		f.note(string(m[1]))
	}
	for _, m := range linkTokens.FindAllSubmatch(body, -1) {
		f.noteLink(string(m[1]))
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), resp.Body), resp.Body}
	return nil
}

func (f *front) noteRequest(r *http.Request) {
	f.mu.Lock()
	f.requests++
	f.mu.Unlock()
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		f.note(bearer)
	}
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/token") {
		return
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	for _, name := range []string{"client_secret", "client_assertion", "password", "refresh_token"} {
		f.note(form.Get(name))
	}
}

// shortestMark is the length from which a secret can be told from other text.
const shortestMark = 16

func (f *front) note(secret string) {
	if len(secret) < shortestMark {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[secret] = true
}

func (f *front) noteLink(token string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.links[token] = true
}

// linkTokens are those of the links that travelled up to now.
func (f *front) linkTokens() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Collect(maps.Keys(f.links))
}

// takeSecrets are those that travelled since it was last asked.
func (f *front) takeSecrets() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := slices.Collect(maps.Keys(f.seen))
	clear(f.seen)
	return taken
}

func (f *front) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests
}

// isGraph distinguishes requests to Microsoft Graph from those to the sign-in service.
func isGraph(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/v1.0/") || strings.HasPrefix(r.URL.Path, "/beta/")
}

func isToken(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/token") }
