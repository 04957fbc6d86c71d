package transport

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// withoutEchoes returns a round tripper that redacts, in each answer, the secrets of its
// request: the token in Authorization, and the secret or assertion of a sign-in. Services
// never repeat them, but filters and portals on the way do, in pages, redirects and
// headers, which may end up in a report. It wraps http.Transport, which decompresses.
func withoutEchoes(base http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		words := forms(sentSecrets(r))
		resp, err := base.RoundTrip(r)
		if err != nil || len(words) == 0 {
			return resp, err
		}
		for _, values := range resp.Header {
			for i, v := range values {
				values[i] = string(hide([]byte(v), words))
			}
		}
		resp.Body = newHiding(resp.Body, words)
		return resp, nil
	})
}

// secretFields are the form fields with secrets that no answer contains. A refresh token is
// not among them: the service may return the same one.
var secretFields = [...]string{"client_secret", "client_assertion", "assertion", "password", "code_verifier"}

// maxForm limits how much of a form is searched, in bytes.
const maxForm = 1 << 20

func sentSecrets(r *http.Request) []string {
	var found []string
	if _, credentials, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		found = append(found, credentials)
	}
	if r.GetBody != nil && mediaType(r.Header) == "application/x-www-form-urlencoded" {
		if body, err := r.GetBody(); err == nil {
			data, _ := io.ReadAll(io.LimitReader(body, maxForm))
			body.Close()
			fields, _ := url.ParseQuery(string(data)) // as much as can be parsed
			for _, name := range secretFields {
				found = append(found, fields[name]...)
			}
		}
	}
	return slices.DeleteFunc(found, isOrdinary)
}

// shortest is the length below which a value may occur in an answer by chance.
const shortest = 16

// isOrdinary reports whether an answer may legitimately contain the value: an identifier
// configured in place of a secret, or a plain word.
func isOrdinary(value string) bool {
	return len(value) < shortest || uuid.Validate(value) == nil ||
		strings.Trim(value, "abcdefghijklmnopqrstuvwxyz_ ") == ""
}

// forms returns the spellings of secrets in a page, a header or JSON, longest first.
func forms(secrets []string) [][]byte {
	var words []string
	for _, s := range secrets {
		quoted, _ := json.Marshal(s) // cannot fail for a string
		var bare bytes.Buffer
		plain := json.NewEncoder(&bare)
		plain.SetEscapeHTML(false)
		_ = plain.Encode(s)
		words = append(words,
			s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s),
			strings.Trim(string(quoted), `"`), strings.Trim(strings.TrimSpace(bare.String()), `"`))
	}
	// A longer form may contain a shorter one.
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	var out [][]byte
	for _, w := range slices.Compact(words) {
		out = append(out, []byte(w))
	}
	return out
}

const hidden = "[redacted]"

func hide(text []byte, words [][]byte) []byte {
	for _, w := range words {
		if contains(text, w) {
			text = bytes.ReplaceAll(text, w, []byte(hidden))
		}
	}
	return text
}

// searched is how much of a word is searched for: as much as the processor compares at
// once. Searching for a whole token takes many times as long.
const searched = 32

// contains reports whether the text contains the word.
func contains(text, word []byte) bool {
	start := word[:min(len(word), searched)]
	for {
		i := bytes.Index(text, start)
		if i < 0 {
			return false
		}
		if bytes.HasPrefix(text[i:], word) {
			return true
		}
		text = text[i+1:]
	}
}

// hiding redacts words in a body while it arrives. It holds back the bytes that may be the
// start of a word.
type hiding struct {
	io.Closer
	body  io.Reader
	words [][]byte
	back  int    // how many bytes to hold back until more arrives
	room  []byte // reused buffer
	read  []byte // what arrived and was not passed on; usually part of room
	ready int    // how many bytes of read may be passed on
	err   error
}

// A body is first read in pieces of firstChunk bytes, since most are short, and in pieces
// of longChunk once one of them was full.
const (
	firstChunk = 4 << 10
	longChunk  = 32 << 10
)

func newHiding(body io.ReadCloser, words [][]byte) *hiding {
	back := len(words[0]) - 1
	return &hiding{Closer: body, body: body, words: words, back: back, room: make([]byte, back+firstChunk)}
}

func (h *hiding) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for h.ready == 0 && h.err == nil {
		h.more()
	}
	if h.ready == 0 {
		return 0, h.err
	}
	n := copy(p, h.read[:h.ready])
	h.read, h.ready = h.read[n:], h.ready-n
	return n, nil
}

// more reads on after the bytes that were held back.
func (h *hiding) more() {
	kept := copy(h.room, h.read)
	n, err := h.body.Read(h.room[kept:])
	h.err = err
	if full := h.back + longChunk; kept+n == len(h.room) && len(h.room) < full {
		h.room = append(h.room, make([]byte, full-len(h.room))...)
	}
	h.read = hide(h.room[:kept+n], h.words)
	h.ready = max(len(h.read)-h.back, 0)
	if h.err != nil {
		h.ready = len(h.read)
	}
}
