package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// integratedTag marks service principals that the portal lists as enterprise
// applications.
const integratedTag = "WindowsAzureActiveDirectoryIntegratedApp"

func (b *builder) app(t *directory.Tenant, spec *app) error {
	appID := b.id(spec.AppID, "app", t.ID, spec.Name)
	if _, taken := b.apps[spec.Name]; !taken {
		b.apps[spec.Name] = appID
	} else if spec.AppID == "" {
		// Two of one name, on purpose: the second needs an ID of its own.
		appID = b.id("", "app", t.ID, spec.Name, fmt.Sprint(len(t.ServicePrincipals)))
	}
	application := application{}
	if spec.Application != nil {
		application = *spec.Application
	}
	audience := orElse(application.Audience, "AzureADMyOrg")
	if spec.Only != "servicePrincipal" {
		if err := b.application(t, spec, application, appID, audience); err != nil {
			return fmt.Errorf("application: %w", err)
		}
	}
	if spec.Only != "application" && !application.Deleted.set {
		if err := b.servicePrincipal(t, spec, application, appID, audience); err != nil {
			return fmt.Errorf("servicePrincipal: %w", err)
		}
	}
	return nil
}

func (b *builder) application(t *directory.Tenant, spec *app, a application, appID, audience string) error {
	out := &directory.Application{
		ID: b.id(a.ID, "application", appID), AppID: appID, DisplayName: spec.Name, SignInAudience: audience,
		IdentifierURIs: a.URIs, PublicClient: a.PublicClient, Disabled: a.Disabled,
		Created: a.Created.at(b.now, t.Created.Add(24*time.Hour)),
	}
	if a.DisabledByMicrosoft {
		out.DisabledByMicrosoftStatus = "DisabledDueToViolationOfServicesAgreement"
	}
	if a.Locked {
		out.Lock = &directory.Lock{Enabled: true, AllProperties: true}
	}
	for i, f := range a.Federated {
		out.Federated = append(out.Federated, directory.Federated{
			ID: b.id("", "federated", appID, fmt.Sprint(i)), Name: f.Name, Issuer: f.Issuer, Subject: f.Subject,
			Audiences: []string{orElse(f.Audience, "api://AzureADTokenExchange")},
		})
	}
	out.Owners, out.Notes = b.owners(t, a.Owners), a.Notes
	if a.Owned {
		out.Owners = append(out.Owners, b.servicePrincipalID(t, spec, appID))
	}
	if a.Deleted.set {
		out.DeletedAt = a.Deleted.at(b.now, b.now)
		t.Deleted = append(t.Deleted, out)
	} else {
		t.Applications = append(t.Applications, out)
	}
	at := place{origin: "application", id: out.ID, name: spec.Name, appID: appID, servicePrincipalID: b.servicePrincipalID(t, spec, appID)}
	return b.credentials(t, &out.Credentials, at, a.Passwords, a.Certificates)
}

func (b *builder) servicePrincipalID(t *directory.Tenant, spec *app, appID string) string {
	if spec.ServicePrincipal != nil && spec.ServicePrincipal.ID != "" {
		return spec.ServicePrincipal.ID
	}
	return b.id("", "servicePrincipal", t.ID, appID)
}

