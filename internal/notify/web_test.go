package notify_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/notify"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/transport"
)

const hookPath = "/services/T024BE7LD/B024BE7AB/AbCdEf1234567890xyzXYZ"

// hook is a webhook on loopback.
func hook(t *testing.T, answer http.HandlerFunc) (url string, s *notify.Sender) {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	client := transport.Wrap(server.Client(), func(rt http.RoundTripper) http.RoundTripper { return transport.Limit(rt, transport.GraphBody) })
	return server.URL + hookPath, &notify.Sender{HTTP: client, Sleep: func(context.Context, time.Duration) error { return nil }}
}

// Names from a tenant cannot create mentions, links or markup in a chat.
func TestChatsGetPlainText(t *testing.T) {
	var body []byte
	url, s := hook(t, func(_ http.ResponseWriter, r *http.Request) { body, _ = io.ReadAll(r.Body) })
	m := message()
	m.Subject = "<!channel> <https://evil.example|open>"
	m.Groups[0].Lines = []string{"**[click](https://evil.example)** <at>Ann</at>"}
	if err := s.Send(context.Background(), address(t, "slack+"+url), m); err != nil {
		t.Fatal(err)
	}
	var slack struct {
		Text   string
		Blocks []struct{ Text struct{ Type, Text string } }
	}
	if err := json.Unmarshal(body, &slack); err != nil || strings.ContainsAny(slack.Text, "<>") {
		t.Errorf("%v: %s", err, body)
	}
	for _, b := range slack.Blocks {
		if b.Text.Type != "plain_text" {
			t.Errorf("a block of type %s", b.Text.Type)
		}
	}
	if err := s.Send(context.Background(), address(t, "teams+"+url), m); err != nil {
		t.Fatal(err)
	}
	var teams struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type string
				Body []struct {
					Type    string
					Inlines []struct{ Type, Text string }
				}
			}
		}
	}
	if err := json.Unmarshal(body, &teams); err != nil || teams.Type != "message" || len(teams.Attachments) != 1 || teams.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		t.Fatalf("%v: %s", err, body)
	}
	for _, b := range teams.Attachments[0].Content.Body {
		if b.Type != "RichTextBlock" || b.Inlines[0].Type != "TextRun" {
			t.Errorf("a %s would read Markdown", b.Type)
		}
	}
}

// Errors do not contain the URL, and redirects are not followed.
func TestWebhookRefusals(t *testing.T) {
	followed := false
	for status, want := range map[int]string{302: "redirect", 400: "refused", 404: "does not accept the URL", 429: "busy", 500: "failing"} {
		url, s := hook(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != hookPath {
				followed = true
			}
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, r.URL.Path)
		})
		err := s.Send(context.Background(), address(t, url), message())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "AbCdEf") {
			t.Errorf("%d: %v", status, err)
		}
	}
	if followed {
		t.Error("a redirect was followed")
	}
}

// Retry-After of a busy service is honoured. A message that may have arrived is not sent
// again.
func TestBusyServiceIsWaitedFor(t *testing.T) {
	asked, slept := 0, time.Duration(0)
	url, s := hook(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked < 3 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(429)
		}
	})
	s.Sleep = func(_ context.Context, d time.Duration) error { slept += d; return nil }
	if err := s.Send(context.Background(), address(t, url), message()); err != nil || asked != 3 || slept != 14*time.Second {
		t.Errorf("%v, asked %d times, waited %s", err, asked, slept)
	}
	asked = 0
	url, s = hook(t, func(w http.ResponseWriter, _ *http.Request) { asked++; w.WriteHeader(503) })
	if err := s.Send(context.Background(), address(t, url), message()); err == nil || asked != 1 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

// A huge response is not read completely.
func TestHugeAnswerIsLeft(t *testing.T) {
	sent := make(chan int, 1)
	url, s := hook(t, func(w http.ResponseWriter, _ *http.Request) {
		written := 0
		defer func() { sent <- written }()
		block := make([]byte, 1<<20)
		for range 64 {
			n, err := w.Write(block)
			if written += n; err != nil {
				return
			}
		}
	})
	if err := s.Send(context.Background(), address(t, url), message()); err != nil {
		t.Error(err)
	}
	if <-sent == 64<<20 {
		t.Error("all of the answer was read")
	}
}

// The secrets in a URL are registered for redaction, and its common parts are not.
func TestURLsAreHidden(t *testing.T) {
	a := address(t, "https://prod-1.westeurope.logic.azure.com/workflows/8f3d1a52c6094e7b/triggers/manual/run?api-version=2016-06-01&sig=Zq9-Kestrel_41xUv")
	said := redact.String("https://entra.microsoft.com/workflows/8f3d1a52c6094e7b?api-version=2016-06-01&sig=Zq9-Kestrel_41xUv")
	if strings.Contains(said, "Kestrel") || strings.Contains(said, "8f3d1a52") || !strings.HasPrefix(said, "https://entra.microsoft.com/workflows/") || !strings.Contains(said, "2016-06-01") {
		t.Error(said)
	}
	if got := strings.TrimSpace(strings.Join([]string{sprint(a)}, "")); got != "[redacted]" {
		t.Errorf("the address prints as %s", got)
	}
}

// Errors about a URL do not quote any part of it.
func TestBadURLs(t *testing.T) {
	for _, bad := range []string{"", "hello", "http://example.com/Zq9Kestrel41xUvW", "ftp://example.com/Zq9Kestrel41xUvW", "smtps://u:Zq9Kestrel41xUvW@example.com",
		"smtps://u:Zq9Kestrel41xUvW@example.com?from=a@example.com", "smtps://u:Zq9Kestrel41xUvW@example.com?from=a@example.com&to=b@example.com&skipverify=1",
		"smtps://example.com?from=a@example.com&to=%22x%22%0d%0aBcc:c@example.com", "https://exa mple.com/Zq9Kestrel41xUvW"} {
		if _, err := notify.Parse(bad); err == nil || strings.Contains(err.Error(), "Zq9") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
