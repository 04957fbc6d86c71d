package graphapi

import (
	"cmp"
	"encoding/base64"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// credentialUse is a row of the credential activity report: the last use of a key. An
// unused key has no row.
type credentialUse struct {
	keyID, origin, appID, kind string
	last                       time.Time
	principal                  string // object ID
}

// id returns the ID of the row. Source: Microsoft's documentation of the report.
func (u credentialUse) id() string {
	return base64.StdEncoding.EncodeToString([]byte(u.keyID + "|" + u.origin))
}

// publicOnly refuses tenants of national clouds, which do not have the reports.
func publicOnly(s *scene) error {
	if err := premium(s); err != nil {
		return err
	}
	if s.tenant.Cloud != "" && s.tenant.Cloud != "public" {
		return noSegment(s.path[len(s.path)-1].text)
	}
	return nil
}

// credentialUses computes the report from the successful sign-ins.
func credentialUses(s *scene) []credentialUse {
	return latest(s.tenant.SignIns, func(e directory.SignIn) (string, bool) {
		return e.KeyID + "|" + e.Origin, e.KeyID != "" && e.ErrorCode == 0
	}, func(e directory.SignIn, last time.Time) credentialUse {
		u := credentialUse{keyID: e.KeyID, origin: cmp.Or(e.Origin, "application"), appID: e.AppID, kind: "clientSecret", last: last, principal: e.ServicePrincipalID}
		if e.CredentialType == "clientAssertion" || e.CredentialType == "certificate" {
			u.kind = "certificate"
		}
		return u
	})
}

// latest groups sign-ins by key. It makes a row of the first of each group and the time
// of the last.
func latest[T any](all []directory.SignIn, key func(directory.SignIn) (string, bool), row func(directory.SignIn, time.Time) T) []T {
	var firsts []directory.SignIn
	last := map[string]time.Time{}
	for _, e := range all {
		k, counts := key(e)
		if !counts {
			continue
		}
		at, seen := last[k]
		if !seen {
			firsts = append(firsts, e)
		}
		if !seen || e.Time.After(at) {
			last[k] = e.Time
		}
	}
	var out []T
	for _, e := range firsts {
		k, _ := key(e)
		out = append(out, row(e, last[k]))
	}
	return out
}

// application returns the object ID of the key's application, nil if there is none.
func (u credentialUse) application(s *scene) any {
	if a := s.tenant.ApplicationByAppID(u.appID); a != nil {
		return a.ID
	}
	return nil
}

// period returns when the key is valid, if it still exists. It is only computed for rows
// of the answer, since a large tenant has thousands.
func (u credentialUse) period(s *scene) (start, end *time.Time) {
	if a := s.tenant.ApplicationByAppID(u.appID); a != nil {
		start, end = u.periodIn(&a.Credentials)
	}
	if p := s.tenant.ServicePrincipal(u.principal); p != nil && start == nil && end == nil {
		start, end = u.periodIn(&p.Credentials)
	}
	return start, end
}

func (u credentialUse) periodIn(c *directory.Credentials) (start, end *time.Time) {
	for _, p := range c.Passwords {
		if p.KeyID == u.keyID {
			return p.Start, p.End
		}
	}
	for _, k := range c.Keys {
		if k.KeyID == u.keyID {
			return k.Start, k.End
		}
	}
	return nil, nil
}

func newCredentialUses() *entity[credentialUse] {
	e := &entity[credentialUse]{
		name: "appCredentialSignInActivity", set: "reports/appCredentialSignInActivities", available: publicOnly,
		items:    credentialUses,
		is:       func(u credentialUse, id string) bool { return u.id() == id },
		sortable: []string{"keyId", "appId", "createdDateTime", "expirationDateTime"},
	}
	e.of("id", func(u credentialUse) any { return u.id() })
	e.of("keyId", func(u credentialUse) any { return u.keyID }).by(odata.String, "eq", "")
	e.of("keyType", func(u credentialUse) any { return u.kind })
	e.fixed("verify", "keyUsage")
	e.of("appId", func(u credentialUse) any { return u.appID }).by(odata.String, "eq", "")
	e.computed("appObjectId", func(s *scene, u credentialUse) any { return u.application(s) })
	e.of("servicePrincipalObjectId", func(u credentialUse) any { return u.principal })
	e.fixed(directory.GraphAppID, "resourceId")
	e.of("credentialOrigin", func(u credentialUse) any { return u.origin })
	e.computed("createdDateTime", func(s *scene, u credentialUse) any { start, _ := u.period(s); return orNull(start) })
	e.computed("expirationDateTime", func(s *scene, u credentialUse) any { _, end := u.period(s); return orNull(end) })
	e.of("signInActivity", func(u credentialUse) any { return activity(u.last, u.id()) })
	return e
}

// activity returns a signInActivity; a zero time makes all its members null.
func activity(last time.Time, of string) object {
	var request any
	if !last.IsZero() {
		request = directory.StableID("request " + of)
	}
	return object{
		{"lastSignInDateTime", orNull(last)}, {"lastSignInRequestId", request},
		{"lastNonInteractiveSignInDateTime", nil}, {"lastNonInteractiveSignInRequestId", nil},
	}
}

// appUse is a row of the service principal report: the last sign-in of an application,
// successful or not.
type appUse struct {
	appID string
	last  time.Time
}

func newAppUses() *entity[appUse] {
	e := &entity[appUse]{
		name: "servicePrincipalSignInActivity", set: "reports/servicePrincipalSignInActivities", available: publicOnly,
		items: func(s *scene) []appUse {
			return latest(s.tenant.SignIns, func(e directory.SignIn) (string, bool) { return strings.ToLower(e.AppID), true },
				func(e directory.SignIn, last time.Time) appUse { return appUse{e.AppID, last} })
		},
		sortable: []string{"appId"},
	}
	e.of("id", func(u appUse) any { return base64.StdEncoding.EncodeToString([]byte(u.appID)) })
	e.of("appId", func(u appUse) any { return u.appID }).by(odata.String, "eq", "")
	e.fixed(activity(time.Time{}, ""), "delegatedClientSignInActivity", "delegatedResourceSignInActivity")
	e.of("applicationAuthenticationClientSignInActivity", func(u appUse) any { return activity(u.last, u.appID) })
	e.fixed(activity(time.Time{}, ""), "applicationAuthenticationResourceSignInActivity")
	e.of("lastSignInActivity", func(u appUse) any { return activity(u.last, u.appID) })
	return e
}