func (b *builder) servicePrincipal(t *directory.Tenant, spec *app, a application, appID, audience string) error {
	p := servicePrincipal{}
	if spec.ServicePrincipal != nil {
		p = *spec.ServicePrincipal
	}
	out := &directory.ServicePrincipal{
		ID: b.servicePrincipalID(t, spec, appID), AppID: appID, DisplayName: spec.Name, Type: orElse(p.Type, "Application"),
		Enabled: p.Enabled == nil || *p.Enabled, OwnerTenant: orElse(p.OwnerTenant, t.ID),
		Names: append([]string{appID}, append(a.URIs, p.Names...)...), SignInAudience: audience,
		Created: p.Created.at(b.now, t.Created.Add(24*time.Hour)), Roles: p.Roles, DirectoryRoles: p.DirectoryRoles,
		BlockedByPolicy: p.Blocked, AssignmentRequired: p.AssignmentRequired, PreferredSSOMode: p.SSO,
	}
	switch out.Type {
	case "Application":
		out.Tags = []string{integratedTag}
	case "Legacy":
		out.OwnerTenant, out.SignInAudience = p.OwnerTenant, ""
	}
	if p.DisabledByMicrosoft {
		out.DisabledByMicrosoftStatus = "DisabledDueToViolationOfServicesAgreement"
	}
	out.Owners, out.Notes = b.owners(t, p.Owners), p.Notes
	if a.Owned {
		out.Owners = append(out.Owners, out.ID)
	}
	if p.Blocked {
		t.AccessPolicy = &directory.AccessPolicy{ID: b.id("", "accessPolicy", t.ID), Name: "Service principals only from the office",
			Except: []string{b.id("", "location", t.ID)}}
	}
	t.ServicePrincipals = append(t.ServicePrincipals, out)
	at := place{origin: "servicePrincipal", id: out.ID, name: spec.Name, appID: appID, servicePrincipalID: out.ID}
	if err := b.credentials(t, &out.Credentials, at, p.Passwords, p.Certificates); err != nil {
		return err
	}
	for _, c := range p.Certificates {
		if made := b.clients[c.As]; c.Active && made != nil {
			out.SigningThumbprint = fmt.Sprintf("%X", made.Thumbprint())
		}
	}
	return nil
}

// place is the object that holds credentials.
type place struct{ origin, id, name, appID, servicePrincipalID string }

func (b *builder) credentials(t *directory.Tenant, to *directory.Credentials, at place, passwords []password, certificates []certificate) error {
	for i, p := range passwords {
		out, err := b.password(p, at.appID, at.origin+fmt.Sprint(i))
		if err != nil {
			return fmt.Errorf("password %d: %w", i+1, err)
		}
		if p.Removed.set {
			gone := p.Removed.at(b.now, b.now)
			out.Removed = &gone
			if !slices.ContainsFunc(p.Log, func(e logged) bool { return e.Entry == "removed" }) {
				t.Audits = append(t.Audits, at.removal(out, p.RemovedBy))
			}
		}
		to.Passwords = append(to.Passwords, out)
		if p.LastUsed.set {
			t.SignIns = append(t.SignIns, b.lastUse(p, out, at))
		}
		if p.LastRefused.set {
			entry := b.lastUse(p, out, at)
			entry.Time, entry.ErrorCode, entry.Token = p.LastRefused.at(b.now, b.now), 7000222, ""
			t.SignIns = append(t.SignIns, entry)
		}
		b.log(t, at, noted{id: out.KeyID, name: out.DisplayName, kind: "clientSecret"}, p.Log)
	}
	for i, c := range certificates {
		key, err := b.certificate(c, at.appID, at.origin+fmt.Sprint(i))
		if err != nil {
			return fmt.Errorf("certificate %d: %w", i+1, err)
		}
		if !c.Unregistered {
			to.Keys = append(to.Keys, key)
		}
		b.log(t, at, noted{id: key.KeyID, name: key.DisplayName, keyType: key.Type, kind: "certificate"}, c.Log)
		if key.Usage == "Sign" {
			b.signing(to, key, at, fmt.Sprint(i))
		}
	}
	return nil
}

// signing adds what is next to a certificate that signs SAML tokens: an entry to
// verify with the same identifier, and the password of its key under the same key ID.
// Source: Microsoft's documentation of addTokenSigningCertificate.
func (b *builder) signing(to *directory.Credentials, key directory.Key, at place, number string) {
	verify := key
	verify.KeyID, verify.Usage, verify.Type = b.id("", "verify", at.id, number), "Verify", "AsymmetricX509Cert"
	to.Keys = append(to.Keys, verify)
	to.Passwords = append(to.Passwords, directory.Password{KeyID: key.KeyID, CustomKeyIdentifier: key.CustomKeyIdentifier,
		Start: key.Start, End: key.End, DisplayName: key.DisplayName})
}

