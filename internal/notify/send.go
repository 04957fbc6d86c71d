package notify

import (
	"context"
	"crypto/tls"
	"net/http"
	"time"
)

// Sender sends messages.
type Sender struct {
	// HTTP is a client from package transport: it verifies TLS, does not follow redirects
	// and limits responses.
	HTTP *http.Client
	// TLS is the configuration for mail servers.
	TLS *tls.Config
	// Agent names this program, such as spcheck/1.2.3.
	Agent string
	// Sleep replaces pause.For in tests.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Send sends one message. Its errors contain neither the URL nor the response.
func (s *Sender) Send(ctx context.Context, to *Address, m *Message) error {
	if !to.Mails() {
		return s.post(ctx, to, m)
	}
	server := &mailer{sender: s, to: to}
	defer server.close()
	return server.send(ctx, to.to, m)
}
