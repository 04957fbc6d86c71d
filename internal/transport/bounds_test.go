package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestLimitCountsUnpackedBytes(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(make([]byte, 1<<20))
		z.Close()
	}))
	defer s.Close()
	for limit, want := range map[int64]error{1 << 19: errBodyTooLarge, 1<<20 - 1: errBodyTooLarge, 1 << 20: nil} {
		c := &http.Client{Transport: Limit(s.Client().Transport, limit)}
		resp, err := get(t, c, s.URL)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		if !errors.Is(err, want) || n != min(limit, 1<<20) {
			t.Errorf("limit %d: %d bytes, %v", limit, n, err)
		}
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	later := now.Add(90 * time.Second).Format(http.TimeFormat)
	for value, want := range map[string]time.Duration{
		"7": 7 * time.Second, "2.128": 2128 * time.Millisecond, "0.5": 500 * time.Millisecond, "0": 0, "-3": 0,
		later: 90 * time.Second, now.Add(-time.Hour).Format(http.TimeFormat): 0, "1e300": 366 * 24 * time.Hour,
		"": -1, "soon": -1, "NaN": -1,
	} {
		h := http.Header{}
		h.Set("Retry-After", value)
		got, ok := RetryAfter(h, now)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: got %v, %v", value, got, ok)
		}
	}
	// This machine's clock is an hour slow. The date of the answer counts.
	h := http.Header{"Retry-After": {later}, "Date": {now.Format(http.TimeFormat)}}
	if got, _ := RetryAfter(h, now.Add(-time.Hour)); got != 90*time.Second {
		t.Errorf("against the answer's date: %v", got)
	}
}

type canned func(*http.Request) (*http.Response, error)

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestRetryHonoursItsBounds(t *testing.T) {
	always := func(*http.Request, *http.Response, func() []byte) bool { return true }
	for name, tc := range map[string]struct {
		after    string
		deadline time.Duration
		calls    int
	}{
		"attempts are used up":      {"1", time.Hour, 5},
		"the pause is too long":     {"3600", 2 * time.Hour, 1},
		"the deadline comes before": {"60", 30 * time.Second, 1},
		"no header":                 {"", time.Hour, 5},
	} {
		calls := 0
		var waits []Wait
		r := &Retry{Again: always, Waited: func(w Wait) { waits = append(waits, w) }, Sleep: func(context.Context, time.Duration) error { return nil }}
		r.Base = canned(func(req *http.Request) (*http.Response, error) {
			calls++
			return &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {tc.after}}, Body: http.NoBody, Request: req}, nil
		})
		ctx, cancel := context.WithTimeout(context.Background(), tc.deadline)
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://x.test", nil)
		resp, err := r.RoundTrip(req)
		cancel()
		if err != nil || resp.StatusCode != 503 || calls != tc.calls {
			t.Errorf("%s: %d calls, %v", name, calls, err)
		}
		if len(waits) != tc.calls || !waits[len(waits)-1].GaveUp || waits[0].Asked != (tc.after != "") {
			t.Errorf("%s: waits are %+v", name, waits)
		}
	}
}

func TestRetrySleepEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Retry{Again: func(*http.Request, *http.Response, func() []byte) bool { cancel(); return true }}
	r.Base = canned(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {"100"}}, Body: http.NoBody}, nil
	})
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://x.test", nil)
	if _, err := r.RoundTrip(req); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDebugTraceHoldsNoSecret(t *testing.T) {
	const secret, answered = "a-very-secret-value", "another-secret-value"
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "session="+secret)
		w.Header().Set("X-Ms-Request-Id", "id-\u202ex")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(401)
		fmt.Fprintf(w, `{"error":"invalid_client","error_description":"%s","error_codes":[7000215],"trace_id":"trace-1"}`, answered)
	}))
	defer s.Close()
	var out bytes.Buffer
	c := client(t, Options{CAFile: caFile(t, s), Debug: &out})
	body := strings.NewReader("client_secret=" + secret)
	req, _ := http.NewRequest(http.MethodPost, s.URL+"/t/token?code="+secret+"&%24filter=appId", body)
	req.Header.Set("Authorization", "Bearer "+secret)
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	whole, _ := io.ReadAll(resp.Body)
	if !strings.Contains(string(whole), answered) {
		t.Error("the trace took the body away from the reader")
	}
	trace := out.String()
	for _, want := range []string{"POST https://127.0.0.1", "status 401", "invalid_client", "[7000215]", "trace-1", "code=[hidden]", "filter=appId"} {
		if !strings.Contains(trace, want) {
			t.Errorf("the trace lacks %q:\n%s", want, trace)
		}
	}
	if strings.Contains(trace, secret) || strings.Contains(trace, answered) || strings.Contains(trace, "\u202e") {
		t.Errorf("the trace shows a secret or a control character:\n%s", trace)
	}
}

func TestPageFacts(t *testing.T) {
	h := http.Header{"Content-Type": {"text/HTML; charset=x"}, "Location": {"https://u:p@portal.test/login?token=t"}, "Server": {"filter\r\n"}}
	p := PageOf(302, h, []byte("<!doctype html><TITLE>\n Access &amp; \x1b[1m denied </TITLE>"))
	if p.ContentType != "text/html" || p.Location != "portal.test" || !strings.Contains(p.Title, "Access &") || strings.ContainsAny(p.Title+p.Server, "\x1b\r\n") {
		t.Errorf("got %+v", p)
	}
}
