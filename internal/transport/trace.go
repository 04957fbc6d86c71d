package transport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// tracer writes a trace of each exchange without secrets: no headers or body of the
// request, no cookies, and of an error answer only codes and trace IDs.
type tracer struct {
	base http.RoundTripper
	mu   sync.Mutex
	out  io.Writer
	word func(msg.Text) string // formats failures; nil means English
}

// tracedHeaders are the headers of an answer that help and contain no secrets.
var tracedHeaders = [...]string{
	"Content-Type", "Content-Length", "Date", "Retry-After", "Server", "Via",
	"Request-Id", "Client-Request-Id", "X-Ms-Request-Id", "X-Ms-Ests-Server",
	"X-Ms-Clitelem", "X-Ms-Resource-Unit", "X-Ms-Throttle-Scope", "X-Ms-Throttle-Information",
}

func (t *tracer) RoundTrip(r *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := t.base.RoundTrip(r)
	took := time.Since(start).Round(time.Millisecond)
	var b bytes.Buffer
	fmt.Fprintf(&b, "spcheck: debug: %s %s\n", r.Method, SafeURL(r.URL))
	if err != nil {
		failure := Classify(err).Text()
		text := failure.String()
		if t.word != nil {
			text = t.word(failure)
		}
		fmt.Fprintf(&b, "spcheck: debug:   failed after %s: %s\n", took, text)
	} else {
		describe(&b, resp, took)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = t.out.Write(b.Bytes())
	return resp, err
}

func describe(b *bytes.Buffer, resp *http.Response, took time.Duration) {
	fmt.Fprintf(b, "spcheck: debug:   status %d after %s\n", resp.StatusCode, took)
	for _, name := range tracedHeaders {
		if v := resp.Header.Get(name); v != "" {
			fmt.Fprintf(b, "spcheck: debug:   %s: %s\n", strings.ToLower(name), neutral.Bound(v, 200))
		}
	}
	if loc := resp.Header.Get("Location"); loc != "" {
		if u, err := url.Parse(loc); err == nil {
			fmt.Fprintf(b, "spcheck: debug:   location: %s\n", SafeURL(u))
		}
	}
	if resp.StatusCode >= 400 {
		describeError(b, Peek(resp, 64<<10))
	}
}

// describeError prints the codes and IDs of an error body of Entra or Graph.
func describeError(b *bytes.Buffer, body []byte) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return
	}
	var nested struct{ Code string }
	if json.Unmarshal(fields["error"], &nested) == nil && nested.Code != "" {
		fmt.Fprintf(b, "spcheck: debug:   error.code: %s\n", neutral.Bound(nested.Code, 100))
		return
	}
	for _, name := range []string{"error", "error_codes", "suberror", "trace_id", "correlation_id", "timestamp"} {
		if v, ok := fields[name]; ok {
			fmt.Fprintf(b, "spcheck: debug:   %s: %s\n", name, neutral.Bound(string(v), 200))
		}
	}
}

// SafeURL formats a URL without user information. It hides the values of all query
// parameters except those of OData and a few that are known to be harmless.
func SafeURL(u *url.URL) string {
	out := neutral.Bound(u.Scheme+"://"+u.Host+u.EscapedPath(), 600)
	separator := "?"
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		if !harmless(name) && value != "" {
			value = "[hidden]"
		}
		out += separator + neutral.Bound(name, 60) + "=" + neutral.Bound(value, 400)
		separator = "&"
	}
	return out
}

func harmless(name string) bool {
	plain, err := url.QueryUnescape(name)
	return err == nil && slices.Contains([]string{
		"$filter", "$select", "$top", "$orderby", "$count", "$expand", "$search", "api-version", "authorization_endpoint",
	}, strings.ToLower(plain))
}
