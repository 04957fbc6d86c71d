package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

func successRules() []rule { return []rule{permissionMissing, expiring} }

// permissionMissing is a sign-in that works and a directory that stays closed.
func permissionMissing(v *view) []*verdict {
	if v.token == nil || v.refusal != nil || !v.Users.Known() || v.Users.Value.Allowed {
		return nil
	}
	roles := strings.Join(v.token.Roles, ", ")
	if roles == "" {
		roles = "none"
	}
	d := verdictOf(causes.PermissionMissing, result.Proven).
		because(msg.New("The sign-in works, but Microsoft Graph does not let this application read users, as a user synchronization does. It needs the application permission %s, with the consent of an administrator.", "User.Read.All")).
		seen(msg.New("answer to GET /users"), v.Users.Value.Code, msg.New("Microsoft Graph, HTTP status %d", v.Users.Value.Status)).
		seen(msg.New("application permissions in the token"), roles, msg.New("access token, claim roles"))
	return one(d)
}

// expiring is a healthy sign-in with a credential that ends inside the window.
func expiring(v *view) []*verdict {
	if v.token == nil || v.refusal != nil || len(permissionMissing(v)) > 0 {
		return nil
	}
	ending := v.ending()
	if len(ending) == 0 {
		return nil
	}
	c := ending[0]
	d := verdictOf(causes.SecretExpiring, result.Proven).
		says(msg.New("The sign-in works, but a credential ends on %s, in %d days.", *c.End, *c.DaysLeft(v.now))).
		because(msg.New("Renew it before that day; the old and the new one may be valid at the same time."))
	for _, c := range ending {
		d.seenCredential(msg.New("ends within the warning window, on %s", objectName(c.StoredOn)), c)
	}
	return one(d)
}

// ending are the credentials that are valid now and end inside the window, the
// nearest end first.
func (v *view) ending() []objects.Credential {
	var ending []objects.Credential
	for _, c := range v.creds {
		if !c.SAML && c.Status(v.now, v.Within) == result.Expiring {
			ending = append(ending, c)
		}
	}
	slices.SortStableFunc(ending, func(a, b objects.Credential) int { return cmp.Compare(a.End.Unix(), b.End.Unix()) })
	return ending
}
