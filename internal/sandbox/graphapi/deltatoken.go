package graphapi

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// deltaToken is the state of a round, which travels in the links: the service
// keeps none. Numbers are those of the tenant's journal.
type deltaToken struct {
	// Since is where the round begins; Replay is where the one before it began.
	Since  uint64 `json:"s"`
	Replay uint64 `json:"r,omitempty"`
	// First marks a round that lists what exists.
	First bool `json:"f,omitempty"`
	// Until is where the next round begins.
	Until uint64 `json:"u,omitempty"`
	// Position is where the next page begins, Seen the journal's end when it was
	// cut, and Empty how many pages without objects were sent.
	Position int    `json:"p,omitempty"`
	Seen     uint64 `json:"n,omitempty"`
	Empty    int    `json:"e,omitempty"`
	// Select and Filter are those of the round's first request.
	Select []string `json:"q,omitempty"`
	Filter string   `json:"i,omitempty"`
	Issued int64    `json:"t"` // Unix time in nanoseconds
}

// deltaTokenOf is the state that a request continues from: that of its token, or that
// of a first round.
func deltaTokenOf(s *scene) (deltaToken, error) {
	if err := s.deltaOptions(); err != nil {
		return deltaToken{}, err
	}
	heard := s.tenant.Journal.End()
	if delay := s.tenant.ListDelay; delay > 0 {
		heard = s.tenant.Journal.Heard(s.now.Add(-delay))
	}
	text, isPage := s.query.skipToken, true
	if text == "" {
		text, isPage = s.query.deltaToken, false
	}
	if text == "" || strings.EqualFold(text, "latest") {
		return deltaToken{First: true, Until: heard, Seen: s.tenant.Journal.End(), Select: withID(s.query.selected), Filter: s.query.filter}, nil
	}
	token, err := s.openToken(text, isPage)
	if err != nil {
		return token, err
	}
	if isPage {
		return token, nil
	}
	// Microsoft's overview lets some resources change their $select here, and does
	// not say which; that these do was not verified.
	if len(s.query.selected) > 0 && !sameNames(withID(s.query.selected), token.Select) || s.query.hasFilter && s.query.filter != token.Filter {
		return token, unsupported("Unsupported Query.")
	}
	token.Until = max(token.Since, heard)
	return token, nil
}

// withID adds the ID, which is always returned.
func withID(selected []string) []string {
	if len(selected) == 0 || slices.Contains(selected, "*") {
		return nil
	}
	if slices.ContainsFunc(selected, func(n string) bool { return strings.EqualFold(n, "id") }) {
		return selected
	}
	return append([]string{"id"}, selected...)
}

func sameNames(a, b []string) bool {
	in := func(all []string) func(string) bool {
		return func(n string) bool {
			return !slices.ContainsFunc(all, func(m string) bool { return strings.EqualFold(n, m) })
		}
	}
	return !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}

// page is the token of the round's next page.
func (t deltaToken) page(s *scene) string {
	t.Issued = s.now.UnixNano()
	return s.sealToken("page", t)
}

// next is the token of the round after this one.
func (t deltaToken) next(s *scene) string {
	out := deltaToken{Since: t.Until, Replay: t.Since, Select: t.Select, Filter: t.Filter, Issued: s.now.UnixNano()}
	if t.First {
		out.Replay = t.Until
	}
	return s.sealToken("delta", out)
}

// deltaLink is the URL of the function with a token and nothing else, since the
// token has the other options in it.
func (s *scene) deltaLink(option, token string) string {
	origin := s.origin()
	if s.tenant.Delta.Links != "" {
		origin = s.tenant.Delta.Links
	}
	return origin + s.rawPath + "?" + option + "=" + token
}

func (s *scene) sealToken(purpose string, t deltaToken) string {
	data, _ := json.Marshal(t) // numbers and strings never fail
	return base64.RawURLEncoding.EncodeToString(append(data, s.sign(data, purpose)...))
}

// openToken reads a token of this tenant, collection and server, and refuses one
// that is too old.
func (s *scene) openToken(text string, isPage bool) (deltaToken, error) {
	purpose := "delta"
	if isPage {
		purpose = "page"
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(data) <= macLength {
		return deltaToken{}, badRequest("Badly formed token.")
	}
	data, mac := data[:len(data)-macLength], data[len(data)-macLength:]
	var token deltaToken
	if !hmac.Equal(mac, s.sign(data, purpose)) || json.Unmarshal(data, &token) != nil {
		return deltaToken{}, s.resync()
	}
	lifetime := s.tenant.Delta.Lifetime
	if lifetime == 0 {
		lifetime = directory.DeltaLifetime
	}
	if s.now.Sub(time.Unix(0, token.Issued)) > lifetime {
		return deltaToken{}, s.resync()
	}
	return token, nil
}
