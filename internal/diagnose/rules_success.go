package diagnose

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// graphRefuses is a working sign-in while Graph refuses to return users. The cause is the
// one that explain gives for the message. For a missing permission, the token shows more.
func graphRefuses(v *view) []*verdict {
	if !v.works() || !v.Users.Known() || v.Users.Value.Allowed {
		return nil
	}
	m := v.Users.Value.match()
	switch {
	case m == nil && v.Users.Value.Status == 401, m != nil && m.Causes[0].ID == causes.Unknown:
		return one(v.tokenRefused())
	case m == nil || m.Causes[0].ID == causes.PermissionMissing || m.Causes[0].ID == causes.ResourceRoleMissing:
		return one(v.permissionMissing())
	}
	left := slices.DeleteFunc(slices.Clone(m.Causes), func(r aadsts.Ranked) bool { return v.disproved(r.ID) })
	if len(left) == 0 {
		return one(v.tokenRefused())
	}
	var found []*verdict
	for i, r := range left {
		d := possible(r.ID)
		if i == 0 {
			if r.ID == m.Causes[0].ID {
				d = likely(r.ID)
			}
			d.because(msg.New("The sign-in works, but Microsoft Graph refuses to let the application read users, for a reason other than a missing permission: %s", r.Summary)).
				seen(msg.New("answer to GET /users"), v.graphAnswer(Access.words)).
				seen(msg.New("application permissions in the token"), v.tokenRoles())
		}
		d.remedy = r.Remedy
		found = append(found, d)
	}
	return found
}

// tokenRefused is a token that Graph does not accept, for no reason that is known.
func (v *view) tokenRefused() *verdict {
	return possible(causes.Unknown).
		because(msg.New("The sign-in works, but Microsoft Graph does not accept the token. The cause may be a clock, the cloud or continuous access evaluation, but not a missing permission.")).
		seen(msg.New("answer to GET /users"), v.graphAnswer(Access.words))
}

// disproved reports whether what was read contradicts a cause of Graph's refusal: Entra
// issued a token in a tenant, and the service principal is listed.
func (v *view) disproved(id causes.ID) bool {
	switch id {
	case causes.TenantNotGiven:
		return v.token != nil
	case causes.ServicePrincipalMissing:
		return v.sp != nil
	case causes.ServicePrincipalDisabled:
		off := v.switchedOff()
		return off.Known() && !off.Value
	}
	return false
}

// match returns the catalogue's match for Graph's refusal, or nil.
func (a Access) match() *aadsts.Match {
	envelope, err := json.Marshal(map[string]any{"error": map[string]string{"code": a.Code, "message": a.Message}})
	if err != nil {
		return nil
	}
	found, err := aadsts.FindString(string(envelope))
	if err != nil || len(found) == 0 || !isError(found[0]) {
		return nil
	}
	return &found[0]
}

func (a Access) words() string {
	if a.Message == "" {
		return a.Code
	}
	return a.Code + ": " + a.Message
}

// permissionMissing is a token without the permission to read users. If it has one,
// something else is wrong.
func (v *view) permissionMissing() *verdict {
	d := proven(causes.PermissionMissing, v.roleIsMissing()).
		because(msg.New("The sign-in works, but Microsoft Graph does not let this application read users, which a user synchronization needs. Grant it the application permission %s, with admin consent.", "User.Read.All")).
		seen(msg.New("answer to GET /users"), v.graphAnswer(func(a Access) string { return a.Code })).
		seen(msg.New("application permissions in the token"), v.tokenRoles())
	if held := v.readsUsers(); held != "" {
		d.because(msg.New("The sign-in works and the token contains %s, but Microsoft Graph does not let the application read users. The cause may be a policy, a restricted management administrative unit, or a permission that was only just granted.", held))
	}
	return d
}

// graphAnswer shows a part of Graph's refusal to return users.
func (v *view) graphAnswer(show func(Access) string) seen.Value {
	return seen.Text(v.Users, msg.New("Microsoft Graph, HTTP status %d", v.Users.Value.Status), show)
}

func (v *view) tokenRoles() seen.Value {
	return seen.Text(v.token.Roles, msg.New("access token, claim roles"), func(roles []string) string {
		return cmp.Or(strings.Join(roles, ", "), "0")
	})
}

// readsUsers returns the permission in the token that allows reading users, or an empty
// string (Microsoft's permissions reference, GET /users).
func (v *view) readsUsers() string {
	reading := []string{"User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	i := slices.IndexFunc(v.token.Roles.Value, func(role string) bool { return slices.Contains(reading, role) })
	if i < 0 {
		return ""
	}
	return v.token.Roles.Value[i]
}

// otherExpired is a service principal named with --sp, other than the one that signs in,
// without usable credentials.
func otherExpired(v *view) []*verdict {
	if !v.works() || !v.spDiffers || v.shown.sp == nil {
		return nil
	}
	v = v.named()
	if usable, ended := v.count(); usable > 0 || ended == 0 {
		return nil
	}
	d := proven(causes.SecretExpired, v.nothingUsable()).named().
		says(msg.New("No credential of %s is usable.", v.name())).
		because(msg.New("The configured application can sign in, but all credentials of the service principal named with --sp have expired."))
	for _, c := range v.which(v.expired) {
		d.seen(msg.New("expired, stored on %s", objectName(c.StoredOn)), v.entry(c))
	}
	return one(d)
}

// expiring is a working sign-in while a credential expires inside the warning window.
func expiring(v *view) []*verdict {
	if !v.works() || len(graphRefuses(v)) > 0 {
		return nil
	}
	ending := v.named().ending()
	if len(ending) == 0 {
		return nil
	}
	c := ending[0]
	inUse, known := v.match.one()
	why := msg.New("Renew it before that day; the old one and the new one can be valid at the same time.")
	if known && v.match.proven() && !slices.ContainsFunc(ending, func(e objects.Credential) bool { return e.KeyID == inUse.KeyID }) {
		why = msg.New("It is not the configured one. Find out who uses it; if nobody does, remove it.")
	}
	what := msg.New("The sign-in works, but a credential expires on %s, %s.", *c.End, result.When(*c.End, v.now))
	if longer := v.named().outlasting(c); len(longer) > 0 {
		what = msg.New("The sign-in works. A credential expires on %s, %s, and a longer-lived one exists already.", *c.End, result.When(*c.End, v.now))
		why = msg.New("No renewal is needed: switch the product to the longer-lived one, then remove this one.")
	}
	d := proven(causes.SecretExpiring, v.endsSoon(c)).named().says(what).because(why)
	for _, c := range ending {
		d.seen(msg.New("expires within the warning window, stored on %s", objectName(c.StoredOn)), v.named().entry(c))
	}
	return one(d)
}
