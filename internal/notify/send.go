package notify

import (
	"context"
	"crypto/tls"
	"net/http"
	"time"
)

// Sender is the outer world that messages go through.
type Sender struct {
	// HTTP verifies, follows no redirect and bounds answers, as package transport's.
	HTTP *http.Client
	// TLS is what mail servers are verified with.
	TLS *tls.Config
	// Agent names this program, such as spcheck/1.2.3.
	Agent string
	// Sleep pauses; nil is package pause's. Tests replace it.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Send sends one message to an address. The error has words, and holds neither the
// URL nor what the service answered.
func (s *Sender) Send(ctx context.Context, to *Address, m *Message) error {
	if !to.Mails() {
		return s.post(ctx, to, m)
	}
	server := &mailer{sender: s, to: to}
	defer server.close()
	return server.send(ctx, to.to, m)
}
