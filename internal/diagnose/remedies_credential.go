package diagnose

import (
	"encoding/json"
	"slices"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// anotherSecret replaces a secret that cannot be used: with the value of a valid one if
// the application has one, and otherwise with a new one.
func (v *view) anotherSecret(id causes.ID) []result.Remedy {
	list := v.enterValid()
	switch {
	case id == causes.SecretIsKeyID:
		list = []result.Remedy{remedy(msg.New("Enter the value of the secret. It was shown only once, when the secret was created; if nobody kept it, add a new secret"))}
	case !v.listed():
		list = []result.Remedy{v.look()}
	}
	return append(list, v.renewal()...)
}

// useOther names the application that the configured credential belongs to, if only one was
// found.
func (v *view) useOther(d *verdict) []result.Remedy {
	found := v.elsewhere()
	if len(found) != 1 || !objects.IsGUID(found[0].AppID) {
		return []result.Remedy{remedy(v.advice(d))}
	}
	return []result.Remedy{remedy(msg.New("If the product is to sign in as %q, configure the client ID of that application, in the product too", found[0].DisplayName),
		result.Typed("spcheck", "diagnose", "--client-id", found[0].AppID)...)}
}

// enterValid names a valid credential of the application.
func (v *view) enterValid() []result.Remedy {
	keys := v.which(func(c objects.Credential) bool { return c.Kind == objects.Certificate && v.usable(c) })
	if v.whole().Known() && len(keys) > 0 && len(v.passwords(anyCredential)) == 0 {
		return []result.Remedy{remedy(msg.New("The application signs in with a certificate: %s. Configure that certificate and its private key in the product; add a secret only if the product needs one", keys[0].Label()))}
	}
	valid := v.newerThanExpired()
	if len(valid) == 0 {
		valid = v.passwords(v.usable)
	}
	refused := func(c objects.Credential) bool { return c.KeyID == valid[0].KeyID }
	if len(valid) == 0 || len(valid) == 1 && slices.ContainsFunc(v.match.sure, refused) {
		return nil
	}
	c := valid[0]
	return []result.Remedy{remedy(msg.New("Enter the value of the valid secret %s, which is stored on %s. It cannot be read from Entra; add another secret only if nobody has kept the value",
		c.Label(), objectName(c.StoredOn)))}
}

// renewal adds a secret, tests it, and only then removes the old one.
func (v *view) renewal() []result.Remedy {
	switch {
	case v.keyless():
		return v.kindRemedies()
	case v.Setup.Kind == objects.Certificate, len(forbidden(v)) > 0:
		return v.renewCertificate()
	}
	return slices.Concat(
		v.addSecret(),
		[]result.Remedy{remedy(msg.New("Enter the new value where the product stores its client secret, then check that it works"), result.Typed("spcheck", "diagnose")...)},
		v.removeOld())
}

// addSecret adds a secret with spcheck, which stores and tests it, or with other tools.
// It is added to the application, where the portal shows it, or to a service principal
// without an application in this tenant.
func (v *view) addSecret() []result.Remedy {
	id := v.appID()
	if !objects.IsGUID(id) {
		return []result.Remedy{remedy(msg.New("Add a new secret to the application; existing secrets stay valid"))}
	}
	return []result.Remedy{
		remedy(msg.New("Add a new secret, store it in a file and check that it works; existing secrets stay valid"), result.Typed("spcheck", "renew-secret", "--sp", id, "--to", "file:new-secret.txt")...),
		remedy(msg.New("Or add it with another tool, and enter the value where the product stores its client secret"), v.addCommands(id)...),
	}
}

func (v *view) addCommands(id string) []result.Command {
	if v.listed() && v.app == nil {
		commands := result.Typed("az", "ad", "sp", "credential", "reset", "--id", id, "--append", "--years", "1")
		if v.sp != nil && objects.IsGUID(v.sp.ID) {
			commands = append(commands, result.PowerShell("Add-MgServicePrincipalPassword -ServicePrincipalId %s", v.sp.ID)...)
		}
		return commands
	}
	commands := result.Typed("az", "ad", "app", "credential", "reset", "--id", id, "--append", "--years", "1")
	if v.app != nil && objects.IsGUID(v.app.ID) {
		commands = append(commands, result.PowerShell("Add-MgApplicationPassword -ApplicationId %s", v.app.ID)...)
	}
	return commands
}

// removeOld removes the expired credential after the new one works.
func (v *view) removeOld() []result.Remedy {
	old, known := v.expiredSecret()
	if !known {
		return nil
	}
	return v.remove(msg.New("Once that works, remove the expired credential"), old)
}

func (v *view) remove(title msg.Text, c objects.Credential) []result.Remedy {
	if c.Kind != objects.Password || !objects.IsGUID(c.KeyID) || !objects.IsGUID(v.appID()) {
		return nil
	}
	return []result.Remedy{remedy(title, result.Typed("spcheck", "remove-secret", "--sp", v.appID(), "--key-id", c.KeyID)...)}
}

// beforeExpiry considers the application's other credentials: one that expires later
// should be used instead of a new one, and one that nobody uses should be removed.
func (v *view) beforeExpiry() []result.Remedy {
	ending := v.ending()
	if len(ending) == 0 {
		return v.renewal()
	}
	c := ending[0]
	inUse, known := v.match.one()
	longer := v.outlasting(c)
	switch {
	case known && v.match.proven() && inUse.KeyID != c.KeyID && inUse.StoredOn != "":
		return append([]result.Remedy{remedy(msg.New("The configured credential is %s, and stays valid. Find out who uses %s, and switch them to one that expires later", inUse.Label(), c.Label()))},
			v.remove(msg.New("Remove it once nobody uses it any more"), c)...)
	case len(longer) > 0:
		return append([]result.Remedy{
			remedy(msg.New("The application already has one that expires later: %s. Switch the product to it, then check that the product can sign in", longer[0].Label()), result.Typed("spcheck", "diagnose")...)},
			v.remove(msg.New("Then remove this one"), c)...)
	case c.Kind == objects.Certificate:
		return v.renewCertificate()
	}
	return v.renewal()
}

// look lists the credentials with another reader, or checks again if no reader can help.
func (v *view) look() result.Remedy {
	if step, ok := v.readAgain(); ok {
		return step
	}
	title := msg.New("List the credentials of the application, with a reader that may read it, and compare their first characters")
	if !objects.IsGUID(v.appID()) {
		return remedy(title)
	}
	return remedy(title, result.Typed("spcheck", "list-secrets", "--sp", v.appID(), "--reader", "azure-cli")...)
}

// renewCertificate creates and adds a certificate, with spcheck or with other tools.
func (v *view) renewCertificate() []result.Remedy {
	byHand := v.uploadCertificate()
	if !objects.IsGUID(v.appID()) {
		return byHand
	}
	return append([]result.Remedy{remedy(msg.New("Create a new certificate, add it and check that it works, in one step; existing certificates stay valid"),
		result.Typed("spcheck", "renew-certificate", "--sp", v.appID(), "--to", "pem:certificate-with-key.pem")...)}, byHand...)
}

// registerCertificate uploads the configured certificate, or adds a new one.
func (v *view) registerCertificate() []result.Remedy {
	if !v.Certificate.Known() || !objects.IsGUID(v.appID()) {
		return v.uploadCertificate()
	}
	const file = "public-certificate.pem"
	upload := append(result.Typed("openssl", "x509", "-in", "configured-certificate.pem", "-out", file),
		result.Typed("az", "ad", "app", "credential", "reset", "--id", v.appID(), "--append", "--cert", "@"+file)...)
	return []result.Remedy{
		remedy(msg.New("If the configured certificate is the right one, upload its public part; existing certificates stay valid"), upload...),
		v.renewCertificate()[0],
	}
}

func (v *view) uploadCertificate() []result.Remedy {
	title := msg.New("Upload the public certificate to the application (Certificates & secrets); existing certificates stay valid")
	if !objects.IsGUID(v.appID()) {
		return []result.Remedy{remedy(title)}
	}
	const file = "new-certificate.pem"
	return []result.Remedy{
		remedy(msg.New("Create a new certificate and private key, if you do not have one yet"),
			result.Typed("openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days", "365", "-subj", "/CN=spcheck", "-keyout", "new-key.pem", "-out", file)...),
		remedy(title, result.Typed("az", "ad", "app", "credential", "reset", "--id", v.appID(), "--append", "--cert", "@"+file)...),
		remedy(msg.New("Put the certificate and key where the product reads them, then check that the sign-in works"), result.Typed("spcheck", "diagnose")...),
	}
}

// reenterSecret names the first damage of the value.
func (v *view) reenterSecret() []result.Remedy {
	list := []result.Remedy{remedy(msg.New("Enter the secret's value again, exactly as it was shown when it was created, and make sure that neither a shell nor variable substitution alters it."))}
	if damages := v.shape().Damages; len(damages) > 0 {
		list = append(list, remedy(msg.New("What is wrong with the configured value: %s (%s).", damages[0].Text, damages[0].Where)))
	}
	return append(list, remedy(msg.New("Then check that the sign-in works"), result.Typed("spcheck", "diagnose")...))
}

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
	var taken []string
	for _, c := range v.trusts() {
		taken = append(taken, c.Name)
	}
	c := federation.Trust{Name: federation.Name(t.Subject, taken...), Issuer: t.Issuer, Subject: t.Subject,
		Audience: federation.Audience(v.Setup.Cloud.Value)}
	return append(v.addTrust(c),
		remedy(msg.New("It takes a few minutes until a new federated credential is known everywhere. Then check that the sign-in works"), result.Typed("spcheck", "diagnose")...))
}

