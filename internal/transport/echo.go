package transport

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// withoutEchoes returns a round tripper that hides in each answer what was sent
// as a secret with its request: the token of Authorization, and the secret or
// assertion of a sign-in. No service repeats them; filters and portals in
// between do, in pages, redirects and headers, and from there a secret would
// reach a report. It is outside of http.Transport, which unpacks gzip.
func withoutEchoes(base http.RoundTripper) http.RoundTripper { return echoless{base} }

type echoless struct{ base http.RoundTripper }

func (e echoless) RoundTrip(r *http.Request) (*http.Response, error) {
	words := forms(sentSecrets(r))
	resp, err := e.base.RoundTrip(r)
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
}

// CloseIdleConnections reaches the pool below.
func (e echoless) CloseIdleConnections() { CloseIdle(e.base) }

// secretFields are the form fields that hold secrets and are never in an
// answer. A refresh token does: the service may give the same one again.
func secretFields() []string {
	return []string{"client_secret", "client_assertion", "assertion", "password", "code_verifier"}
}

// maxForm bounds a form that is looked at, in bytes.
const maxForm = 1 << 20

func sentSecrets(r *http.Request) []string {
	var found []string
	if _, credentials, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		found = append(found, credentials)
	}
	if r.GetBody == nil || mediaType(r.Header) != "application/x-www-form-urlencoded" {
		return slices.DeleteFunc(found, telling)
	}
	body, err := r.GetBody()
	if err != nil {
		return slices.DeleteFunc(found, telling)
	}
	defer func() { _ = body.Close() }()
	data, _ := io.ReadAll(io.LimitReader(body, maxForm))
	fields, _ := url.ParseQuery(string(data)) // what could be read of it
	for _, name := range secretFields() {
		found = append(found, fields[name]...)
	}
	return slices.DeleteFunc(found, telling)
}

// shortest is the length below which a value may be in an answer by chance.
const shortest = 16

// telling reports a value that an answer may rightly hold: an identifier that
// was configured in a secret's place, or a plain word.
func telling(value string) bool {
	if len(value) < shortest || uuid.Validate(value) == nil {
		return true
	}
	return strings.Trim(value, "abcdefghijklmnopqrstuvwxyz_ ") == ""
}

// forms are the ways in which a page, a header or JSON spells a secret.
func forms(secrets []string) [][]byte {
	var words [][]byte
	for _, s := range secrets {
		quoted, _ := json.Marshal(s) // a string always has a form
		var bare bytes.Buffer
		plain := json.NewEncoder(&bare)
		plain.SetEscapeHTML(false)
		_ = plain.Encode(s)
		for _, form := range []string{
			s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s),
			strings.Trim(string(quoted), `"`), strings.Trim(strings.TrimSpace(bare.String()), `"`),
		} {
			if !slices.ContainsFunc(words, func(w []byte) bool { return string(w) == form }) {
				words = append(words, []byte(form))
			}
		}
	}
	// A longer form may hold a shorter one.
	slices.SortFunc(words, func(a, b []byte) int { return len(b) - len(a) })
	return words
}

const hidden = "[redacted]"

func hide(text []byte, words [][]byte) []byte {
	for _, w := range words {
		if holds(text, w) {
			text = bytes.ReplaceAll(text, w, []byte(hidden))
		}
	}
	return text
}

// searched is how much of a word is searched for: as much as the processor compares
// at once. Looking for the whole of a token takes many times as long.
const searched = 32

// holds reports whether a word is in a text.
func holds(text, word []byte) bool {
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

// hiding hides words in a body while it arrives. It holds back as much as could
// be the beginning of one.
type hiding struct {
	body  io.ReadCloser
	words [][]byte
	back  int    // bytes that are held back until more is known
	room  []byte // is used again and again
	read  []byte // what arrived and was not handed on, mostly in room
	ready int    // so much of it may be handed on
	err   error
}

// chunkSize is how much of a body is read at a time, at most.
const chunkSize = 32 << 10

func newHiding(body io.ReadCloser, words [][]byte) *hiding {
	back := len(words[0]) - 1
	return &hiding{body: body, words: words, back: back, room: make([]byte, back+chunkSize)}
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

// more reads on behind what is held back, which is all that is left: no more than
// can be the beginning of a word.
func (h *hiding) more() {
	kept := copy(h.room, h.read)
	n, err := h.body.Read(h.room[kept:])
	h.err = err
	h.read = hide(h.room[:kept+n], h.words)
	h.ready = len(h.read) - h.back
	if h.err != nil {
		h.ready = len(h.read)
	}
	h.ready = max(h.ready, 0)
}

func (h *hiding) Close() error { return h.body.Close() }
