package wire

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
)

// ServicePrincipal reads a service principal.
func ServicePrincipal(o Item) objects.ServicePrincipal {
	sp := objects.ServicePrincipal{
		ID: o.GUID("id"), AppID: o.GUID("appId"), DisplayName: o.Text("displayName"),
		Type: o.Text("servicePrincipalType"), AccountEnabled: o.boolean("accountEnabled"),
		OwnerTenant: o.GUID("appOwnerOrganizationId"), DisabledByMicrosoft: o.Text("disabledByMicrosoftStatus"),
		Names: o.Texts("servicePrincipalNames"), SSOMode: o.Text("preferredSingleSignOnMode"), SigningThumbprint: o.Text("preferredTokenSigningKeyThumbprint"),
		SignInAudience: o.Text("signInAudience"), Tags: o.Texts("tags"), Disabled: o.boolean("isDisabled"),
	}
	if typeOf(o) == "agentIdentity" { // in addition to servicePrincipalType, or instead of it
		sp.Type = objects.AgentIdentity
	}
	sp.Credentials, sp.Problems = Credentials(o, objects.OnServicePrincipal)
	sp.Created, sp.Problems = created(o, sp.Problems)
	return sp
}

// Application reads an application.
func Application(o Item) objects.Application {
	app := objects.Application{
		ID: o.GUID("id"), AppID: o.GUID("appId"), DisplayName: o.Text("displayName"),
		SignInAudience: o.Text("signInAudience"), Disabled: o.boolean("isDisabled"),
		DisabledByMicrosoft: o.Text("disabledByMicrosoftStatus"), PublicClient: o.boolean("isFallbackPublicClient"),
	}
	if l := o.Object("servicePrincipalLockConfiguration"); l != nil {
		app.Lock = &objects.Lock{
			Enabled: l.IsTrue("isEnabled"), AllProperties: l.IsTrue("allProperties"),
			VerifyCredentials: l.IsTrue("credentialsWithUsageVerify"),
		}
	}
	app.Credentials, app.Problems = Credentials(o, objects.OnApplication)
	app.Created, app.Problems = created(o, app.Problems)
	return app
}

// Owner reads an owner. Without a permission for its type, Graph sends only the ID.
func Owner(o Item) objects.Owner {
	return objects.Owner{ID: o.GUID("id"), DisplayName: o.Text("displayName"), Type: typeOf(o), Mail: o.Text("mail"), UserPrincipalName: o.Text("userPrincipalName")}
}

func created(o Item, problems []string) (*time.Time, []string) {
	at, bad := o.When("createdDateTime")
	if bad {
		problems = append(problems, "createdDateTime is malformed")
	}
	if o.Text("id") == "" {
		problems = append(problems, "id is missing")
	}
	return at, problems
}

// typeOf returns the type in @odata.type: "user", "servicePrincipal" or another Graph
// type. It is empty if the property is absent.
func typeOf(o Item) string {
	return strings.TrimPrefix(neutral.Bound(o.Text("@odata.type"), 80), graphType)
}

// graphType is the prefix of Graph's types in @odata.type.
const graphType = "#microsoft.graph."