// addTrust adds a federated credential with spcheck, which tests it, or with other tools.
// That of a managed identity is an Azure resource, which has its own command.
func (v *view) addTrust(c federation.Trust) []result.Remedy {
	id := v.appID()
	identity := v.sp != nil && v.sp.Type == objects.ManagedIdentity
	if identity || !objects.IsGUID(id) {
		var commands []result.Command
		if identity {
			commands = result.Typed("az", "identity", "federated-credential", "create", "--name", c.Name, "--identity-name", v.sp.DisplayName,
				"--resource-group", "RESOURCE-GROUP", "--issuer", c.Issuer, "--subject", c.Subject, "--audiences", c.Audience)
		}
		return []result.Remedy{remedy(msg.New("Add a federated credential for this token; existing ones stay as they are"), commands...)}
	}
	return []result.Remedy{
		remedy(msg.New("Add a federated credential for this token and test it; existing credentials stay valid"),
			result.Typed("spcheck", "federate", "--sp", id, "--issuer", c.Issuer, "--subject", c.Subject)...),
		remedy(msg.New("Or add it with another tool"), append(azTrust(id, c), v.graphTrust(id, c)...)...),
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
		return federation.Audience(v.Setup.Cloud.Value)
	}
	return ""
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

func (v *view) graphTrust(id string, c federation.Trust) []result.Command {
	const (
		add  = "New-MgApplicationFederatedIdentityCredential -ApplicationId "
		body = " -BodyParameter @{ name = %q; issuer = %q; subject = %q; audiences = @(%q) }"
	)
	if v.app != nil && objects.IsGUID(v.app.ID) {
		return result.PowerShell(add+"%s"+body, v.app.ID, c.Name, c.Issuer, c.Subject, c.Audience)
	}
	return result.PowerShell(add+"(Get-MgApplicationByAppId -AppId %s).Id"+body, id, c.Name, c.Issuer, c.Subject, c.Audience)
}
