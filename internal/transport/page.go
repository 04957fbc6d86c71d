package transport

import (
	"bytes"
	"html"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/neutral"
)

// PageOf describes an answer by its headers and the beginning of its body.
func PageOf(status int, h http.Header, body []byte) *netfail.Page {
	p := &netfail.Page{
		Status:      status,
		ContentType: mediaType(h),
		Server:      neutral.Bound(h.Get("Server"), 80),
		Via:         neutral.Bound(h.Get("Via"), 80),
		Length:      len(body),
	}
	if u, err := url.Parse(h.Get("Location")); err == nil {
		p.Location = neutral.Bound(u.Host, 253)
	}
	p.Title = title(body)
	return p
}

// IsPage reports an answer that is made for people to look at, which neither
// Entra nor Graph sends: it has a body, and that is no JSON by its type nor form.
func IsPage(h http.Header, body []byte) bool {
	text := bytes.TrimSpace(body)
	if len(text) == 0 {
		return false
	}
	return text[0] != '{' && text[0] != '['
}

// mediaType returns the type of an answer in lower case, without parameters.
func mediaType(h http.Header) string {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil && t == "" {
		return ""
	}
	return neutral.Bound(t, 100)
}

// titleOf finds the title of an HTML page. A tokenizer would be more exact, and each
// start of the program would pay for its tables; the title is shown, and no more.
var titleOf = lazyregexp.New(`(?is)<title(?:\s[^>]*)?>(.*?)(?:</title|$)`)

// title returns the title of an HTML page, or nothing.
func title(body []byte) string {
	found := titleOf().FindSubmatch(body[:min(len(body), 64<<10)])
	if found == nil {
		return ""
	}
	return neutral.Bound(strings.Join(strings.Fields(html.UnescapeString(string(found[1]))), " "), 120)
}
