package diagnose

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// maxTrusts is how many federated credentials an application may have.
const maxTrusts = 20

// trust is a federated credential as the API and Azure CLI take it.
type trust struct {
	Name      string   `json:"name"`
	Issuer    string   `json:"issuer"`
	Subject   string   `json:"subject"`
	Audiences []string `json:"audiences"`
}

// trustToken adds the federated credential that the token needs, beside what is
// there. Where a new credential would not help it says what does.
func (v *view) trustToken() []result.Remedy {
	t := v.presented().Value
	switch {
	case v.family(aadsts.FederationKey, aadsts.FederationExpression, aadsts.FederationEntraToken):
		return nil
	case v.otherAudience() != "":
		return []result.Remedy{remedy(msg.New("Have the token issued for the audience %s, which is what the federated credential expects.", v.otherAudience()))}
	case t.Issuer == "" || t.Subject == "":
		return []result.Remedy{remedy(msg.New("Add a federated credential with just the issuer, subject and audience of the token; what exists stays valid."))}
	case len(v.trusts()) >= maxTrusts:
		return []result.Remedy{remedy(msg.New("The application has %d federated credentials, and no more are possible: correct one of them, or remove one that nobody uses.", len(v.trusts())))}
	}
	c := trust{Name: v.trustName(t.Subject), Issuer: t.Issuer, Subject: t.Subject, Audiences: []string{v.exchangeAudience()}}
	return []result.Remedy{
		remedy(msg.New("Add a federated credential for this token beside what exists"), v.trustCommands(c)...),
		remedy(msg.New("A new federated credential is known everywhere after some minutes. Then check that it signs in"), result.Typed("spcheck", "diagnose")...),
	}
}

// otherAudience is the audience that a credential expects which agrees with the
// token in issuer and subject: a second one with the same two is not possible. It
// is empty where more than the audience is wrong.
func (v *view) otherAudience() string {
	t := v.presented().Value
	for _, c := range v.trusts() {
		if c.Issuer == t.Issuer && c.Subject == t.Subject && len(c.Audiences) > 0 && !overlap(c.Audiences, t.Audiences) {
			return c.Audiences[0]
		}
	}
	if v.family(aadsts.FederationAudience) {
		return v.exchangeAudience()
	}
	return ""
}

// exchangeAudience is the audience that a federated credential expects in the
// cloud at hand, by the public documentation of workload identity federation.
func (v *view) exchangeAudience() string {
	switch v.Setup.Cloud.Value {
	case "usgov", "usgov-dod":
		return "api://AzureADTokenExchangeUSGov"
	case "china":
		return "api://AzureADTokenExchangeChina"
	}
	return "api://AzureADTokenExchange"
}

// trustName makes a name of the subject: letters, digits and hyphens, unique
// within the application, as Graph requires.
func (v *view) trustName(subject string) string {
	words := strings.FieldsFunc(subject, func(r rune) bool {
		return r > 'z' || !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9')
	})
	name := "trust-" + strings.Join(words, "-")
	name = strings.TrimRight(name[:min(len(name), 100)], "-")
	for slices.ContainsFunc(v.trusts(), func(c objects.Credential) bool { return strings.EqualFold(c.Name, name) }) {
		name += "-2"
	}
	return name
}

// trustCommands adds a federated credential, by Azure CLI where a shell can carry
// its JSON, and by Microsoft Graph's module in PowerShell, which takes no JSON.
func (v *view) trustCommands(c trust) []result.Command {
	id := v.appID()
	if v.sp != nil && v.sp.Type == objects.ManagedIdentity {
		return result.Typed("az", "identity", "federated-credential", "create", "--name", c.Name, "--identity-name", v.sp.DisplayName,
			"--resource-group", "RESOURCE-GROUP", "--issuer", c.Issuer, "--subject", c.Subject, "--audiences", c.Audiences[0])
	}
	if !isGUID(id) {
		return nil
	}
	return append(azTrust(id, c), graphTrust(id, v.objectID(), c)...)
}

// objectID is the application's object ID, empty where it was not read.
func (v *view) objectID() string {
	if v.app == nil || !isGUID(v.app.ID) {
		return ""
	}
	return v.app.ID
}

// azTrust is Azure CLI's command.
func azTrust(id string, c trust) []result.Command {
	parameters, err := json.Marshal(c)
	if err != nil {
		return nil
	}
	return result.Commands(commandline.Document(string(parameters), "az", "ad", "app", "federated-credential", "create", "--id", id, "--parameters")...)
}

// graphTrust is the command of Microsoft Graph's module.
func graphTrust(appID, objectID string, c trust) []result.Command {
	values := []string{c.Name, c.Issuer, c.Subject, c.Audiences[0]}
	if objectID == "" {
		return result.PowerShell(newTrust+"(Get-MgApplicationByAppId -AppId %s).Id"+trustBody, append([]string{appID}, values...)...)
	}
	return result.PowerShell(newTrust+"%s"+trustBody, append([]string{objectID}, values...)...)
}

// The command, and a federated credential as a hash table of PowerShell.
const (
	newTrust  = "New-MgApplicationFederatedIdentityCredential -ApplicationId "
	trustBody = " -BodyParameter @{ name = %q; issuer = %q; subject = %q; audiences = @(%q) }"
)
