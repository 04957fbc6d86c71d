package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// faultScenario is a healthy tenant of several applications, so that a page has
// items beside a damaged one.
const faultScenario = `title: A healthy tenant, for faults
tenants:
  - name: Tideway Packing
    domains: [tideway.example]
    users: 3
    groups: 2
    apps:
      - name: Dock Planner
        application:
          passwords: [{as: used, name: current, start: -50d, end: +200d}]
        servicePrincipal:
          roles: [Application.Read.All, User.Read.All, Group.Read.All, AuditLog.Read.All, Policy.Read.All]
      - name: Crane Log
        application:
          passwords: [{name: old, start: -400d, end: -20d}]
        servicePrincipal: {}
      - name: Berth Board
        application:
          passwords: [{name: ends soon, start: -360d, end: +5d}]
        servicePrincipal: {}
client:
  secret: {of: used}
reader:
  roles: [Application.ReadWrite.All, User.Read.All, Group.Read.All, AuditLog.Read.All, Policy.Read.All]
`

// faultPlace is where a row of the table is tried.
type faultPlace struct {
	front *front
	env   map[string]string
}

func newFaultPlace(t *testing.T, row faultRow) *faultPlace {
	t.Helper()
	file := filepath.Join(t.TempDir(), "faults.yaml")
	putFile(t, file, faultScenario)
	p := &faultPlace{front: newFront(t, serveFile(t, file, row.faults...), row.front), env: map[string]string{}}
	for _, v := range p.front.env() {
		p.env[v.Name] = v.Value
	}
	home := t.TempDir()
	maps.Copy(p.env, map[string]string{"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, "config"), "XDG_STATE_HOME": filepath.Join(home, "state"),
		"LANG": "C.UTF-8", "PATH": filepath.Join(home, "bin"), "LocalAppData": home, "AppData": home})
	if row.prepare != nil {
		row.prepare(t, p)
	}
	return p
}

// run runs the program inside of this process, so that what it leaves running
// can be counted.
func (p *faultPlace) run(t *testing.T, within time.Duration, args ...string) (ran, time.Duration) {
	t.Helper()
	var out, errOut bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &errOut, now: time.Now, version: readVersion(),
		env: func(name string) (string, bool) { v, ok := p.env[name]; return v, ok }}
	for name, value := range p.env {
		a.environ = append(a.environ, name+"="+value)
	}
	ctx, cancel := context.WithTimeout(context.Background(), within+30*time.Second)
	defer cancel()
	begin := time.Now()
	code := a.run(ctx, append(args, "--timeout", within.String()))
	return ran{code, out.String(), errOut.String()}, time.Since(begin)
}

func signInTo(origin string) func(*testing.T, *faultPlace) {
	return func(_ *testing.T, p *faultPlace) { p.env["AZURE_AUTHORITY_HOST"] = origin }
}

func graphAt(origin string) func(*testing.T, *faultPlace) {
	return func(_ *testing.T, p *faultPlace) { p.env["SPCHECK_GRAPH_ENDPOINT"] = origin }
}

// bare answers TCP connections with a function, and leads sign-ins there.
func bare(answer func(net.Conn)) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		p.env["AZURE_AUTHORITY_HOST"] = "https://" + listenBare(t, answer)
	}
}

func listenBare(t *testing.T, answer func(net.Conn)) string {
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
			go func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(20 * time.Second))
				answer(c)
			}()
		}
	}()
	return l.Addr().String()
}

// silent reads and never answers, until the client goes away.
func silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// saying answers whatever comes with a text.
func saying(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 512))
		_, _ = io.WriteString(c, text)
		silent(c)
	}
}

func resetting(c net.Conn) {
	_, _ = c.Read(make([]byte, 1))
	_ = c.(*net.TCPConn).SetLinger(0)
}

// closedPort is an address that nobody listens on.
func closedPort() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:1"
	}
	defer l.Close()
	return l.Addr().String()
}

// throughProxy leads to hosts beyond this machine through a proxy that does what
// answer says. Nothing leaves this machine.
func throughProxy(answer http.HandlerFunc) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		s := httptest.NewServer(answer)
		t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
		atProxy(s.URL)(t, p)
	}
}

// throughSOCKS leads to hosts beyond this machine through a proxy that answers
// what it reads with these texts, one after the other, and then closes; an empty
// one is silence.
func throughSOCKS(answers ...string) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		address := listenBare(t, func(c net.Conn) {
			for _, text := range answers {
				_, _ = c.Read(make([]byte, 512))
				if text == "" {
					silent(c)
					return
				}
				_, _ = io.WriteString(c, text)
			}
		})
		atProxy("socks5://user:password-of-a-proxy@"+address)(t, p)
	}
}

// throughUntrustedProxy leads through a proxy that is reached by TLS and that
// nobody vouches for.
func throughUntrustedProxy(t *testing.T, p *faultPlace) {
	s := httptest.NewUnstartedServer(refusing(http.StatusOK))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	atProxy(s.URL)(t, p)
}

func atProxy(address string) func(*testing.T, *faultPlace) {
	return func(_ *testing.T, p *faultPlace) {
		p.env["AZURE_AUTHORITY_HOST"], p.env["SPCHECK_GRAPH_ENDPOINT"] = "https://login.invalid", "https://graph.invalid"
		p.env["HTTPS_PROXY"] = address
	}
}

func refusing(status int, schemes ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, s := range schemes {
			w.Header().Add("Proxy-Authenticate", s)
		}
		w.WriteHeader(status)
	}
}

// hijack answers a CONNECT, and goes on as the function says.
func hijack(status string, then func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(20 * time.Second))
		if status != "" {
			fmt.Fprintf(c, "HTTP/1.1 %s\r\n\r\n", status)
		}
		then(c)
	}
}

// presenting makes a server certificate of an authority that the client trusts,
// changed as the function says.
func presenting(change func(*x509.Certificate)) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		ca, caKey := ownAuthority(t)
		leaf := template("front")
		leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
		change(leaf)
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
		if err != nil {
			t.Fatal(err)
		}
		putFile(t, p.env["SPCHECK_CA_FILE"], pemOf(ca))
		serveTLS(t, p, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	}
}

// serveTLS leads sign-ins to a server of its own with these TLS settings.
func serveTLS(t *testing.T, p *faultPlace, config *tls.Config) {
	t.Helper()
	address := listenBare(t, func(c net.Conn) {
		s := tls.Server(c, config)
		if s.Handshake() == nil {
			silent(s)
		}
	})
	p.env["AZURE_AUTHORITY_HOST"] = "https://" + address
}

// speaking serves a trusted certificate with other TLS settings.
func speaking(change func(*tls.Config)) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		authority, err := pki.New()
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := authority.Server("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		putFile(t, p.env["SPCHECK_CA_FILE"], string(authority.PEM()))
		config := &tls.Config{Certificates: []tls.Certificate{certificate}}
		change(config)
		serveTLS(t, p, config)
	}
}

func template(name string) *x509.Certificate {
	return &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
}

func ownAuthority(t *testing.T) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := template("authority of a test")
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, key
}

// faultAt is a fault of the sandbox.
func faultAt(at, kind string, change ...func(*sandbox.Fault)) []sandbox.Fault {
	f := sandbox.Fault{At: at, Kind: kind}
	for _, c := range change {
		c(&f)
	}
	return []sandbox.Fault{f}
}
