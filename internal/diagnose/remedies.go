package diagnose

import (
	"slices"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// remedies says what to do about a root cause, with the real IDs filled in.
func (v *view) remedies(d *verdict) []result.Remedy {
	list := v.specific(d.id)
	if r := v.Renewal; r.Known() && !r.Value.State.IsZero() {
		list = append([]result.Remedy{remedy(msg.New("Go on with the renewal that was left unfinished"), same(r.Value.Command)...)}, list...)
	}
	notes := v.productNotes()
	if (len(list) == 0 || !d.remedy.IsZero() || v.fromText) && (d.id != causes.Unknown || len(notes) == 0) {
		list = slices.Insert(list, 0, remedy(v.advice(d)))
	}
	for _, note := range notes {
		list = append(list, remedy(note))
	}
	return list
}

// advice is the sentence that explain prints for the cause: of the code's entry
// where the code allows the cause, else the cause's own.
func (v *view) advice(d *verdict) msg.Text {
	if !d.remedy.IsZero() {
		return d.remedy
	}
	if v.refusal != nil {
		for _, r := range v.refusal.Causes {
			if r.ID == d.id {
				return r.Remedy
			}
		}
	}
	generic, _ := causes.Lookup(d.id)
	return generic.Remedy
}

func (v *view) specific(id causes.ID) []result.Remedy {
	switch id {
	case causes.SecretExpired, causes.SecretRemoved, causes.SecretExpiring:
		if !v.listed() {
			return append([]result.Remedy{v.look()}, v.renewal()...)
		}
		return v.renewal()
	case causes.SecretDamaged:
		return v.enterAgain()
	case causes.WrongCloud:
		return v.otherCloud()
	case causes.ClientIDMistaken:
		return v.rightClientID()
	case causes.SecretSuperseded:
		return append([]result.Remedy{v.enterNewer()}, v.renewal()...)
	case causes.SecretIsKeyID:
		return append([]result.Remedy{remedy(msg.New("Enter the value of the secret. It was shown only once, when the secret was made; if nobody kept it, add a new one"))}, v.renewal()...)
	case causes.SecretWrong:
		if v.listed() {
			return v.renewal()
		}
		return append([]result.Remedy{v.look()}, v.renewal()...)
	case causes.SecretNotPropagated:
		return []result.Remedy{remedy(msg.New("Wait a few minutes, then check again; nothing has to be changed."), same("spcheck diagnose")...)}
	case causes.ServicePrincipalMissing:
		return v.createPrincipal()
	case causes.ServicePrincipalDisabled:
		return v.enablePrincipal()
	case causes.PermissionMissing:
		return v.grant("User.Read.All", "df021288-bdef-4463-88db-98f22de89214")
	case causes.AppNotFound:
		return v.findApp()
	case causes.CertificateNotRegistered, causes.CertificateExpired, causes.CertificateWrongApp:
		return v.uploadCertificate()
	}
	return nil
}

// remedy is one thing to do. The title of one with commands leads to them.
func remedy(title msg.Text, commands ...result.Command) result.Remedy {
	if len(commands) == 0 {
		return result.Remedy{Title: title, Commands: []result.Command{}}
	}
	return result.Remedy{Title: msg.New("%s:", title), Commands: commands}
}

func linked(r result.Remedy, link string) result.Remedy {
	r.Link = &link
	return r
}

// same is a command that every shell takes as it stands: words without quotes.
func same(command string) []result.Command {
	return []result.Command{{Shell: "sh", Command: command}, {Shell: "powershell", Command: command}, {Shell: "cmd", Command: command}}
}

// sh and cmdExe are commands that PowerShell would read otherwise: there an @
// before a word splats a variable.
func sh(command string) result.Command     { return result.Command{Shell: "sh", Command: command} }
func cmdExe(command string) result.Command { return result.Command{Shell: "cmd", Command: command} }

// powerShell is a command for PowerShell, such as one of Microsoft Graph's module.
func powerShell(command string) result.Command {
	return result.Command{Shell: "powershell", Command: command}
}

// renewal adds a secret, has it entered, checks it, and only then removes the
// old one.
func (v *view) renewal() []result.Remedy {
	if v.Setup.Kind == objects.Certificate || len(forbidden(v)) > 0 {
		return v.uploadCertificate()
	}
	return slices.Concat(
		v.addSecret(),
		[]result.Remedy{remedy(msg.New("Enter the new value where the product keeps its client secret, then check that it signs in"), same("spcheck diagnose")...)},
		v.removeOld())
}

// addSecret adds without removing: by spcheck, which stores the value and proves
// that it signs in, or by other tools. The application is the place where the
// portal shows it; a service principal without an application here holds its
// own.
func (v *view) addSecret() []result.Remedy {
	id := v.appID()
	if !isGUID(id) {
		return []result.Remedy{remedy(msg.New("Add a new secret to the application; what exists stays valid"))}
	}
	byTool := remedy(msg.New("Or add it by another tool, and enter the value where the product keeps its client secret"), v.addCommands(id)...)
	return []result.Remedy{
		remedy(msg.New("Add a new secret, store it in a file and prove that it signs in; what exists stays valid"), same("spcheck renew-secret --sp "+id+" --to file:new-secret.txt")...),
		byTool,
	}
}

func (v *view) addCommands(id string) []result.Command {
	if v.listed() && v.app == nil {
		commands := same("az ad sp credential reset --id " + id + " --append --years 1")
		if v.sp != nil {
			commands = append(commands, powerShell("Add-MgServicePrincipalPassword -ServicePrincipalId "+v.sp.ID))
		}
		return commands
	}
	commands := same("az ad app credential reset --id " + id + " --append --years 1")
	if v.app != nil {
		commands = append(commands, powerShell("Add-MgApplicationPassword -ApplicationId "+v.app.ID))
	}
	return commands
}

// removeOld names the ended credential that may go once the new one signs in.
func (v *view) removeOld() []result.Remedy {
	old, known := v.expiredSecret()
	if !known || !isGUID(old.KeyID) || !isGUID(v.appID()) {
		return nil
	}
	return []result.Remedy{remedy(msg.New("Once that works, remove the ended credential"),
		same("spcheck remove-secret --sp "+v.appID()+" --key-id "+old.KeyID)...)}
}

func (v *view) enterNewer() result.Remedy {
	for _, c := range v.newerThanExpired() {
		return remedy(msg.New("Enter the value of the newer secret %s, which is stored on %s and valid. It cannot be read back; if nobody kept it, add another one",
			credentialName(c), objectName(c.StoredOn)))
	}
	return remedy(msg.New("Enter the value of the newer secret. It cannot be read back; if nobody kept it, add another one"))
}

// look has the credentials listed by somebody who can.
func (v *view) look() result.Remedy {
	title := msg.New("See which credentials the application has, by a reader that may read it, and compare their first characters")
	if !isGUID(v.appID()) {
		return remedy(title)
	}
	return remedy(title, same("spcheck list-secrets --sp "+v.appID()+" --reader azure-cli")...)
}

func (v *view) createPrincipal() []result.Remedy {
	title := msg.New("Create the service principal in the tenant, or have an administrator of the tenant consent to the application")
	if !isGUID(v.appID()) {
		return []result.Remedy{remedy(title)}
	}
	return []result.Remedy{remedy(title, append(same("az ad sp create --id "+v.appID()), powerShell("New-MgServicePrincipal -AppId "+v.appID()))...)}
}

func (v *view) enablePrincipal() []result.Remedy {
	title := msg.New("Find out who disabled the service principal and why, then enable it")
	if v.sp == nil || !isGUID(v.sp.ID) {
		return []result.Remedy{remedy(title)}
	}
	return []result.Remedy{remedy(title, append(same("az ad sp update --id "+v.sp.ID+" --set accountEnabled=true"),
		powerShell("Update-MgServicePrincipal -ServicePrincipalId "+v.sp.ID+" -AccountEnabled:$true"))...)}
}

// grant gives an application permission of Microsoft Graph; role is its ID.
func (v *view) grant(permission, role string) []result.Remedy {
	id := v.appID()
	title := msg.New("Have an administrator grant the application permission %s", permission)
	if !isGUID(id) {
		return []result.Remedy{remedy(title)}
	}
	const graphAppID = "00000003-0000-0000-c000-000000000000"
	commands := append(same("az ad app permission add --id "+id+" --api "+graphAppID+" --api-permissions "+role+"=Role"),
		same("az ad app permission admin-consent --id "+id)...)
	if v.sp != nil {
		commands = append(commands,
			powerShell("$graph = Get-MgServicePrincipal -Filter \"appId eq '"+graphAppID+"'\""),
			powerShell("New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId "+v.sp.ID+" -PrincipalId "+v.sp.ID+" -ResourceId $graph.Id -AppRoleId "+role))
	}
	return []result.Remedy{
		linked(remedy(title, commands...), "https://learn.microsoft.com/graph/permissions-reference"),
		remedy(msg.New("A token that was issued before keeps its old permissions for about an hour: restart the product or wait.")),
		remedy(msg.New("If this application does not synchronize users, leave this check out"), same("spcheck diagnose --skip-sync")...),
	}
}

func (v *view) findApp() []result.Remedy {
	list := []result.Remedy{remedy(msg.New("Compare the client ID with the application's overview page in the portal (Application (client) ID), and the tenant with its Directory (tenant) ID."))}
	if isGUID(v.appID()) {
		list = append(list, remedy(msg.New("If the application belongs to another tenant, use that tenant, or create its service principal in this one"),
			append(same("az ad sp create --id "+v.appID()), powerShell("New-MgServicePrincipal -AppId "+v.appID()))...))
	}
	return list
}

func (v *view) uploadCertificate() []result.Remedy {
	title := msg.New("Upload the public certificate to the application (Certificates & secrets); what exists stays valid")
	if !isGUID(v.appID()) {
		return []result.Remedy{remedy(title)}
	}
	file := "new-certificate.pem"
	made := remedy(msg.New("Make a new certificate with its private key, if there is none yet"),
		same("openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj /CN=spcheck -keyout new-key.pem -out "+file)...)
	upload := "az ad app credential reset --id " + v.appID() + " --append --cert "
	return []result.Remedy{made, remedy(title, sh(upload+"@"+file), powerShell(upload+"'@"+file+"'"), cmdExe(upload+"@"+file)),
		remedy(msg.New("Put certificate and key where the product reads them, then check that they sign in"), same("spcheck diagnose")...)}
}

// productNotes are what the recognised product asks to be done, such as where
// MailStore keeps the secret.
func (v *view) productNotes() []msg.Text {
	if !v.Text.Known() {
		return nil
	}
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

// enterAgain says what is wrong with the value, by the damage that matters most.
func (v *view) enterAgain() []result.Remedy {
	list := []result.Remedy{remedy(msg.New("Enter the secret's value again, just as it was shown when it was made, and keep it from the shell and from variable substitution."))}
	if damages := v.shape().Damages; len(damages) > 0 {
		list = append(list, remedy(msg.New("What is wrong with the configured value: %s (%s).", damages[0].Text, damages[0].Where)))
	}
	return append(list, remedy(msg.New("Then check that it signs in"), same("spcheck diagnose")...))
}

func (v *view) otherCloud() []result.Remedy {
	if cloud := v.homeCloud(); cloud != "" {
		return []result.Remedy{remedy(msg.New("Use the tenant's own cloud, in the product too"), same("spcheck diagnose --cloud "+cloud)...)}
	}
	return []result.Remedy{remedy(msg.New("Use the tenant's own cloud (--cloud usgov, usgov-dod or china), in the product too."))}
}

func (v *view) rightClientID() []result.Remedy {
	if n := v.Namesake; n.Known() && n.Value != nil && isGUID(n.Value.AppID) {
		return []result.Remedy{remedy(msg.New("Use the application (client) ID of %q, in the product too", n.Value.DisplayName), same("spcheck diagnose --client-id "+n.Value.AppID)...)}
	}
	return []result.Remedy{remedy(msg.New("Take the application (client) ID from the overview page of the app registration in the portal, and enter it in the product."))}
}
