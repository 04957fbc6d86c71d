package diagnose

import (
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

func clientRules() []rule { return []rule{clientIDMistaken, appNotFound} }

// appRefused reports whether Entra did not know the client ID: 700016, its
// older spelling 70001, its relative 700011, and 700038 for what is no
// application identifier at all.
func (v *view) appRefused() bool { return v.is("700016", "70001", "700011", "700038") }

// UnknownClientID reports whether Entra did not know the client ID that was sent,
// so that it may be the ID of something else.
func UnknownClientID(f *Facts) bool {
	v := newView(f)
	return v.appRefused() && !v.fromText
}

func clientIDMistaken(v *view) []*verdict {
	if v.fromText || !v.appRefused() {
		return nil
	}
	why, source := v.mistakenFor()
	if why.IsZero() {
		return nil
	}
	c := v.Setup.ClientID
	d := verdictOf(causes.ClientIDMistaken, result.Proven).says(msg.New("What is configured as client ID is not one.")).because(why).
		seen(msg.New("configured client ID"), c.Value, fromConfiguration(c.Origin))
	if n := v.Namesake; n.Known() && n.Value != nil {
		d.seen(msg.New("the application (client) ID of %q", n.Value.DisplayName), n.Value.AppID, source)
	}
	return one(v.answered(d))
}

// mistakenFor says what stands in the place of the client ID, and how that is
// known.
func (v *view) mistakenFor() (why, source msg.Text) {
	c := v.Setup.ClientID
	switch id := strings.ToLower(c.Value); {
	case !isGUID(id):
		return notAGUID(c.Value), fromConfiguration(c.Origin)
	case id == zeroGUID:
		return msg.New("The client ID is the all-zero GUID: the setting was never filled."), fromConfiguration(c.Origin)
	case id == strings.ToLower(v.Setup.Tenant.Value):
		return msg.New("The client ID is the tenant ID: the two settings hold the same GUID."), fromConfiguration(v.Setup.Tenant.Origin)
	case v.SignIn.Known() && id == strings.ToLower(v.SignIn.Value.TenantID):
		return msg.New("The client ID is the ID of the tenant %s.", v.Setup.Tenant.Value), msg.New("OpenID discovery document, field issuer")
	case v.Namesake.Known() && v.Namesake.Value != nil:
		return v.Namesake.Value.explain(), fromDirectory(v.Namesake.Value.Kind, "id")
	}
	return msg.Text{}, msg.Text{}
}

func notAGUID(id string) msg.Text {
	switch {
	case strings.Contains(id, "://"):
		return msg.New("The client ID is a URI. It must be the application (client) ID, a GUID.")
	case strings.Count(id, "-") == 4 && len(id) != 36:
		return msg.New("The client ID looks like a GUID with %d characters; a GUID has 36.", len(id))
	}
	return msg.New("The client ID is no GUID: it looks like a placeholder or a name.")
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

func appNotFound(v *view) []*verdict {
	if v.fromText || !v.is("700016", "70001", "700011") {
		return nil
	}
	c := v.Setup.ClientID
	d := verdictOf(causes.AppNotFound, result.Proven).
		because(msg.New("The client ID is well-formed, but the tenant has no application of that ID: it belongs to another tenant, was deleted, or was mistyped.")).
		seen(msg.New("configured client ID"), c.Value, fromConfiguration(c.Origin))
	if v.sp != nil {
		// Graph contradicts the token endpoint: a replica may be behind.
		d.certainty = result.Likely
		d.because(msg.New("Entra refuses the client ID, yet Microsoft Graph lists a service principal for it. It may have been created or restored minutes ago.")).
			seen(msg.New("a service principal of that client ID exists"), v.sp.ID, fromDirectory("servicePrincipal", "appId"))
	}
	return one(v.answered(d))
}
