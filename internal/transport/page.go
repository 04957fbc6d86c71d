package transport

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/spcheck/spcheck/internal/neutral"
)

// Page describes an answer that came from somebody else than the service that
// was asked, such as a captive portal or a filter. All strings are neutral.
type Page struct {
	Status      int
	ContentType string // media type without parameters, empty where none was sent
	Title       string // of an HTML page
	Location    string // host that a redirect leads to
	Server, Via string
	Length      int // bytes of the body that were seen
}

// PageOf describes an answer by its headers and the beginning of its body.
func PageOf(status int, h http.Header, body []byte) *Page {
	p := &Page{
		Status:      status,
		ContentType: MediaType(h),
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

// MediaType returns the type of an answer in lower case, without parameters.
func MediaType(h http.Header) string {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil && t == "" {
		return ""
	}
	return neutral.Bound(t, 100)
}

// title returns the title of an HTML page, or nothing.
func title(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body[:min(len(body), 64<<10)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) == "title" && z.Next() == html.TextToken {
				return neutral.Bound(strings.Join(strings.Fields(string(z.Text())), " "), 120)
			}
		}
	}
}
