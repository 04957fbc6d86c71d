package scenario

import (
	"cmp"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// readerName is the display name of the reader.
const readerName = "spcheck reader"

// readerRoles are the reader's default permissions.
var readerRoles = []string{"Application.Read.All", "AuditLog.Read.All", "Directory.Read.All", "Policy.Read.All"}

// reader adds the reader to the first tenant.
func (b *builder) reader() (settings, error) {
	t := b.world.Tenants[0]
	roles := b.s.Reader.Roles
	if len(roles) == 0 {
		roles = readerRoles
	}
	spec := &app{
		Name:             readerName,
		Application:      &application{Object: common{Passwords: []password{{As: readerName, Name: "sandbox"}}}},
		ServicePrincipal: &servicePrincipal{Roles: roles},
	}
	if err := b.app(t, spec); err != nil {
		return settings{}, fmt.Errorf("reader: %w", err)
	}
	return settings{Tenant: t.ID, ClientID: b.apps[readerName], Secret: new(b.passwords[readerName])}, nil
}

// clientApp returns the name of the client's app.
func (s *Scenario) clientApp() string {
	if s.Client.App == "" && len(s.Tenants[0].Apps) > 0 {
		return s.Tenants[0].Apps[0].Name
	}
	return s.Client.App
}

// client returns the client's configuration.
func (b *builder) client() (settings, error) {
	c := b.s.Client
	out := settings{Tenant: b.world.Tenants[0].ID, ClientID: b.apps[b.s.clientApp()], Cloud: c.Cloud, AuthorityHost: c.AuthorityHost, WithoutCA: c.WithoutCA}
	if c.Tenant != nil {
		out.Tenant = *c.Tenant
	}
	switch {
	case c.ClientID != nil:
		out.ClientID = *c.ClientID
	case out.ClientID == "":
		return out, fmt.Errorf("client: there is no app named %q", b.s.clientApp())
	}
	var err error
	switch {
	case c.Secret != nil:
		out.Secret, err = b.clientSecret(c.Secret, out.ClientID)
	case c.Certificate != nil:
		out.Certificate, err = b.clientCertificate(c.Certificate)
	case c.Federated != nil:
		out.Token, err = b.clientToken(c.Federated)
	}
	if err != nil {
		return out, fmt.Errorf("client: %w", err)
	}
	return out, nil
}

// profiles returns the scenario's profiles.
func (b *builder) profiles() ([]configured, error) {
	var out []configured
	for _, p := range b.s.Profiles {
		secret, ok := b.passwords[p.Secret]
		if !ok || p.Name == "" || p.Tenant == "" || p.ClientID == "" {
			return nil, fmt.Errorf("profile %q: it needs name, tenant, clientId and the label of a password as secret", p.Name)
		}
		out = append(out, configured{Name: p.Name, Tenant: p.Tenant, ClientID: p.ClientID, Secret: secret})
	}
	return out, nil
}

func (b *builder) clientSecret(c *clientSecret, clientID string) (*string, error) {
	var text string
	switch {
	case c.Text != nil:
		text = *c.Text
	case c.Generate != "":
		var err error
		if text, err = generate(c.Generate, b.s.Name+"/client/"+clientID); err != nil {
			return nil, err
		}
	default:
		var ok bool
		if text, ok = b.passwords[c.Of]; !ok {
			return nil, fmt.Errorf("secret: no password is labelled %q", c.Of)
		}
	}
	for _, d := range c.Damage {
		var err error
		if text, err = d.apply(text); err != nil {
			return nil, fmt.Errorf("secret: %w", err)
		}
	}
	return &text, nil
}

func (b *builder) clientCertificate(c *clientSigner) ([]byte, error) {
	own, ok := b.clients[c.Of]
	signer, signs := b.clients[cmp.Or(c.KeyOf, c.Of)]
	if !ok || !signs {
		return nil, fmt.Errorf("certificate: no certificate is labelled %q or %q", c.Of, c.KeyOf)
	}
	return own.PEM(signer)
}

// clientToken signs a token of the foreign issuer.
func (b *builder) clientToken(c *clientFederated) (*string, error) {
	var err error
	if b.issuer, err = b.keys.Next(); err != nil {
		return nil, err
	}
	options := (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", b.id("", "issuer key"))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: b.issuer}, options)
	if err != nil {
		return nil, err
	}
	start, end := c.Start.at(b.now, b.now), c.End.at(b.now, b.now.AddDate(0, 0, 1))
	token, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: c.Issuer, Subject: c.Subject, Audience: jwt.Audience{cmp.Or(c.Audience, tokenExchange)},
		IssuedAt: jwt.NewNumericDate(start), NotBefore: jwt.NewNumericDate(start), Expiry: jwt.NewNumericDate(end),
		ID: b.id("", "jti"),
	}).Serialize()
	if err != nil {
		return nil, fmt.Errorf("signing the federated token: %w", err)
	}
	return &token, nil
}
