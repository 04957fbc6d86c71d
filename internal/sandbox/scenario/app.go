package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// integratedTag marks enterprise applications in the portal.
const integratedTag = "WindowsAzureActiveDirectoryIntegratedApp"

// tokenExchange is the default audience of federated credentials.
const tokenExchange = "api://AzureADTokenExchange"

func (b *builder) app(t *directory.Tenant, spec *app) error {
	appID := b.id(spec.AppID, "app", t.ID, spec.Name)
	if _, taken := b.apps[spec.Name]; !taken {
		b.apps[spec.Name] = appID
	} else if spec.AppID == "" {
		// Scenarios can have two apps with one name; the second needs another ID.
		appID = b.id("", "app", t.ID, spec.Name, fmt.Sprint(len(t.ServicePrincipals)))
	}
	var a application
	if spec.Application != nil {
		a = *spec.Application
	}
	a.Audience = cmp.Or(a.Audience, "AzureADMyOrg")
	if spec.Only != "servicePrincipal" {
		if err := b.application(t, spec, a, appID); err != nil {
			return fmt.Errorf("application: %w", err)
		}
	}
	if spec.Only != "application" {
		if err := b.servicePrincipal(t, spec, a, appID); err != nil {
			return fmt.Errorf("servicePrincipal: %w", err)
		}
	}
	return nil
}

// object returns what an application and a service principal have in common.
func (b *builder) object(t *directory.Tenant, spec *app, c common, id, appID, audience string) directory.Object {
	o := directory.Object{
		ID: id, AppID: appID, DisplayName: spec.Name, SignInAudience: audience, Owners: b.owners(t, c.Owners), Notes: c.Notes,
		Created: c.Created.at(b.now, t.Created.Add(24*time.Hour)),
	}
	if c.DisabledByMicrosoft {
		o.DisabledByMicrosoftStatus = "DisabledDueToViolationOfServicesAgreement"
	}
	return o
}

func (b *builder) application(t *directory.Tenant, spec *app, a application, appID string) error {
	out := &directory.Application{
		Object:         b.object(t, spec, a.Object, b.id(a.Object.ID, "application", appID), appID, a.Audience),
		IdentifierURIs: a.URIs, PublicClient: a.PublicClient, Disabled: a.Disabled,
	}
	if a.Locked {
		out.Lock = &directory.Lock{Enabled: true, AllProperties: true}
	}
	for i, f := range a.Federated {
		out.Federated = append(out.Federated, directory.Federated{
			ID: b.id("", "federated", appID, fmt.Sprint(i)), Name: f.Name, Issuer: f.Issuer, Subject: f.Subject,
			Audiences: []string{cmp.Or(f.Audience, tokenExchange)},
		})
	}
	if a.Owned {
		out.Owners = append(out.Owners, b.servicePrincipalID(t, spec, appID))
	}
	if a.Deleted.set {
		out.DeletedAt = a.Deleted.at(b.now, b.now)
		t.Deleted = append(t.Deleted, out)
	} else {
		t.Applications = append(t.Applications, out)
	}
	return b.credentials(t, place{&out.Object, "application", b.servicePrincipalID(t, spec, appID)}, a.Object)
}

func (b *builder) servicePrincipalID(t *directory.Tenant, spec *app, appID string) string {
	if spec.ServicePrincipal != nil && spec.ServicePrincipal.Object.ID != "" {
		return spec.ServicePrincipal.Object.ID
	}
	return b.id("", "servicePrincipal", t.ID, appID)
}

func (b *builder) servicePrincipal(t *directory.Tenant, spec *app, a application, appID string) error {
	var p servicePrincipal
	if spec.ServicePrincipal != nil {
		p = *spec.ServicePrincipal
	}
	out := &directory.ServicePrincipal{
		Object:  b.object(t, spec, p.Object, b.servicePrincipalID(t, spec, appID), appID, a.Audience),
		Type:    cmp.Or(p.Type, "Application"),
		Enabled: p.Enabled == nil || *p.Enabled, OwnerTenant: cmp.Or(p.OwnerTenant, t.ID),
		Names: slices.Concat([]string{appID}, a.URIs, p.Names), Roles: p.Roles, DirectoryRoles: p.DirectoryRoles,
		BlockedByPolicy: p.Blocked, AssignmentRequired: p.AssignmentRequired, PreferredSSOMode: p.SSO,
	}
	switch out.Type {
	case "Application":
		out.Tags = []string{integratedTag}
	case "Legacy":
		out.OwnerTenant, out.SignInAudience = p.OwnerTenant, ""
	}
	if a.Owned {
		out.Owners = append(out.Owners, out.ID)
	}
	if p.Blocked {
		t.AccessPolicy = &directory.AccessPolicy{ID: b.id("", "accessPolicy", t.ID), Name: "Service principals only from the office",
			Except: []string{b.id("", "location", t.ID)}}
	}
	if gone := deletion(a, p); gone.set {
		out.DeletedAt = gone.at(b.now, b.now)
		t.DeletedPrincipals = append(t.DeletedPrincipals, out)
	} else {
		t.ServicePrincipals = append(t.ServicePrincipals, out)
	}
	if err := b.credentials(t, place{&out.Object, "servicePrincipal", out.ID}, p.Object); err != nil {
		return err
	}
	for _, c := range p.Object.Certificates {
		if made := b.clients[c.As]; c.Active && made != nil {
			out.SigningThumbprint = fmt.Sprintf("%X", made.Thumbprint())
		}
	}
	return nil
}

