package transport

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/neutral"
)

// FuzzRetryAfter looks for headers that are read as a negative pause.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"2", "2.128", "-1", "NaN", "1e400", "Sun, 06 Nov 1994 08:49:37 GMT", "date", "0x10"} {
		f.Add(seed, "Sun, 06 Nov 1994 08:49:30 GMT")
	}
	f.Fuzz(func(t *testing.T, value, date string) {
		d, ok := RetryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, time.Unix(1_800_000_000, 0))
		if d < 0 || !ok && d != 0 {
			t.Errorf("%q: %s", value, d)
		}
	})
}

// FuzzHiding looks for bodies and splits by which a sent secret is not redacted.
func FuzzHiding(f *testing.F) {
	f.Add([]byte("before "+sentSecret+" after"), 3)
	f.Add([]byte(sentSecret[:20]+sentSecret+sentSecret[:20]), 1)
	f.Fuzz(func(t *testing.T, body []byte, size int) {
		words := forms([]string{sentSecret})
		size = 1 + max(size, -size, 0)%97
		whole, err := io.ReadAll(newHiding(io.NopCloser(cutting{bytes.NewReader(body), size}), words))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if bytes.Contains(whole, w) {
				t.Errorf("%q came through", w)
			}
		}
		slow, err := io.ReadAll(newHiding(io.NopCloser(iotest.OneByteReader(bytes.NewReader(body))), words))
		if err != nil || !bytes.Equal(whole, slow) {
			t.Errorf("the cuts make a difference: %q and %q, %v", whole, slow, err)
		}
		if !bytes.Contains(body, words[len(words)-1][:8]) && !bytes.Equal(whole, body) {
			t.Errorf("%q became %q", body, whole)
		}
	})
}

// cutting returns a number of bytes per read.
type cutting struct {
	r    io.Reader
	size int
}

func (c cutting) Read(p []byte) (int, error) { return c.r.Read(p[:min(len(p), c.size)]) }

// FuzzPageTitle looks for pages whose title is read wrongly.
func FuzzPageTitle(f *testing.F) {
	f.Add([]byte("<!doctype html><title>Guest &amp; more</title>"), "text/html")
	f.Add([]byte("<title"), "a;b=\"")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		p := PageOf(200, http.Header{"Content-Type": {header}, "Location": {header}, "Server": {header}}, body)
		if len([]rune(p.Title)) > 120*8 {
			t.Errorf("a title of %d bytes", len(p.Title))
		}
	})
}

// FuzzProxy looks for proxy variables and answers of proxies by which a password or dangerous
// characters appear in output.
func FuzzProxy(f *testing.F) {
	f.Add("http://user:", "@proxy.example:8080", `Basic realm="x"`)
	f.Add("socks5://", "@[::1]:1080", "NTLM")
	f.Add("http://u:%zz", "/x@y", "\x1b[2J, Negotiate")
	f.Add("://", "", " ")
	f.Fuzz(func(t *testing.T, before, after, header string) {
		const password = "hidden-Zk8Q-password"
		pick := proxyFrom(func(name string) string {
			if name == "HTTPS_PROXY" {
				return before + password + after
			}
			return ""
		})
		u, err := pick(httptest.NewRequest(http.MethodGet, "https://login.example/", nil))
		if err != nil && strings.Contains(err.Error(), password) {
			t.Errorf("the error quotes the password: %v", err)
		}
		if u != nil && u.User != nil {
			sent, _ := u.User.Password()
			if strings.Contains(sent, password) && strings.Contains(Classify(&proxyError{Proxy: u.Host, Status: 407}).Error(), password) {
				t.Errorf("the password stands in the host of %q", before+password+after)
			}
		}
		names := Schemes(http.Header{"Proxy-Authenticate": {header}})
		for _, name := range names {
			if len(names) > 8 || strings.ContainsFunc(name, neutral.Dangerous) || utf8.RuneCountInString(name) > 32*9 { // an escape has up to nine characters
				t.Errorf("the scheme %q", name)
			}
		}
	})
}
