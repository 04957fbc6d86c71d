package secrets

import (
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/msg"
)

// FederatedToken is a signed token from another identity provider, with its claims. The
// signature is not verified; Entra does that.
type FederatedToken struct {
	Issuer, Subject string
	Audiences       []string
	// Expires is zero if the token has no expiry date.
	Expires time.Time
	// Token is the token itself, exactly as it would be sent.
	Token Value
}

// signatureAlgorithms are all algorithms. Even with an unusual one, the token's issuer and
// subject are worth reporting.
var signatureAlgorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512, jose.EdDSA, jose.HS256, jose.HS384, jose.HS512,
}

// LoadFederatedToken reads a token from a file and removes one final line break. The
// error is a *SourceError, among them ErrMissing and ErrNotJWT. With ErrNotJWT the
// credential has the Token, but none of its claims.
func LoadFederatedToken(path string) (Credential, error) {
	c := Credential{Origin: Source{File: path}.Origin()}
	text, err := c.readFile(path, maxSecretBytes)
	text = withoutFinalLineBreak(text)
	switch {
	case err != nil:
	case strings.TrimSpace(text) == "":
		err = missing(msg.New("it is empty"))
	default:
		if trim(text) != text {
			c.Warnings = append(c.Warnings, msg.New("the token is surrounded by white space or invisible characters, which most programs would also send"))
		}
		c.Token, err = parseToken(text)
	}
	return c, c.from(err)
}

// parseToken reads the claims of a token. It does not repeat the library's errors,
// because they may quote the token.
func parseToken(text string) (*FederatedToken, error) {
	token := &FederatedToken{Token: NewValue(text)}
	notJWT := func(reason msg.Text) (*FederatedToken, error) {
		return token, &SourceError{Is: ErrNotJWT, Reason: reason}
	}
	// The library accepts white space inside a token. No server does.
	compact := trim(text)
	if strings.ContainsAny(compact, " \t\r\n") || strings.Count(compact, ".") != 2 {
		return notJWT(msg.New("is not a signed token (JWT): it does not consist of three parts separated by dots"))
	}
	parsed, err := jwt.ParseSigned(compact, signatureAlgorithms)
	if err != nil {
		return notJWT(msg.New("is not a signed token (JWT): its header, its signature or its encoding cannot be read"))
	}
	var claims jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return notJWT(msg.New("is a token (JWT) whose claims cannot be read"))
	}
	token.Issuer, token.Subject, token.Audiences, token.Expires = claims.Issuer, claims.Subject, claims.Audience, date(claims.Expiry)
	return token, nil
}

// date reads a date claim. A date that a report cannot represent, such as one in
// milliseconds, becomes the nearest one that it can.
func date(d *jwt.NumericDate) time.Time {
	if d == nil {
		return time.Time{}
	}
	const last = 253_402_300_799 // the end of the year 9999
	return time.Unix(min(max(int64(*d), 0), last), 0).UTC()
}
