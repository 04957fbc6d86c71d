package notify_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/spcheck/spcheck/internal/notify"
)

const mailPassword = "Tr0ub4dor-Kestrel-9!"

// mailSink is a mail server on loopback that records its mails.
type mailSink struct {
	mu          sync.Mutex
	letters     []letter
	connections int
	logins      []string
	// refuse returns the error for a recipient; nil accepts all.
	refuse func(to string) error
	addr   string
	// most limits the mails on one connection; 0 means no limit.
	most int
}

type letter struct {
	to   []string
	text string
}

// serveMail starts a sink with implicit TLS, STARTTLS or neither.
func serveMail(t *testing.T, how string, cert *tls.Config) *mailSink {
	t.Helper()
	m := &mailSink{}
	s := smtp.NewServer(m)
	s.Domain, s.AllowInsecureAuth = "127.0.0.1", how == "plain"
	s.ErrorLog = silent{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = l.Addr().String()
	switch how {
	case "starttls":
		s.TLSConfig = cert
	case "tls":
		l = tls.NewListener(l, cert)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return m
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func (m *mailSink) NewSession(c *smtp.Conn) (smtp.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.connections++
	return &mailSession{sink: m, conn: c}, nil
}

type mailSession struct {
	sink  *mailSink
	conn  *smtp.Conn
	to    []string
	taken int
}

func (s *mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.sink.mu.Lock()
		defer s.sink.mu.Unlock()
		s.sink.logins = append(s.sink.logins, user)
		if password != mailPassword {
			return errors.New("wrong password " + password)
		}
		return nil
	}), nil
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.sink.refuse != nil {
		if err := s.sink.refuse(to); err != nil {
			return err
		}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.taken++
	s.sink.letters = append(s.sink.letters, letter{s.to, string(text)})
	return err
}
func (s *mailSession) Reset() {
	if s.to = nil; s.sink.most > 0 && s.taken >= s.sink.most {
		_ = s.conn.Conn().Close()
	}
}

func (s *mailSession) Logout() error { return nil }

// certificate returns a certificate for 127.0.0.1 and a pool that trusts it.
func certificate(t *testing.T) (server *tls.Config, client *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

func address(t *testing.T, url string) *notify.Address {
	t.Helper()
	a, err := notify.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func sprint(a any) string { return fmt.Sprintf("%v", a) }
