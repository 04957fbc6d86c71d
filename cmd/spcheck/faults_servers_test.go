package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// bare answers TCP connections with a function, and directs sign-ins there.
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
	open := newConnections(t)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.goOn(c, answer)
		}
	}()
	return l.Addr().String()
}

// connections are those that a test's servers took. They end with the test: a
// client that gave up may leave one in the middle of its handshake for ten seconds
// more, and what waits at its other end would count as left running.
type connections struct {
	mu     sync.Mutex
	open   map[net.Conn]bool
	ended  bool
	served sync.WaitGroup
}

func newConnections(t *testing.T) *connections {
	t.Helper()
	all := &connections{open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		all.mu.Lock()
		all.ended = true
		for c := range all.open {
			c.Close()
		}
		all.mu.Unlock()
		all.served.Wait()
	})
	return all
}

// goOn answers a connection by itself, until the test ends at the latest.
func (all *connections) goOn(c net.Conn, answer func(net.Conn)) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.ended {
		c.Close()
		return
	}
	all.open[c] = true
	all.served.Go(func() {
		answer(c)
		c.Close()
		all.mu.Lock()
		defer all.mu.Unlock()
		delete(all.open, c)
	})
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

// closed leads somewhere by an address that nobody listens on.
func closed(lead func(string) func(*testing.T, *faultPlace), scheme string) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) { lead(scheme+closedPort(t))(t, p) }
}

// closedPort is an address that nobody listens on for the time of the test: this
// end of a connection holds the port, so that no other test is given it.
func closedPort(t *testing.T) string {
	t.Helper()
	c, err := net.Dial("tcp", listenBare(t, silent))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
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

// serveTLS directs sign-ins to a server of its own with these TLS settings.
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
