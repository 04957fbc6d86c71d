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

// PageOf describes an answer by its headers and the start of its body.
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
	if found := titleOf().FindSubmatch(body[:min(len(body), 64<<10)]); found != nil {
		words := strings.Fields(html.UnescapeString(string(found[1])))
		p.Title = neutral.Bound(strings.Join(words, " "), 120)
	}
	return p
}

// titleOf matches the title of an HTML page. It is only shown, so a regular expression
// is enough; the tables of a tokenizer would slow every start of the program.
var titleOf = lazyregexp.New(`(?is)<title(?:\s[^>]*)?>(.*?)(?:</title|$)`)

// IsPage reports whether an answer is a page for people, which Entra and Graph never
// send: it has a body, and that is not JSON.
func IsPage(body []byte) bool {
	text := bytes.TrimSpace(body)
	return len(text) > 0 && text[0] != '{' && text[0] != '['
}

// mediaType returns the content type in lower case, without parameters.
func mediaType(h http.Header) string {
	t, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return neutral.Bound(t, 100)
}
