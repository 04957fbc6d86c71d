package secrets

import (
	"encoding/base64"
	"encoding/json"
	"testing"
)

// FuzzFederatedToken looks for tokens of other identity providers whose claims
// break the program, or the report that repeats them.
func FuzzFederatedToken(f *testing.F) {
	f.Add(`{"alg":"RS256","kid":"k"}`, `{"iss":"https://issuer.example","sub":"s","aud":["a"],"exp":1800000000}`)
	f.Add(`{"alg":"none"}`, `{}`)
	f.Add(`{"alg":"ES256"}`, `{"exp":1800000000000,"nbf":-99999999999999,"iat":9223372036854775807}`)
	f.Add(`{"alg":"RS256","jwk":{}}`, `{"aud":7,"iss":[]}`)
	f.Fuzz(func(t *testing.T, header, claims string) {
		part := base64.RawURLEncoding.EncodeToString
		raw := part([]byte(header)) + "." + part([]byte(claims)) + ".c2ln"
		token, err := parseToken(raw)
		if token == nil || token.Token.Reveal() != raw {
			t.Fatalf("the token is lost: %v", err)
		}
		if err != nil {
			return
		}
		if _, err := json.Marshal(token.Expires); err != nil {
			t.Errorf("no report can hold %s: %v", token.Expires, err)
		}
	})
}
