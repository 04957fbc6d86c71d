package diagnose

import (
	"encoding/json"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// trustToken says how to make the token acceptable: with a new federated credential,
// beside the existing ones, or without one if that would not help.
func (v *view) trustToken() []result.Remedy {
	t := v.presented().Value
	switch {
	case v.family(aadsts.FederationKey, aadsts.FederationExpression, aadsts.FederationEntraToken):
		return nil
	case v.otherAudience() != "":
		return []result.Remedy{remedy(msg.New("Have the token issued for the audience %s, which is what the federated credential expects.", v.otherAudience()))}
	case t.Issuer == "" || t.Subject == "":
		return []result.Remedy{remedy(msg.New("Add a federated credential with exactly the issuer, subject and audience of the token; existing ones stay valid."))}
	case len(v.trusts()) >= federation.Most:
		return []result.Remedy{remedy(msg.New("The application has %d federated credentials, the maximum: correct one of them, or remove one that nobody uses.", len(v.trusts())))}
	}
	c := federation.Trust{Name: v.trustName(t.Subject), Issuer: t.Issuer, Subject: t.Subject, Audience: v.exchangeAudience()}
	return append(v.addTrust(c),
		remedy(msg.New("It takes a few minutes until a new federated credential is known everywhere. Then check that the sign-in works"), result.Typed("spcheck", "diagnose")...))
}

// addTrust adds a federated credential with spcheck, which tests it, or with other tools.
// That of a managed identity is an Azure resource, which has its own command.
func (v *view) addTrust(c federation.Trust) []result.Remedy {
	id := v.appID()
	if v.sp != nil && v.sp.Type == objects.ManagedIdentity || !objects.IsGUID(id) {
		return []result.Remedy{remedy(msg.New("Add a federated credential for this token; existing ones stay as they are"), v.identityTrust(c)...)}
	}
	return []result.Remedy{
		remedy(msg.New("Add a federated credential for this token and test it; existing credentials stay valid"),
			result.Typed("spcheck", "federate", "--sp", id, "--issuer", c.Issuer, "--subject", c.Subject)...),
		remedy(msg.New("Or add it with another tool"), v.trustCommands(id, c)...),
	}
}

// otherAudience returns the audience of a federated credential with the token's issuer
// and subject, because a second one with the same two is not possible. It is empty if
// more than the audience differs.
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

// exchangeAudience returns the audience of federated credentials in this cloud.
func (v *view) exchangeAudience() string { return federation.Audience(v.Setup.Cloud.Value) }

// trustName returns an unused name for a new federated credential.
func (v *view) trustName(subject string) string {
	var taken []string
	for _, c := range v.trusts() {
		taken = append(taken, c.Name)
	}
	return federation.Name(subject, taken...)
}

// trustCommands uses Azure CLI in shells that can pass JSON, and the Microsoft Graph
// module in PowerShell.
func (v *view) trustCommands(id string, c federation.Trust) []result.Command {
	return append(azTrust(id, c), graphTrust(id, v.objectID(), c)...)
}

// identityTrust returns the command for a managed identity, or nil.
func (v *view) identityTrust(c federation.Trust) []result.Command {
	if v.sp == nil || v.sp.Type != objects.ManagedIdentity {
		return nil
	}
	return result.Typed("az", "identity", "federated-credential", "create", "--name", c.Name, "--identity-name", v.sp.DisplayName,
		"--resource-group", "RESOURCE-GROUP", "--issuer", c.Issuer, "--subject", c.Subject, "--audiences", c.Audience)
}

// objectID returns the application's object ID, or an empty string.
func (v *view) objectID() string {
	if v.app == nil || !objects.IsGUID(v.app.ID) {
		return ""
	}
	return v.app.ID
}

func azTrust(id string, c federation.Trust) []result.Command {
	parameters, err := json.Marshal(struct {
		Name      string   `json:"name"`
		Issuer    string   `json:"issuer"`
		Subject   string   `json:"subject"`
		Audiences []string `json:"audiences"`
	}{c.Name, c.Issuer, c.Subject, []string{c.Audience}})
	if err != nil {
		return nil
	}
	return result.Commands(commandline.Document(string(parameters), "az", "ad", "app", "federated-credential", "create", "--id", id, "--parameters")...)
}

func graphTrust(appID, objectID string, c federation.Trust) []result.Command {
	values := []string{c.Name, c.Issuer, c.Subject, c.Audience}
	if objectID == "" {
		return result.PowerShell(newTrust+"(Get-MgApplicationByAppId -AppId %s).Id"+trustBody, append([]string{appID}, values...)...)
	}
	return result.PowerShell(newTrust+"%s"+trustBody, append([]string{objectID}, values...)...)
}

// The cmdlet, and a federated credential as a PowerShell hash table.
const (
	newTrust  = "New-MgApplicationFederatedIdentityCredential -ApplicationId "
	trustBody = " -BodyParameter @{ name = %q; issuer = %q; subject = %q; audiences = @(%q) }"
)
