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

// deltaToken is the state of a round. The links carry it, and the service stores nothing.
// Its numbers are positions in the tenant's journal.
type deltaToken struct {
	// Since is the start of the round, Replay that of the round before.
	Since  uint64 `json:"s"`
	Replay uint64 `json:"r,omitempty"`
	// First marks the round that lists what exists.
	First bool `json:"f,omitempty"`
	// Until is the start of the next round.
	Until uint64 `json:"u,omitempty"`
	// Position is the start of the next page, Seen the end of the journal at the last
	// page, and Empty the number of empty pages sent so far.
	Position int    `json:"p,omitempty"`
	Seen     uint64 `json:"n,omitempty"`
	Empty    int    `json:"e,omitempty"`
	// Select and Filter are those of the round's first request.
	Select []string `json:"q,omitempty"`
	Filter string   `json:"i,omitempty"`
	Issued int64    `json:"t"` // Unix time in nanoseconds
}

// deltaTokenOf returns the state from the request's token, or that of a first round.
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
	// Microsoft's overview allows some resources to change $select here and does not name
	// them. It is not verified that these refuse it.
	if len(s.query.selected) > 0 && !sameNames(withID(s.query.selected), token.Select) || s.query.hasFilter && s.query.filter != token.Filter {
		return token, unsupported("Unsupported Query.")
	}
	token.Until = max(token.Since, heard)
	return token, nil
}

// withID adds the ID, which is always sent.
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

// page returns the token of the next page.
func (t deltaToken) page(s *scene) string {
	t.Issued = s.now.UnixNano()
	return s.sealToken("page", t)
}

// next returns the token of the next round.
func (t deltaToken) next(s *scene) string {
	out := deltaToken{Since: t.Until, Replay: t.Since, Select: t.Select, Filter: t.Filter, Issued: s.now.UnixNano()}
	if t.First {
		out.Replay = t.Until
	}
	return s.sealToken("delta", out)
}

// deltaLink returns the URL with a token only. The token contains the other options.
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

// openToken reads a token that this server issued for this tenant and collection, and
// refuses an expired one.
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