// deletion returns when the service principal was deleted: by itself, or with its
// application.
func deletion(a application, p servicePrincipal) when {
	if p.Deleted.set {
		return p.Deleted
	}
	return a.Deleted
}

// place is an object with credentials.
type place struct {
	*directory.Object
	origin             string // application or servicePrincipal, as the reports spell it
	servicePrincipalID string
}

// activity returns the audit log's name for a change of the object's credentials.
func (at place) activity(onPrincipal string) string {
	if at.origin == "application" {
		return directory.AuditApplication
	}
	return onPrincipal
}

func (b *builder) credentials(t *directory.Tenant, at place, c common) error {
	for i, p := range c.Passwords {
		out, err := b.password(p, at.AppID, at.origin+fmt.Sprint(i))
		if err != nil {
			return fmt.Errorf("password %d: %w", i+1, err)
		}
		if p.Removed.set {
			out.Removed = new(p.Removed.at(b.now, b.now))
			if !slices.ContainsFunc(p.Log, func(e logged) bool { return e.Entry == "removed" }) {
				t.Audits = append(t.Audits, directory.Audit{
					Time: *out.Removed, Activity: at.activity(directory.AuditRemoved), TargetID: at.ID, TargetName: at.DisplayName,
					KeyID: out.KeyID, KeyName: out.DisplayName, Actor: p.RemovedBy,
				})
			}
		}
		at.Passwords = append(at.Passwords, out)
		if p.LastUsed.set {
			t.SignIns = append(t.SignIns, b.lastUse(p.LastUsed, out, at))
		}
		if p.LastRefused.set {
			entry := b.lastUse(p.LastRefused, out, at)
			entry.ErrorCode, entry.Token = 7000222, ""
			t.SignIns = append(t.SignIns, entry)
		}
		b.log(t, at, noted{id: out.KeyID, name: out.DisplayName, kind: "clientSecret"}, p.Log)
	}
	for i, c := range c.Certificates {
		key, err := b.certificate(c, at.AppID, at.origin+fmt.Sprint(i))
		if err != nil {
			return fmt.Errorf("certificate %d: %w", i+1, err)
		}
		if !c.Unregistered {
			at.Keys = append(at.Keys, key)
		}
		b.log(t, at, noted{id: key.KeyID, name: key.DisplayName, keyType: key.Type, kind: "certificate"}, c.Log)
		if key.Usage == "Sign" {
			b.signing(key, at, fmt.Sprint(i))
		}
	}
	return nil
}

// signing adds what belongs to a SAML signing certificate: a second entry for
// verification and a password with the same key ID. Source: Microsoft's documentation of
// addTokenSigningCertificate.
func (b *builder) signing(key directory.Key, at place, number string) {
	verify := key
	verify.KeyID, verify.Usage, verify.Type = b.id("", "verify", at.ID, number), "Verify", "AsymmetricX509Cert"
	at.Keys = append(at.Keys, verify)
	at.Passwords = append(at.Passwords, directory.Password{KeyID: key.KeyID, CustomKeyIdentifier: key.CustomKeyIdentifier,
		Start: key.Start, End: key.End, DisplayName: key.DisplayName})
}

// lastUse returns a sign-in for the activity report.
func (b *builder) lastUse(used when, out directory.Password, at place) directory.SignIn {
	return directory.SignIn{
		Time: used.at(b.now, b.now), AppID: at.AppID, KeyID: out.KeyID, CredentialType: "clientSecret",
		Origin: at.origin, ServicePrincipalID: at.servicePrincipalID, IPAddress: "203.0.113.24", Token: b.id("", "token", out.KeyID)[:22],
	}
}

func (b *builder) password(p password, appID, place string) (directory.Password, error) {
	value := p.Secret
	if value == "" {
		var err error
		if value, err = generate(cmp.Or(p.Generate, current), b.s.Name+"/"+appID+"/"+place+"/"+p.As); err != nil {
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
	// Graph only has hints of secrets that it generated.
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

// utf16LE encodes names as the portal did in customKeyIdentifier.
func utf16LE(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// Usages and types of keyCredentials by the usage in a scenario file.
var (
	keyUsages = map[string]string{"": "Verify", "verify": "Verify", "sign": "Sign", "encrypt": "Encrypt"}
	keyTypes  = map[string]string{"": "AsymmetricX509Cert", "verify": "AsymmetricX509Cert", "sign": "X509CertAndPassword", "encrypt": "AsymmetricX509Cert"}
)

func (b *builder) certificate(c certificate, appID, place string) (directory.Key, error) {
	start, end := c.Start.bound(b.now, b.now.AddDate(0, -6, 0)), c.End.end(b.now, b.now.AddDate(1, 0, 0))
	if start == nil || end == nil {
		return directory.Key{}, fmt.Errorf("a certificate needs a start and an end")
	}
	name := cmp.Or(c.Name, "CN=spcheck sandbox client")
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
