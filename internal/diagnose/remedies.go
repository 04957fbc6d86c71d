package diagnose

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// remedies says what to do about a root cause, with the real IDs filled in.
func (v *view) remedies(d *verdict) []result.Remedy {
	list := v.specific(d)
	if r := v.Renewal; r.Known() && !r.Value.State.IsZero() {
		list = append([]result.Remedy{remedy(msg.New("Continue the unfinished renewal"), result.Typed(r.Value.Command...)...)}, list...)
	}
	notes := v.productNotes()
	if v.needsAdvice(d, len(list), len(notes)) {
		list = slices.Insert(list, 0, remedy(v.advice(d)))
	}
	for _, note := range notes {
		list = append(list, remedy(note))
	}
	return v.byWhom(list)
}

// needsAdvice reports whether the general sentence of the cause comes before the specific
// steps and the product's notes. Before a secret expires, it would only repeat the steps.
func (v *view) needsAdvice(d *verdict, steps, notes int) bool {
	switch {
	case v.keyless(), d.connection, d.id == causes.Unknown && notes > 0:
		return false
	case steps == 0:
		return true
	}
	return d.id != causes.SecretExpiring && (!d.remedy.IsZero() || v.fromText)
}

// byWhom says who can make the changes if the reader may only read.
func (v *view) byWhom(list []result.Remedy) []result.Remedy {
	changing := regexp.MustCompile(`^spcheck (renew-|remove-|federate )`)
	changes := func(c result.Command) bool { return changing.MatchString(c.Command) }
	i := slices.IndexFunc(list, func(r result.Remedy) bool { return slices.ContainsFunc(r.Commands, changes) })
	if i >= 0 && v.Reader.ReadsOnly {
		who := remedy(msg.New("The reader %s may only read. The changes below need an owner of the application or an Application Administrator: sign in with az login and add --reader azure-cli, or ask an administrator to grant the reader the permission Application.ReadWrite.OwnedBy and make it an owner", v.Reader.Name))
		return slices.Insert(list, i, who)
	}
	return list
}

// advice returns the general sentence: that of the code's entry for this cause, or else
// that of the cause.
func (v *view) advice(d *verdict) msg.Text {
	if !d.remedy.IsZero() {
		return d.remedy
	}
	if v.refusal != nil {
		if i := slices.IndexFunc(v.refusal.Causes, func(r aadsts.Ranked) bool { return r.ID == d.id }); i >= 0 {
			return v.refusal.Causes[i].Remedy
		}
	}
	generic, _ := causes.Lookup(d.id)
	return generic.Remedy
}

// specific returns the steps for these facts. It never suggests creating what exists: a
// secret if a valid one is listed, a listed object, or a granted permission.
func (v *view) specific(d *verdict) []result.Remedy {
	switch {
	case d.product:
		return v.forProduct(d)
	case d.connection:
		return v.reconnect(d)
	}
	switch id := d.id; id {
	case causes.PrincipalKindMismatch:
		if v.keyless() {
			return v.kindRemedies()
		}
	case causes.SecretExpired, causes.SecretRemoved, causes.SecretWrong, causes.SecretSuperseded, causes.SecretIsKeyID:
		return v.anotherSecret(id)
	case causes.SecretNotYetValid:
		return append([]result.Remedy{remedy(msg.New("Wait until the start date, then check again, or use a secret that is valid now"), result.Typed("spcheck", "diagnose")...)},
			v.anotherSecret(id)...)
	case causes.SecretOfOtherApp:
		return append(v.useOther(d), v.anotherSecret(id)...)
	case causes.SecretExpiring:
		return v.beforeExpiry()
	case causes.ConditionalAccess:
		return v.unblock()
	case causes.AppDisabled:
		return v.reactivate()
	case causes.AppDeleted:
		return v.restore()
	case causes.FederationMismatch:
		return v.trustToken()
	case causes.SecretDamaged:
		return v.reenterSecret()
	case causes.SecretNotPropagated:
		return []result.Remedy{remedy(msg.New("Wait a few minutes, then check again; you do not have to change anything"), result.Typed("spcheck", "diagnose")...)}
	case causes.TenantNotFound, causes.TenantMalformed, causes.TenantNotGiven:
		return v.rightTenant()
	case causes.WrongCloud:
		return v.otherCloud()
	case causes.ClientIDMistaken:
		return v.rightClientID()
	case causes.ServicePrincipalMissing:
		return v.regain()
	case causes.ServicePrincipalDisabled:
		return v.enablePrincipal()
	case causes.PermissionMissing:
		return v.grant("User.Read.All", "df021288-bdef-4463-88db-98f22de89214")
	case causes.AppNotFound:
		return v.findApp()
	case causes.CertificateExpired:
		return v.renewCertificate()
	case causes.CertificateNotRegistered:
		return v.registerCertificate()
	case causes.CertificateWrongApp:
		return append(v.useOther(d), v.registerCertificate()...)
	}
	return nil
}

