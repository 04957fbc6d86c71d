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
		remedy(msg.New("A new federated credential is known everywhere after some minutes. Then check that it signs in"), typed("spcheck", "diagnose")...),
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
		return typed("az", "identity", "federated-credential", "create", "--name", c.Name, "--identity-name", v.sp.DisplayName,
			"--resource-group", "RESOURCE-GROUP", "--issuer", c.Issuer, "--subject", c.Subject, "--audiences", c.Audiences[0])
	}
	if !isGUID(id) {
		return nil
	}
	commands := azTrust(id, c)
	if line, ok := graphTrust(id, v.objectID(), c); ok {
		commands = append(commands, powerShell(line))
	}
	return commands
}

// objectID is the application's object ID, empty where it was not read.
func (v *view) objectID() string {
	if v.app == nil || !isGUID(v.app.ID) {
		return ""
	}
	return v.app.ID
}

// azTrust is Azure CLI's command. In cmd a quote inside of the JSON is written \",
// as the C runtime of the programs reads it; what cmd itself would read is left
// out. Windows PowerShell loses such quotes on the way.
func azTrust(id string, c trust) []result.Command {
	parameters, err := json.Marshal(c)
	if err != nil {
		return nil
	}
	words := []string{"az", "ad", "app", "federated-credential", "create", "--id", id, "--parameters"}
	var commands []result.Command
	if line, ok := commandline.Join(commandline.Sh, append(words, string(parameters))...); ok {
		commands = append(commands, result.Command{Shell: string(commandline.Sh), Command: line})
	}
	if head, ok := commandline.Join(commandline.Cmd, words...); ok && !strings.ContainsAny(string(parameters), `%!^&|<>\`) {
		commands = append(commands, result.Command{Shell: string(commandline.Cmd),
			Command: head + ` "` + strings.ReplaceAll(string(parameters), `"`, `\"`) + `"`})
	}
	return commands
}

// graphTrust is the command of Microsoft Graph's module; false where a value
// cannot be written safely.
func graphTrust(appID, objectID string, c trust) (string, bool) {
	application := objectID
	if application == "" {
		application = "(Get-MgApplication -Filter \"appId eq '" + appID + "'\").Id"
	}
	var values []string
	for _, value := range []string{c.Name, c.Issuer, c.Subject, c.Audiences[0]} {
		quoted, ok := literal(value)
		if !ok {
			return "", false
		}
		values = append(values, quoted)
	}
	return "New-MgApplicationFederatedIdentityCredential -ApplicationId " + application + " -BodyParameter @{ name = " + values[0] +
		"; issuer = " + values[1] + "; subject = " + values[2] + "; audiences = @(" + values[3] + ") }", true
}

// literal is a value as a literal string of PowerShell.
func literal(value string) (string, bool) {
	line, ok := commandline.Join(commandline.PowerShell, value)
	if ok && !strings.HasPrefix(line, "'") {
		line = "'" + line + "'"
	}
	return line, ok
}
