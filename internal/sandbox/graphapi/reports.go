package graphapi

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// credentialUse is a row of the credential activity report: the last use of one
// key. A key that was never used has no row.
type credentialUse struct {
	keyID, origin, appID, kind string
	last                       time.Time
	principal                  string // object ID
}

// id of a row. Source: Microsoft's documentation of the report.
func (u credentialUse) id() string {
	return base64.StdEncoding.EncodeToString([]byte(u.keyID + "|" + u.origin))
}

// publicOnly hides the reports from tenants of national clouds, which lack them.
func publicOnly(s *scene) error {
	if err := premium(s); err != nil {
		return err
	}
	if s.tenant.Cloud != "" && s.tenant.Cloud != "public" {
		return noSegment(s.path[len(s.path)-1].text)
	}
	return nil
}

// credentialUses gathers the report from the successful sign-ins.
func credentialUses(s *scene) []credentialUse {
	var out []credentialUse
	at := map[string]int{}
	for _, e := range s.tenant.SignIns {
		if e.KeyID == "" || e.ErrorCode != 0 {
			continue
		}
		id := e.KeyID + "|" + e.Origin
		i, seen := at[id]
		if !seen {
			i = len(out)
			at[id] = i
			out = append(out, newCredentialUse(e))
		}
		if e.Time.After(out[i].last) {
			out[i].last = e.Time
		}
	}
	return out
}

func newCredentialUse(e directory.SignIn) credentialUse {
	u := credentialUse{keyID: e.KeyID, origin: e.Origin, appID: e.AppID, kind: "clientSecret", last: e.Time, principal: e.ServicePrincipalID}
	if u.origin == "" {
		u.origin = "application"
	}
	if e.CredentialType == "clientAssertion" || e.CredentialType == "certificate" {
		u.kind = "certificate"
	}
	return u
}

// application is the object ID of the key's application, nil where there is none.
func (u credentialUse) application(s *scene) any {
	if a := s.tenant.ApplicationByAppID(u.appID); a != nil {
		return a.ID
	}
	return nil
}

// period is when the key is valid, as far as it still exists. It is looked up for the
// rows that are answered only: a large tenant has thousands of others.
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

func credentialUseType() *entity[credentialUse] {
	one := func(name string, get func(credentialUse) any) []property[credentialUse] {
		return []property[credentialUse]{{name: name, get: func(_ *scene, u credentialUse) any { return get(u) }}}
	}
	return &entity[credentialUse]{
		name: "appCredentialSignInActivity",
		filters: []filterable[credentialUse]{
			{path: "keyId", basic: opEq, get: func(_ *scene, u credentialUse) any { return u.keyID }},
			{path: "appId", basic: opEq, get: func(_ *scene, u credentialUse) any { return u.appID }},
		},
		sortable: []string{"keyId", "appId", "createdDateTime", "expirationDateTime"},
		properties: join(
			one("id", func(u credentialUse) any { return u.id() }),
			one("keyId", func(u credentialUse) any { return u.keyID }),
			one("keyType", func(u credentialUse) any { return u.kind }),
			constant[credentialUse]("verify", false, "keyUsage"),
			one("appId", func(u credentialUse) any { return u.appID }),
			[]property[credentialUse]{{name: "appObjectId", get: func(s *scene, u credentialUse) any { return u.application(s) }}},
			one("servicePrincipalObjectId", func(u credentialUse) any { return orNull(u.principal) }),
			constant[credentialUse](directory.GraphAppID, false, "resourceId"),
			one("credentialOrigin", func(u credentialUse) any { return u.origin }),
			[]property[credentialUse]{{name: "createdDateTime", get: func(s *scene, u credentialUse) any { start, _ := u.period(s); return pointerTime(start) }}},
			[]property[credentialUse]{{name: "expirationDateTime", get: func(s *scene, u credentialUse) any { _, end := u.period(s); return pointerTime(end) }}},
			one("signInActivity", func(u credentialUse) any { return activity(u.last, u.id()) }),
		),
	}
}

// activity is a signInActivity; a zero time makes one of nulls.
func activity(last time.Time, of string) object {
	var request any
	if !last.IsZero() {
		request = directory.StableID("request " + of)
	}
	return object{
		{"lastSignInDateTime", timeOrNull(last)}, {"lastSignInRequestId", request},
		{"lastNonInteractiveSignInDateTime", nil}, {"lastNonInteractiveSignInRequestId", nil},
	}
}

func listCredentialActivity(s *scene) (*response, error) {
	if err := publicOnly(s); err != nil {
		return nil, err
	}
	return listing[credentialUse]{items: credentialUses(s), entity: s.srv.types.credentialUse, context: "reports/appCredentialSignInActivities", cost: 1}.answer(s)
}

func getCredentialActivity(s *scene) (*response, error) {
	if err := publicOnly(s); err != nil {
		return nil, err
	}
	for _, u := range credentialUses(s) {
		if u.id() == s.keys[0].text {
			return one(s, s.srv.types.credentialUse, u, "reports/appCredentialSignInActivities")
		}
	}
	return nil, notFound(s.keys[0].text)
}

// appUse is a row of the report on service principals: the last sign-in of an
// application, failed ones included.
type appUse struct {
	appID string
	last  time.Time
}

func appUses(s *scene) []appUse {
	var out []appUse
	at := map[string]int{}
	for _, e := range s.tenant.SignIns {
		id := strings.ToLower(e.AppID)
		i, seen := at[id]
		if !seen {
			i = len(out)
			at[id] = i
			out = append(out, appUse{appID: e.AppID})
		}
		if e.Time.After(out[i].last) {
			out[i].last = e.Time
		}
	}
	return out
}

func appUseType() *entity[appUse] {
	one := func(name string, get func(appUse) any) []property[appUse] {
		return []property[appUse]{{name: name, get: func(_ *scene, u appUse) any { return get(u) }}}
	}
	return &entity[appUse]{
		name:     "servicePrincipalSignInActivity",
		filters:  []filterable[appUse]{{path: "appId", basic: opEq, get: func(_ *scene, u appUse) any { return u.appID }}},
		sortable: []string{"appId"},
		properties: join(
			one("id", func(u appUse) any { return base64.StdEncoding.EncodeToString([]byte(u.appID)) }),
			one("appId", func(u appUse) any { return u.appID }),
			constant[appUse](activity(time.Time{}, ""), false, "delegatedClientSignInActivity", "delegatedResourceSignInActivity"),
			one("applicationAuthenticationClientSignInActivity", func(u appUse) any { return activity(u.last, u.appID) }),
			constant[appUse](activity(time.Time{}, ""), false, "applicationAuthenticationResourceSignInActivity"),
			one("lastSignInActivity", func(u appUse) any { return activity(u.last, u.appID) }),
		),
	}
}

func listAppActivity(s *scene) (*response, error) {
	if err := publicOnly(s); err != nil {
		return nil, err
	}
	return listing[appUse]{items: appUses(s), entity: s.srv.types.appUse, context: "reports/servicePrincipalSignInActivities", cost: 1}.answer(s)
}
