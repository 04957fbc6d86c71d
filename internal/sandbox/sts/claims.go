package sts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const (
	// tokenLifetime is the service's default.
	tokenLifetime = time.Hour
	// issuedEarly is how long iat and nbf are before the issue time (from decoded tokens
	// of the service).
	issuedEarly = 5 * time.Minute
	// noDirectoryRole is the value of wids for callers without directory roles.
	noDirectoryRole = "0997a1d0-0d1d-4acb-b408-d5ca73121e90"
)

// appClaims are the claims of an access token, in the service's order. ver is 1.0
// although the token comes from the v2.0 endpoint, because it depends on the resource.
type appClaims struct {
	Audience    string   `json:"aud"`
	Issuer      string   `json:"iss"`
	IssuedAt    int64    `json:"iat"`
	NotBefore   int64    `json:"nbf"`
	Expiry      int64    `json:"exp"`
	AIO         string   `json:"aio"`
	DisplayName string   `json:"app_displayname"`
	AppID       string   `json:"appid"`
	AppACR      string   `json:"appidacr"` // 1 secret, 2 certificate or assertion, 0 none
	FamilyName  string   `json:"family_name,omitempty"`
	GivenName   string   `json:"given_name,omitempty"`
	IdP         string   `json:"idp,omitempty"`
	IDType      string   `json:"idtyp"` // app or user
	Name        string   `json:"name,omitempty"`
	ObjectID    string   `json:"oid"`
	RH          string   `json:"rh"`
	Roles       []string `json:"roles,omitempty"` // absent where none is granted
	Scope       string   `json:"scp,omitempty"`   // of a user's token
	Subject     string   `json:"sub"`
	RegionScope string   `json:"tenant_region_scope,omitempty"`
	TenantID    string   `json:"tid"`
	UniqueName  string   `json:"unique_name,omitempty"`
	UPN         string   `json:"upn,omitempty"`
	UTI         string   `json:"uti"`
	Version     string   `json:"ver"`
	WIDs        []string `json:"wids"`
	Created     int64    `json:"xms_tcdt,omitempty"`
	Residence   string   `json:"xms_tdbr,omitempty"`
}

// newClaims returns the claims that all access tokens of a tenant have.
func newClaims(t *directory.Tenant, appID, audience string, now time.Time) appClaims {
	issuer := "https://sts.windows.net/" + t.ID + "/"
	issued := now.Add(-issuedEarly).Unix()
	c := appClaims{
		Audience: audience, Issuer: issuer, IssuedAt: issued, NotBefore: issued,
		Expiry: now.Add(tokenLifetime).Unix(), AIO: opaque(30), AppID: appID,
		RH: "1." + opaque(33), RegionScope: t.RegionScope, TenantID: t.ID,
		UTI: opaque(16), Version: "1.0", WIDs: []string{noDirectoryRole}, Residence: t.RegionScope,
	}
	if !t.Created.IsZero() {
		c.Created = t.Created.Unix()
	}
	return c
}

// appOnly adds the claims for a service principal.
func (c appClaims) appOnly(sp *directory.ServicePrincipal, acr string, roles []string) appClaims {
	c.DisplayName, c.AppACR, c.IDType, c.IdP = sp.DisplayName, acr, "app", c.Issuer
	c.ObjectID, c.Subject, c.Roles = sp.ID, sp.ID, roles
	return c
}

// delegated adds the claims for a user of an application.
func (c appClaims) delegated(u *directory.User, appName, scope string) appClaims {
	c.DisplayName, c.AppACR, c.IDType = appName, "0", "user"
	c.Name, c.ObjectID, c.Scope = u.DisplayName, u.ID, scope
	c.UniqueName, c.UPN = u.UserPrincipalName, u.UserPrincipalName
	// The subject is pairwise: it differs from the object ID and between applications.
	subject := sha256.Sum256([]byte(c.AppID + "/" + u.ID))
	c.Subject = base64.RawURLEncoding.EncodeToString(subject[:])
	// The user is a Global Administrator, who may read and change everything.
	c.WIDs = []string{"62e90394-69f5-4237-9190-012177145e10"}
	return c
}

// opaque returns n random bytes as base64url.
func opaque(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails; it would end the process
	return base64.RawURLEncoding.EncodeToString(b)
}