// removal is the audit log's entry about a password that was taken off.
func (p place) removal(gone directory.Password, by string) directory.Audit {
	activity := directory.AuditRemoved
	if p.origin == "application" {
		activity = directory.AuditApplication
	}
	return directory.Audit{Time: *gone.Removed, Activity: activity, TargetID: p.id, TargetName: p.name,
		KeyID: gone.KeyID, KeyName: gone.DisplayName, Actor: by}
}

// lastUse is the entry that the activity report knows a key's last use from.
func (b *builder) lastUse(p password, out directory.Password, at place) directory.SignIn {
	entry := directory.SignIn{
		Time: p.LastUsed.at(b.now, b.now), AppID: at.appID, KeyID: out.KeyID, CredentialType: "clientSecret",
		Origin: at.origin, ServicePrincipalID: at.servicePrincipalID, IPAddress: "203.0.113.24", Token: b.id("", "token", out.KeyID)[:22],
	}
	return entry
}

func (b *builder) password(p password, appID, place string) (directory.Password, error) {
	value := p.Secret
	if value == "" {
		var err error
		if value, err = generate(orElse(p.Generate, current), b.s.Name+"/"+appID+"/"+place+"/"+p.As); err != nil {
			return directory.Password{}, err
		}
	}
	if p.As != "" {
		b.passwords[p.As] = value
	}
	out := directory.Password{
		KeyID: b.id(p.KeyID, "password", appID, place), DisplayName: p.Name, Secret: value,
		Start: p.Start.bound(b.now, b.now.AddDate(-1, 0, 0)), End: p.End.end(b.now, b.now.AddDate(1, 0, 0)),
	}
	// Graph knows a hint of secrets that it made itself only.
	if p.Secret == "" && !p.NoHint {
		out.Hint = value[:3]
	}
	if p.OldName != "" {
		out.CustomKeyIdentifier = utf16LE(p.OldName)
	}
	if p.Added.set {
		out.Added = p.Added.at(b.now, b.now)
	}
	return out, nil
}

// utf16LE is how the portal wrote names into customKeyIdentifier.
func utf16LE(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// Usages and types of keyCredentials by what a file says.
var (
	keyUsages = map[string]string{"": "Verify", "verify": "Verify", "sign": "Sign", "encrypt": "Encrypt"}
	keyTypes  = map[string]string{"": "AsymmetricX509Cert", "verify": "AsymmetricX509Cert", "sign": "X509CertAndPassword", "encrypt": "AsymmetricX509Cert"}
)

func (b *builder) certificate(c certificate, appID, place string) (directory.Key, error) {
	start, end := c.Start.bound(b.now, b.now.AddDate(0, -6, 0)), c.End.end(b.now, b.now.AddDate(1, 0, 0))
	if start == nil || end == nil {
		return directory.Key{}, fmt.Errorf("a certificate needs a start and an end")
	}
	name := orElse(c.Name, "CN=spcheck sandbox client")
	key, err := b.keys.Next()
	if err != nil {
		return directory.Key{}, err
	}
	made, err := pki.NewClient(key, strings.TrimPrefix(name, "CN="), *start, c.CertificateEnd.at(b.now, *end))
	if err != nil {
		return directory.Key{}, err
	}
	if c.As != "" {
		b.clients[c.As] = made
	}
	thumbprint := made.Thumbprint()
	return directory.Key{
		KeyID: b.id(c.KeyID, "certificate", appID, place), DisplayName: name, Type: keyTypes[c.Usage], Usage: keyUsages[c.Usage],
		CustomKeyIdentifier: thumbprint[:], Start: start, End: end, Certificate: made.Certificate.Raw,
	}, nil
}
