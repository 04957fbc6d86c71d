package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

func (v *view) createPrincipal() []result.Remedy {
	title := msg.New("Create the service principal in the tenant, or have an administrator of the tenant consent to the application")
	if !objects.IsGUID(v.appID()) || v.sp != nil {
		return []result.Remedy{remedy(title)}
	}
	return []result.Remedy{remedy(title, v.principalCommands()...)}
}

func (v *view) principalCommands() []result.Command {
	return append(result.Typed("az", "ad", "sp", "create", "--id", v.appID()), result.PowerShell("New-MgServicePrincipal -AppId %s", v.appID())...)
}

func (v *view) enablePrincipal() []result.Remedy {
	title := msg.New("Find out who disabled the service principal and why, then enable it")
	if v.sp == nil || !objects.IsGUID(v.sp.ID) {
		return []result.Remedy{remedy(title)}
	}
	return []result.Remedy{remedy(title, append(result.Typed("az", "ad", "sp", "update", "--id", v.sp.ID, "--set", "accountEnabled=true"),
		result.PowerShell("Update-MgServicePrincipal -ServicePrincipalId %s -AccountEnabled:$true", v.sp.ID)...)...)}
}

// grant gives an application permission of Microsoft Graph; role is its ID. What
// the token holds already is never granted again.
func (v *view) grant(permission, role string) []result.Remedy {
	id := v.appID()
	if v.token != nil && (v.readsUsers() != "" || v.Users.Value.Allowed) {
		return []result.Remedy{remedy(msg.New("The token contains %s. Find out which request is refused, and look up the permission it needs in the Microsoft Graph reference. If only some objects are affected, check administrative units, application access policies and licences.",
			strings.Join(v.token.Roles, ", ")))}
	}
	title := msg.New("Have an administrator grant the application permission %s", permission)
	if !objects.IsGUID(id) {
		return []result.Remedy{remedy(title)}
	}
	const graphAppID = "00000003-0000-0000-c000-000000000000"
	commands := append(result.Typed("az", "ad", "app", "permission", "add", "--id", id, "--api", graphAppID, "--api-permissions", role+"=Role"),
		result.Typed("az", "ad", "app", "permission", "admin-consent", "--id", id)...)
	if v.sp != nil && objects.IsGUID(v.sp.ID) {
		commands = slices.Concat(commands,
			result.PowerShell("$graph = Get-MgServicePrincipalByAppId -AppId %s", graphAppID),
			result.PowerShell("New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId %s -PrincipalId %s -ResourceId $graph.Id -AppRoleId %s", v.sp.ID, v.sp.ID, role))
	}
	return []result.Remedy{
		linked(remedy(title, commands...), "https://learn.microsoft.com/graph/permissions-reference"),
		remedy(msg.New("Tokens issued earlier keep their old permissions for about an hour: restart the product, or wait.")),
		remedy(msg.New("If this application does not synchronize users, skip this check"), result.Typed("spcheck", "diagnose", "--skip-sync")...),
	}
}

func (v *view) findApp() []result.Remedy {
	list := []result.Remedy{remedy(msg.New("Compare the client ID and the tenant with the application's overview page in the portal (“Application (client) ID” and “Directory (tenant) ID”)."))}
	if objects.IsGUID(v.appID()) && v.sp == nil {
		list = append(list, remedy(msg.New("If the application belongs to another tenant, use that tenant, or create its service principal in this one"), v.principalCommands()...))
	}
	return list
}

func (v *view) otherCloud() []result.Remedy {
	if cloud := v.homeCloud(); cloud != "" {
		return []result.Remedy{remedy(msg.New("Use the tenant's own cloud, in the product too"), result.Typed("spcheck", "diagnose", "--cloud", cloud)...)}
	}
	return []result.Remedy{remedy(msg.New("Use the tenant's own cloud (--cloud usgov, usgov-dod or china), in the product too."))}
}

// rightTenant names the tenant that was meant, where that is known.
func (v *view) rightTenant() []result.Remedy {
	meant := v.Subscription.Value
	if m := v.Meant.Value; meant == "" && m.Name != "" && (m.Tenant.Value != "" || !m.Tenant.Known()) {
		meant = m.Name
	}
	if meant == "" {
		return nil
	}
	return []result.Remedy{remedy(msg.New("Use the tenant %s, in the product too", meant), result.Typed("spcheck", "diagnose", "--tenant", meant)...)}
}

func (v *view) rightClientID() []result.Remedy {
	t, c := v.Setup.Tenant, v.Setup.ClientID
	if len(swapped(v)) > 0 && objects.IsGUID(t.Value) {
		return []result.Remedy{remedy(msg.New("Swap the two settings, in the product too, and check"), result.Typed("spcheck", "diagnose", "--tenant", c.Value, "--client-id", t.Value)...)}
	}
	if id := near.GUID(c.Value); id != "" {
		return []result.Remedy{remedy(msg.New("Use the GUID alone, in the product too"), result.Typed("spcheck", "diagnose", "--client-id", id)...)}
	}
	if n := v.Namesake; n.Known() && n.Value != nil && objects.IsGUID(n.Value.AppID) {
		return []result.Remedy{remedy(msg.New("Use the application (client) ID of %q, in the product too", n.Value.DisplayName), result.Typed("spcheck", "diagnose", "--client-id", n.Value.AppID)...)}
	}
	return []result.Remedy{remedy(msg.New("Take the application (client) ID from the overview page of the app registration in the portal, and enter it in the product."))}
}
