package diagnose

import (
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// appRefused reports whether Entra does not know the client ID: 700016, formerly 70001,
// the related 700011, and 700038 for a malformed one.
func (v *view) appRefused() bool { return v.clientUnknown() || v.family(aadsts.ClientMalformed) }

// clientUnknown excludes a 70001 that says that the application is disabled.
func (v *view) clientUnknown() bool {
	return v.family(aadsts.ClientUnknown) && v.refusal.Causes[0].ID != causes.AppDisabled
}

// UnknownClientID reports whether Entra does not know the client ID.
func UnknownClientID(f *Facts) bool {
	v := newView(f)
	return v.appRefused() && !v.fromText
}

func clientIDMistaken(v *view) []*verdict {
	if v.fromText || !v.appRefused() {
		return nil
	}
	why := v.mistakenFor()
	if why.IsZero() {
		return nil
	}
	d := proven(causes.ClientIDMistaken, v.clientUnlisted()).says(msg.New("The configured client ID is not an application (client) ID.")).because(why).
		seen(msg.New("configured client ID"), v.Setup.ClientID.shown())
	if v.ClientIDTenant.Value != "" {
		d.seen(msg.New("the tenant that the client ID names"), seen.String(v.ClientIDTenant, fromDiscovery()))
	}
	if n := v.Namesake; n.Value != nil {
		d.seen(msg.New("the application (client) ID of %q", n.Value.DisplayName),
			seen.Text(known(n.Value), fromDirectory(n.Value.Kind, "appId"), func(n Namesake) string { return n.AppID }))
	}
	return one(v.answered(d))
}

// mistakenFor says what is configured as the client ID, or is zero.
func (v *view) mistakenFor() msg.Text {
	c := v.Setup.ClientID
	switch id := strings.ToLower(c.Value); {
	case !objects.IsGUID(id):
		return notAGUID(c.Value)
	case id == zeroGUID:
		return msg.New("The client ID is the all-zero GUID: the setting was never filled in.")
	case id == strings.ToLower(v.Setup.Tenant.Value):
		return msg.New("The client ID is the tenant ID: both settings have the same GUID.")
	case v.ClientIDTenant.Value != "":
		return msg.New("The client ID is the ID of a tenant, but not of the configured one.")
	case id == strings.ToLower(v.SignIn.Value.TenantID):
		return msg.New("The client ID is the ID of the tenant %s.", v.Setup.Tenant.Value)
	case v.Namesake.Value != nil:
		return v.Namesake.Value.explain()
	}
	return msg.Text{}
}

func notAGUID(id string) msg.Text {
	switch {
	case strings.Contains(id, "://"):
		return msg.New("The client ID is a URI. It must be the application (client) ID, a GUID.")
	case strings.Count(id, "-") == 4 && len(id) != 36:
		return msg.New("The client ID looks like a GUID with %d characters; a GUID has 36.", len(id))
	}
	return msg.New("The client ID is not a GUID: it looks like a placeholder or a name.")
}

func (n *Namesake) explain() msg.Text {
	switch n.Kind {
	case "servicePrincipal":
		return msg.New("This is the object ID of the service principal %q; its application (client) ID is %s.", n.DisplayName, n.AppID)
	case "keyId":
		return msg.New("This is the ID of a credential of %q; the application (client) ID is %s.", n.DisplayName, n.AppID)
	}
	return msg.New("This is the object ID of the application %q; its application (client) ID is %s.", n.DisplayName, n.AppID)
}

// appDeleted is a deleted application. Entra gives the same answer as for one that never
// existed.
func appDeleted(v *view) []*verdict {
	gone := v.Deleted.Value
	if v.fromText || !v.clientUnknown() && !v.family(aadsts.PrincipalMissing) || gone == nil {
		return nil
	}
	d := proven(causes.AppDeleted, v.isDeleted()).
		because(msg.New("The application %q was deleted. A deleted application can be restored for 30 days, with its credentials and permissions.", gone.DisplayName)).
		seen(msg.New("deleted application with the configured client ID"), seen.Text(known(gone), fromDirectory("deletedItems", "appId"),
			func(a objects.Deleted) string { return a.AppID }))
	if gone.At != nil {
		d.says(msg.New("The application was deleted on %s.", *gone.At))
	}
	v.seenDeletion(d, gone)
	return one(v.answered(d))
}

func appNotFound(v *view) []*verdict {
	if v.fromText || !v.clientUnknown() || len(appDeleted(v)) > 0 {
		return nil
	}
	return one(v.answered(proven(causes.AppNotFound, v.clientUnlisted()).
		because(msg.New("The client ID has the right format, but the tenant has no application with that ID: it belongs to another tenant, was deleted, or was mistyped.")).
		seen(msg.New("configured client ID"), v.Setup.ClientID.shown())))
}
