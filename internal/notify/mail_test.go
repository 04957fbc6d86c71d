package notify_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/spcheck/spcheck/internal/notify"
)

func mailURL(scheme, addr, password string) string {
	return scheme + "://spcheck:" + url.QueryEscape(password) + "@" + addr + "?from=spcheck@example.com&to=team@example.com,night@example.com"
}

func message() *notify.Message {
	return &notify.Message{Subject: "spcheck: 1 new finding", Intro: []string{"Grüße"}, Groups: []notify.Group{{Title: "Expired (1)", Lines: []string{"Payroll"}}}}
}

// Mail is sent with implicit TLS or STARTTLS only. Neither the password nor the message is
// ever sent in clear text, whatever the server offers.
func TestMailGoesOverTLSOnly(t *testing.T) {
	server, client := certificate(t)
	for _, c := range []struct{ scheme, how, want string }{
		{"smtps", "tls", ""}, {"smtp", "starttls", ""}, {"smtp", "plain", "STARTTLS"}, {"smtps", "plain", "TLS"},
	} {
		sink := serveMail(t, c.how, server)
		s := &notify.Sender{TLS: client, Agent: "spcheck/test"}
		err := s.Send(context.Background(), address(t, mailURL(c.scheme, sink.addr, mailPassword)), message())
		if c.want != "" {
			if err == nil || len(sink.logins)+len(sink.letters) > 0 {
				t.Errorf("%s to %s: %v, logins %q, %d letters", c.scheme, c.how, err, sink.logins, len(sink.letters))
			}
			continue
		}
		if err != nil || len(sink.letters) != 1 || len(sink.letters[0].to) != 2 {
			t.Fatalf("%s to %s: %v, %+v", c.scheme, c.how, err, sink.letters)
		}
		for _, want := range []string{"Subject: spcheck: 1 new finding", "From: <spcheck@example.com>", "Auto-Submitted: auto-generated", "- Payroll"} {
			if !strings.Contains(sink.letters[0].text, want) {
				t.Errorf("no %q in\n%s", want, sink.letters[0].text)
			}
		}
	}
}

// A server with an untrusted certificate, or one for another name, gets nothing.
func TestMailServerIsVerified(t *testing.T) {
	server, client := certificate(t)
	for _, c := range []struct{ scheme, how string }{{"smtps", "tls"}, {"smtp", "starttls"}} {
		sink := serveMail(t, c.how, server)
		untrusting := &notify.Sender{TLS: &tls.Config{MinVersion: tls.VersionTLS12}}
		if err := untrusting.Send(context.Background(), address(t, mailURL(c.scheme, sink.addr, mailPassword)), message()); err == nil || !strings.Contains(err.Error(), "not trusted") {
			t.Errorf("%s: %v", c.how, err)
		}
		_, port, _ := net.SplitHostPort(sink.addr)
		other := &notify.Sender{TLS: client}
		if err := other.Send(context.Background(), address(t, mailURL(c.scheme, "localhost:"+port, mailPassword)), message()); err == nil || !strings.Contains(err.Error(), "another host") {
			t.Errorf("%s: %v", c.how, err)
		}
		if len(sink.logins)+len(sink.letters) > 0 {
			t.Errorf("%s: logins %q, %d letters", c.how, sink.logins, len(sink.letters))
		}
	}
}

// An error does not contain the password, even if the server repeats it.
func TestMailRefusals(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	s := &notify.Sender{TLS: client}
	const wrong = "Wr0ng-Osprey-Password-77"
	err := s.Send(context.Background(), address(t, mailURL("smtps", sink.addr, wrong)), message())
	if err == nil || strings.Contains(err.Error(), "Osprey") {
		t.Errorf("wrong password: %v", err)
	}
	for _, code := range []int{451, 550} {
		sink.refuse = func(string) error { return &smtp.SMTPError{Code: code, Message: "mailbox of <script> is closed"} }
		err := s.Send(context.Background(), address(t, mailURL("smtps", sink.addr, mailPassword)), message())
		if err == nil || !strings.Contains(err.Error(), "closed") || len(sink.letters) > 0 {
			t.Errorf("%d: %v, %d letters", code, err, len(sink.letters))
		}
	}
}

// A connection to a server that never answers is closed when the run ends.
func TestSilentMailServerEndsWithTheRun(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		conn, err := l.Accept()
		if err == nil {
			defer conn.Close()
			cancel()
			time.Sleep(10 * time.Second)
		}
	}()
	s := &notify.Sender{TLS: &tls.Config{MinVersion: tls.VersionTLS12}}
	begin := time.Now()
	err = s.Send(ctx, address(t, mailURL("smtp", l.Addr().String(), mailPassword)), message())
	if err == nil || time.Since(begin) > 8*time.Second {
		t.Errorf("%v after %s", err, time.Since(begin))
	}
}

// The name of an application cannot add header lines.
func TestMailHeadersHoldOneLine(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	m := message()
	m.Subject = "spcheck\r\nBcc: victim@example.com\r\n\r\n<h1>"
	err := (&notify.Sender{TLS: client}).Send(context.Background(), address(t, mailURL("smtps", sink.addr, mailPassword)), m)
	if err == nil && strings.Contains(sink.letters[0].text, "\r\nBcc:") {
		t.Errorf("a header was added:\n%s", sink.letters[0].text)
	}
}
