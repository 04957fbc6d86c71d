package secrets

import (
	"encoding/base64"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// sign makes a token as a cluster or a pipeline would.
func sign(t *testing.T, claims any) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithHeader("kid", "key-1")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: testKey(t, 0)}, options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestFederatedTokenTellsWhatItSays(t *testing.T) {
	issued := time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC)
	text := sign(t, jwt.Claims{
		Issuer: "https://cluster.example/id", Subject: "system:serviceaccount:Mail:sync",
		Audience: jwt.Audience{"api://AzureADTokenExchange"},
		IssuedAt: jwt.NewNumericDate(issued), NotBefore: jwt.NewNumericDate(issued), Expiry: jwt.NewNumericDate(issued.Add(time.Hour)),
	})
	c, err := LoadFederatedToken(write(t, text+"\n", 0o600))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Token
	if got.Issuer != "https://cluster.example/id" || got.Subject != "system:serviceaccount:Mail:sync" ||
		!slices.Equal(got.Audiences, []string{"api://AzureADTokenExchange"}) {
		t.Errorf("facts %+v", got)
	}
	if !got.Expires.Equal(issued.Add(time.Hour)) {
		t.Errorf("expires %v", got.Expires)
	}
	if got.Token.Reveal() != text || len(c.Warnings) > 0 && strings.Contains(c.Warnings[0].String(), "white space") {
		t.Error("the token is not the file's")
	}
}

func TestFederatedTokenWithoutDatesOrWithBlanks(t *testing.T) {
	c, err := LoadFederatedToken(write(t, sign(t, jwt.Claims{Issuer: "i"})+" \n", 0o600))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Token.Expires.IsZero() {
		t.Error("a token without dates is judged by dates")
	}
	if len(c.Warnings) == 0 || !strings.Contains(c.Warnings[len(c.Warnings)-1].String(), "white space") {
		t.Errorf("warnings %v", c.Warnings)
	}
}

func TestWhatIsNoToken(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	good := sign(t, jwt.Claims{Issuer: "i"})
	tests := map[string]struct {
		file string
		is   error
		says string
	}{
		"empty":          {"\n", ErrMissing, "is empty"},
		"text":           {"a secret of another kind", ErrNotJWT, "three parts"},
		"three words":    {"one.two.three", ErrNotJWT, "cannot be read"},
		"unsigned":       {encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(`{"iss":"i"}`)) + ".", ErrNotJWT, "cannot be read"},
		"two parts":      {strings.Join(strings.Split(good, ".")[:2], "."), ErrNotJWT, "three parts"},
		"cut in lines":   {good[:40] + "\n" + good[40:], ErrNotJWT, "three parts"},
		"quoted":         {`"` + good + `"`, ErrNotJWT, "cannot be read"},
		"no object":      {sign(t, map[string]any{"aud": 7}), ErrNotJWT, "claims"},
		"a text as date": {sign(t, map[string]any{"exp": "tomorrow"}), ErrNotJWT, "claims"},
	}
	for name, test := range tests {
		c, err := LoadFederatedToken(write(t, test.file, 0o600))
		if !errors.Is(err, test.is) || !strings.HasPrefix(err.Error(), "file ") || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), good[:20]) {
			t.Errorf("%s: the error shows the token", name)
		}
		if test.is == ErrNotJWT && (c.Token == nil || c.Token.Token.Empty()) {
			t.Errorf("%s: the value is not kept", name)
		}
	}
	if _, err := LoadFederatedToken(filepath.Join(t.TempDir(), "none")); err == nil || errors.Is(err, ErrMissing) {
		t.Errorf("no file: %v", err)
	}
}
