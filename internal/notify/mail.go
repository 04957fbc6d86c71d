package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/transport"
)

const (
	// mailPatience is the time limit for each step of the protocol.
	mailPatience = 30 * time.Second
	// mailAnswers limits the responses of a mail server on one connection, in bytes.
	mailAnswers = 64 << 20
)

// mailer sends several messages over one connection to a mail server.
type mailer struct {
	sender *Sender
	to     *Address
	client *mail.Client
}

// send sends a message. If it finds the connection lost before it sends anything, it
// reconnects once.
func (m *mailer) send(ctx context.Context, recipients []string, message *Message) error {
	letter, err := m.letter(recipients, message)
	if err != nil {
		return err
	}
	kept := m.client != nil
	if !kept {
		if err := m.connect(ctx); err != nil {
			return err
		}
	}
	err = m.client.Send(letter)
	if kept && failedWith(err, mail.ErrConnCheck) { // many servers limit the mails on one connection
		m.close()
		if err := m.connect(ctx); err != nil {
			return err
		}
		err = m.client.Send(letter)
	}
	if err != nil && !failedWith(err, mail.ErrSMTPRcptTo) { // such as a recipient who has left
		m.close()
	}
	if err == nil || letter.IsDelivered() { // a later step may have failed
		return nil
	}
	return mailError(ctx, err)
}

// failedWith reports whether a message was not sent for the given reason.
func failedWith(err error, reason mail.SendErrReason) bool {
	e, ok := errors.AsType[*mail.SendError](err)
	return ok && e.Reason == reason
}

// letter returns a message as plain text. The library encodes headers and rejects line
// breaks in them.
func (m *mailer) letter(recipients []string, message *Message) (*mail.Msg, error) {
	letter := mail.NewMsg()
	if err := errors.Join(letter.From(m.to.from), letter.To(recipients...)); err != nil {
		return nil, msg.Error(msg.New("the sender or a recipient is not a valid mail address"))
	}
	letter.Subject(message.Subject)
	letter.SetDate()
	letter.SetMessageID()
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetUserAgent(m.sender.Agent)
	letter.SetBodyString(mail.TypeTextPlain, message.text())
	return letter, nil
}

func (m *mailer) connect(ctx context.Context) error {
	port, err := strconv.Atoi(m.to.port)
	if err != nil {
		return msg.Error(msg.New("the port of the mail server is not a number"))
	}
	config := m.sender.TLS.Clone()
	config.ServerName = m.to.host
	options := []mail.Option{
		mail.WithPort(port), mail.WithTimeout(mailPatience), mail.WithTLSConfig(config),
		mail.WithDialContextFunc(m.dial(ctx, config)),
	}
	if m.to.implicit {
		options = append(options, mail.WithSSL())
	} else {
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.to.user != "" {
		options = append(options, mail.WithUsername(m.to.user), mail.WithPassword(m.to.password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	client, err := mail.NewClient(m.to.host, options...)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		return mailError(ctx, err)
	}
	m.client = client
	return nil
}

// dial connects within the time limit of the library. The connection is closed when the run
// ends, and reads are limited.
func (m *mailer) dial(run context.Context, config *tls.Config) mail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		bound := &boundConn{Conn: conn, left: mailAnswers}
		bound.stop = context.AfterFunc(run, func() { _ = conn.Close() })
		if !m.to.implicit {
			return bound, nil
		}
		secure := tls.Client(bound, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = bound.Close()
			return nil, err
		}
		return secure, nil
	}
}

func (m *mailer) close() {
	if m.client != nil {
		_ = m.client.Close()
		m.client = nil
	}
}

// boundConn limits the number of bytes that can be read.
type boundConn struct {
	net.Conn
	left int
	stop func() bool
}

func (c *boundConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

func (c *boundConn) Close() error {
	c.stop()
	return c.Conn.Close()
}

// mailError describes an error. The server's response is not trusted.
func mailError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if failure := transport.Classify(err); failure.Kind != "" && failure.Kind != "other" {
		return failure
	}
	return msg.Error(msg.New("the mail server accepted no message: %s", neutral.Bound(redact.String(fmt.Sprint(err)), 200)))
}
