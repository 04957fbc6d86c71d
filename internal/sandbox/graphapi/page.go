package graphapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

const pageKeyLength, macLength = 32, 12

// newPageKey returns the key that protects page tokens against forgery.
func newPageKey() []byte {
	key := make([]byte, pageKeyLength)
	_, _ = rand.Read(key) // never fails since Go 1.24
	return key
}

// nextLink returns the absolute URL of the next page: the request with a token. It does
// not contain headers.
func (s *scene) nextLink(next int) string {
	advanced := uint64(0)
	if s.query.eventual {
		advanced = 1
	}
	return s.link("$skiptoken", s.seal("skip", uint64(next)<<1|advanced))
}

// link returns the request's URL with another token.
func (s *scene) link(option, token string) string {
	rest := s.query.without("$skiptoken")
	if rest != "" {
		rest += "&"
	}
	return s.origin() + s.rawPath + "?" + rest + option + "=" + token
}

// resume returns where to continue. The refusal is the same for an advanced query without
// its header (known from a report), a changed query and a forged token.
func (s *scene) resume() (int, error) {
	if s.query.skipToken == "" {
		return 0, nil
	}
	value, ok := s.unseal("skip", s.query.skipToken)
	if !ok || (value&1 == 1) != s.query.eventual {
		return 0, expiredToken()
	}
	return int(value >> 1), nil
}

func expiredToken() *apiError {
	return refuse(400, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
}

// seal turns a number into a token that is only valid for this query.
func (s *scene) seal(purpose string, value uint64) string {
	b := binary.BigEndian.AppendUint64(nil, value)
	return base64.RawURLEncoding.EncodeToString(append(b, s.mac(purpose, b)...))
}

func (s *scene) unseal(purpose, token string) (uint64, bool) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 8+macLength || !hmac.Equal(b[8:], s.mac(purpose, b[:8])) {
		return 0, false
	}
	return binary.BigEndian.Uint64(b[:8]), true
}

// mac depends on what determines the objects of a query and their order.
func (s *scene) mac(purpose string, value []byte) []byte {
	return s.sign(value, purpose, s.query.filter, s.query.search, s.query.orderBy)
}

// sign returns a code that is only valid for this tenant, path and purpose.
func (s *scene) sign(value []byte, purpose ...string) []byte {
	h := hmac.New(sha256.New, s.srv.pageKey)
	var path []string
	for _, p := range s.path {
		path = append(path, strings.ToLower(bareName(p.text)))
	}
	for _, part := range append([]string{s.tenant.ID, strings.Join(path, "/")}, purpose...) {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	h.Write(value)
	return h.Sum(nil)[:macLength]
}
