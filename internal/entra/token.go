package entra

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Token is an access token. Printing it does not show the token.
type Token struct {
	Value     secrets.Value
	ExpiresAt time.Time // by this machine's clock
	// Claims are the token's claims. They are not verified, because the token came over
	// TLS from the service itself.
	Claims fact.Fact[Claims]
}

// Claims of an app-only or delegated token for Microsoft Graph. Graph's tokens use the
// v1 claim names, whichever endpoint issued them (token samples).
type Claims struct {
	TenantID     string   // tid
	AppID        string   // appid, or azp
	ObjectID     string   // oid: of the service principal, or of the user
	AppName      string   // app_displayname
	Roles        []string // application permissions; empty if none are granted
	Scopes       []string // scp, of a user's token
	IdentityType string   // idtyp: "app", "user"
	UserName     string   // upn or preferred_username, of a user's token
}

// AppOnly reports whether the token is for an application rather than a user.
func (c Claims) AppOnly() bool {
	return c.IdentityType == "app" || (c.IdentityType == "" && len(c.Scopes) == 0 && c.UserName == "")
}

// ReadsOnly reports whether the token does not allow changing applications: an
// application without a permission for it, or a person's token for another purpose
// (Microsoft's permission descriptions for addPassword). A token does not show what the
// person may do.
func (c Claims) ReadsOnly() bool {
	if c.AppOnly() {
		return !hasAny(c.Roles, "Application.ReadWrite.All", "Directory.ReadWrite.All", "Application.ReadWrite.OwnedBy")
	}
	return !hasAny(c.Scopes, "Application.ReadWrite.All", "Directory.ReadWrite.All", "Directory.AccessAsUser.All")
}

func hasAny(have []string, any ...string) bool {
	return slices.ContainsFunc(have, func(h string) bool {
		return slices.ContainsFunc(any, func(a string) bool { return strings.EqualFold(a, h) })
	})
}

var errOpaque = errors.New("the token is not a readable JWT")

// ClaimsOf reads the claims of a token. It verifies nothing; the service does that. A claim
// of an unexpected type counts as absent and does not affect the others. Some tokens are
// opaque, which is an error.
func ClaimsOf(token secrets.Value) fact.Fact[Claims] {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return fact.Missing[Claims](errOpaque)
	}
	var m map[string]json.RawMessage
	payload := base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(strings.TrimRight(parts[1], "=")))
	if json.NewDecoder(payload).Decode(&m) != nil {
		return fact.Missing[Claims](errOpaque)
	}
	return fact.Of(Claims{
		TenantID: text(m["tid"]), AppID: cmp.Or(text(m["appid"]), text(m["azp"])), ObjectID: text(m["oid"]),
		AppName: text(m["app_displayname"]), Roles: list(m["roles"]), Scopes: strings.Fields(text(m["scp"])),
		IdentityType: text(m["idtyp"]), UserName: cmp.Or(text(m["upn"]), text(m["preferred_username"])),
	})
}

func list(raw json.RawMessage) []string {
	var values []json.RawMessage
	_ = json.Unmarshal(raw, &values)
	var out []string
	for _, v := range values {
		if s := text(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}