// forProduct says what to do if the product fails but the configured credential works:
// use that credential in the product.
func (v *view) forProduct(d *verdict) []result.Remedy {
	if !d.id.Is(causes.Secret) {
		if r := v.reported; r.Causes[0].ID == d.id && d.id != causes.PermissionMissing {
			return []result.Remedy{remedy(r.Causes[0].Remedy)}
		}
		return v.grant("User.Read.All", "df021288-bdef-4463-88db-98f22de89214")
	}
	list := []result.Remedy{remedy(msg.New("Configure the credential that works here (%s) in the product, then restart the product.", v.Setup.Origin.Text()))}
	if used, known := v.productUses(); known {
		list = append(list, v.remove(msg.New("Once the product can sign in, remove the expired credential"), used)...)
	}
	return list
}

// remedy returns one step. With commands, its title ends in a colon, otherwise in a full
// stop.
func remedy(title msg.Text, commands ...result.Command) result.Remedy {
	switch {
	case len(commands) > 0:
		return result.Remedy{Title: msg.New("%s:", title), Commands: commands}
	case !strings.HasSuffix(title.String(), "."):
		title = msg.New("%s.", title)
	}
	return result.Advice(title)
}

// productNotes are hints about the recognised product, such as where MailStore stores the
// secret.
func (v *view) productNotes() []msg.Text {
	var notes []msg.Text
	seen := map[string]bool{}
	for _, m := range v.Text.Value {
		for _, n := range slices.Concat(m.Places(), m.Notes) {
			if !seen[n.String()] {
				seen[n.String()] = true
				notes = append(notes, n)
			}
		}
	}
	return notes
}

// principalCommands create the service principal, if it does not exist.
func (v *view) principalCommands() []result.Command {
	if !objects.IsGUID(v.appID()) || v.sp != nil {
		return nil
	}
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

// grant says how to grant an application permission of Microsoft Graph. role is its ID. A
// permission in the token is not granted again.
func (v *view) grant(permission, role string) []result.Remedy {
	id := v.appID()
	if v.token != nil && (v.readsUsers() != "" || v.Users.Value.Allowed) {
		return []result.Remedy{remedy(msg.New("The token contains %s. Find out which request is refused, and look up the permission it needs in the Microsoft Graph reference. If only some objects are affected, check administrative units, application access policies and licences.",
			strings.Join(v.token.Roles.Value, ", ")))}
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
	add := remedy(title, commands...)
	add.Link = new("https://learn.microsoft.com/graph/permissions-reference")
	return []result.Remedy{
		add,
		remedy(msg.New("Tokens issued earlier keep their old permissions for about an hour: restart the product, or wait.")),
		remedy(msg.New("If this application does not synchronize users, skip this check"), result.Typed("spcheck", "diagnose", "--skip-sync")...),
	}
}

func (v *view) findApp() []result.Remedy {
	list := []result.Remedy{remedy(msg.New("Compare the client ID and the tenant with the application's overview page in the portal (“Application (client) ID” and “Directory (tenant) ID”)."))}
	if create := v.principalCommands(); len(create) > 0 {
		list = append(list, remedy(msg.New("If the application belongs to another tenant, use that tenant, or create its service principal in this one"), create...))
	}
	return list
}

func (v *view) otherCloud() []result.Remedy {
	if cloud := v.homeCloud(); cloud != "" {
		return []result.Remedy{remedy(msg.New("Use the tenant's own cloud, in the product too"), result.Typed("spcheck", "diagnose", "--cloud", cloud)...)}
	}
	return []result.Remedy{remedy(msg.New("Use the tenant's own cloud (--cloud usgov, usgov-dod or china), in the product too."))}
}

// rightTenant names the tenant that was probably meant, if it is known.
func (v *view) rightTenant() []result.Remedy {
	meant := v.Subscription.Value
	if m := v.Meant.Value; meant == "" && m.Name != "" && (m.Tenant.Value != "" || !m.Tenant.Known()) {
		meant = m.Name
	}
	if o := v.Organization.Value; meant == "" && v.appID() != "" && v.shown.appID() == v.appID() && objects.IsGUID(o.ID) && v.tenantUnread().Value {
		return []result.Remedy{remedy(msg.New("The reader found the application in the tenant %s (%s). If it is to sign in there, use that tenant, in the product too", o.ID, o.DisplayName),
			result.Typed("spcheck", "diagnose", "--tenant", o.ID)...)}
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
	if n := v.Namesake; n.Value != nil && objects.IsGUID(n.Value.AppID) {
		return []result.Remedy{remedy(msg.New("Use the application (client) ID of %q, in the product too", n.Value.DisplayName), result.Typed("spcheck", "diagnose", "--client-id", n.Value.AppID)...)}
	}
	return []result.Remedy{remedy(msg.New("Take the application (client) ID from the overview page of the app registration in the portal, and enter it in the product."))}
}
