// Package scenario reads descriptions of sandbox tenants from YAML files, and
// builds the state, the client's configuration and the faults they describe.
package scenario

import (
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

// Scenario is one file. The field names of the YAML are documented in
// docs/sandbox-scenarios.md and atop the default scenario.
type Scenario struct {
	// Name is the file's name without .yaml.
	Name        string `yaml:"-"`
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	// Cloud is the national cloud that the sandbox's address stands for.
	Cloud   string   `yaml:"cloud"`
	Tenants []tenant `yaml:"tenants"`
	Client  client   `yaml:"client"`
	// Profiles are those of the config file that the command gets.
	Profiles []profile `yaml:"profiles"`
	Reader   reader    `yaml:"reader"`
	// ClockOffset shifts the service's clock against this machine's: +20m is
	// ahead, which looks to the client as if its own clock were slow.
	ClockOffset span `yaml:"clockOffset"`
	// LegacyErrors answers refused secrets as before 2019 (70002 with 50012).
	LegacyErrors      bool     `yaml:"legacyErrors"`
	DisabledResources []string `yaml:"disabledResources"`
	// Refusals answer clients whose credential was accepted. In their texts, {appId},
	// {tenant} and {name} are filled in.
	Refusals []sts.Refusal `yaml:"refusals"`
	Faults   []breakage    `yaml:"faults"`
	// Answer is what the token service says to the configured client.
	Answer answer        `yaml:"answer"`
	Expect []Expectation `yaml:"expect"`
}

// tenant is one Entra tenant.
type tenant struct {
	ID          string      `yaml:"id"`
	Name        string      `yaml:"name"`
	Domains     []string    `yaml:"domains"`
	Cloud       string      `yaml:"cloud"`
	Region      string      `yaml:"region"`
	Premium     *bool       `yaml:"premium"`
	Users       *int        `yaml:"users"`
	Groups      *int        `yaml:"groups"`
	Propagation propagation `yaml:"propagation"`
	Delta       delta       `yaml:"delta"`
	Policy      *policy     `yaml:"policy"`
	Policies    []policy    `yaml:"policies"`
	// Subscriptions are the IDs of Azure subscriptions that trust the tenant.
	Subscriptions []string `yaml:"subscriptions"`
	Apps          []app    `yaml:"apps"`
}

// propagation is how new credentials take effect.
type propagation struct {
	Delay span `yaml:"delay"`
	Flap  int  `yaml:"flap"`
	List  span `yaml:"list"`
}

// policy is an app management policy: the tenant-wide one, or one that is assigned to
// apps.
type policy struct {
	Name              string `yaml:"name"`
	Off               bool   `yaml:"off"` // it is not enabled
	NoPasswords       bool   `yaml:"noPasswords"`
	NoCustomPasswords bool   `yaml:"noCustomPasswords"`
	MaxLifetime       string `yaml:"maxLifetime"` // ISO 8601, such as P180D
	// CertificateLifetime is the same of certificates.
	CertificateLifetime string `yaml:"certificateLifetime"`
	// From is the date before which objects must have been created to be exempt.
	From when `yaml:"from"`
	// Exempts spares callers with a custom security attribute.
	Exempts bool     `yaml:"exempts"`
	Apps    []string `yaml:"apps"` // names of those that it is assigned to
}

// app is an application and its service principal, or one of the two.
type app struct {
	Name             string            `yaml:"name"`
	AppID            string            `yaml:"appId"`
	Only             string            `yaml:"only"` // application, servicePrincipal, or empty for both
	Application      *application      `yaml:"application"`
	ServicePrincipal *servicePrincipal `yaml:"servicePrincipal"`
}

// common is what applications and service principals have in common.
type common struct {
	ID                  string        `yaml:"id"`
	Created             when          `yaml:"created"`
	DisabledByMicrosoft bool          `yaml:"disabledByMicrosoft"`
	Owners              []string      `yaml:"owners"`
	Notes               string        `yaml:"notes"`
	Passwords           []password    `yaml:"passwords"`
	Certificates        []certificate `yaml:"certificates"`
}

// application is the app registration.
type application struct {
	Object       common   `yaml:",inline"`
	Audience     string   `yaml:"audience"`
	URIs         []string `yaml:"uris"`
	PublicClient bool     `yaml:"publicClient"`
	Disabled     bool     `yaml:"disabled"`
	// Deleted is when it was deleted, with its service principal.
	Deleted   when        `yaml:"deleted"`
	Federated []federated `yaml:"federated"`
	Owned     bool        `yaml:"ownsItself"`
	Locked    bool        `yaml:"locked"`
}

// servicePrincipal is the account of an application in the tenant.
type servicePrincipal struct {
	Object             common   `yaml:",inline"`
	Type               string   `yaml:"type"`
	Enabled            *bool    `yaml:"enabled"`
	OwnerTenant        string   `yaml:"ownerTenant"`
	Names              []string `yaml:"names"`
	Roles              []string `yaml:"roles"`
	DirectoryRoles     []string `yaml:"directoryRoles"` // IDs of role definitions
	Blocked            bool     `yaml:"blockedByPolicy"`
	AssignmentRequired bool     `yaml:"assignmentRequired"`
	SSO                string   `yaml:"sso"` // preferredSingleSignOnMode, such as saml
}

// password is a password credential. Its value is given (secret) or made
// (generate: current, previous or older).
type password struct {
	As       string `yaml:"as"` // label that the client section refers to
	KeyID    string `yaml:"keyId"`
	Name     string `yaml:"name"`
	OldName  string `yaml:"oldName"` // in customKeyIdentifier, as old tools wrote it
	Secret   string `yaml:"secret"`
	Generate string `yaml:"generate"`
	NoHint   bool   `yaml:"noHint"`
	Start    when   `yaml:"start"`
	End      when   `yaml:"end"`
	Added    when   `yaml:"added"`
	LastUsed when   `yaml:"lastUsed"`
	// LastRefused is when somebody last tried it unsuccessfully, once it had expired.
	LastRefused when `yaml:"lastRefused"`
	// Removed takes the password off the object again; RemovedBy is the user whom
	// the audit log names for it.
	Removed   when   `yaml:"removed"`
	RemovedBy string `yaml:"removedBy"`
	// Log are further entries of the logs about the password.
	Log []logged `yaml:"log"`
}

// logged is an entry of the audit log (added, removed) or of the sign-in log (used,
// refused) about a credential.
type logged struct {
	Entry string `yaml:"entry"`
	At    when   `yaml:"at"`
	// By is who added or removed it: an app of the tenant by its name, or a user.
	By string `yaml:"by"`
	// From is the address, With the program, To the resource of a sign-in.
	From string `yaml:"from"`
	With string `yaml:"with"`
	To   string `yaml:"to"`
	// Code is the AADSTS code of a sign-in that was refused.
	Code int `yaml:"code"`
}

// certificate is a certificate credential, made at start.
type certificate struct {
	As    string `yaml:"as"`
	KeyID string `yaml:"keyId"`
	Name  string `yaml:"name"`
	Start when   `yaml:"start"`
	End   when   `yaml:"end"`
	// CertificateEnd is the end inside the certificate where it differs from the
	// credential's.
	CertificateEnd when `yaml:"certificateEnd"`
	// Usage is verify (by default: it signs in), sign (SAML tokens) or encrypt. One to
	// sign has a second entry to verify, and a password for its key.
	Usage string `yaml:"usage"`
	// Active makes it the one that signs.
	Active bool `yaml:"active"`
	// Log is that of a password.
	Log []logged `yaml:"log"`
	// Unregistered makes the certificate without putting it on the object.
	Unregistered bool `yaml:"unregistered"`
}

// federated is a federated identity credential.
type federated struct {
	Name     string `yaml:"name"`
	Issuer   string `yaml:"issuer"`
	Subject  string `yaml:"subject"`
	Audience string `yaml:"audience"`
}

// client is what the product is configured with, right or wrong.
type client struct {
	App      string  `yaml:"app"`      // name of the app, by default the first
	Tenant   *string `yaml:"tenant"`   // by default the first tenant's ID
	ClientID *string `yaml:"clientId"` // by default the app's
	// Cloud is what SPCHECK_CLOUD says; empty exports nothing.
	Cloud string `yaml:"cloud"`
	// AuthorityHost is exported in place of the sandbox's own address.
	AuthorityHost string `yaml:"authorityHost"`
	// WithoutCA keeps the sandbox's certificate authority from the client.
	WithoutCA   bool             `yaml:"withoutCA"`
	Secret      *clientSecret    `yaml:"secret"`
	Certificate *clientSigner    `yaml:"certificate"`
	Federated   *clientFederated `yaml:"federated"`
}

// profile is one of a config file that the sandbox writes.
type profile struct {
	Name     string `yaml:"name"`
	Tenant   string `yaml:"tenant"`   // an ID or a domain
	ClientID string `yaml:"clientId"` // of an application that reads its own tenant
	Secret   string `yaml:"secret"`   // label of its password
}

// clientSecret is a password credential's value, another text, or a made one,
// and what happened to it on its way.
type clientSecret struct {
	Of       string   `yaml:"of"`
	Text     *string  `yaml:"text"`
	Generate string   `yaml:"generate"`
	Damage   []damage `yaml:"damage"`
}

// damage is one change to a secret; exactly one field is set.
type damage struct {
	Append        string `yaml:"append"`
	Prepend       string `yaml:"prepend"`
	Wrap          string `yaml:"wrap"`   // both characters, such as '""' or '{}'
	Drop          int    `yaml:"drop"`   // the n-th character, from 1; -1 is the last
	Alter         int    `yaml:"alter"`  // the n-th character becomes another
	Remove        string `yaml:"remove"` // the first occurrence of this text
	Mask          int    `yaml:"mask"`   // all but the first n characters become *
	PercentEncode bool   `yaml:"percentEncode"`
	Base64        bool   `yaml:"base64"`
}

// clientSigner names the certificate that the client sends, and the one whose
// private key it signs with.
type clientSigner struct {
	Of    string `yaml:"of"`
	KeyOf string `yaml:"keyOf"`
}

// clientFederated is the foreign token that the client presents.
type clientFederated struct {
	Issuer   string `yaml:"issuer"`
	Subject  string `yaml:"subject"`
	Audience string `yaml:"audience"`
	Start    when   `yaml:"start"`
	End      when   `yaml:"end"`
}

// reader is the application of its own that may read the directory.
type reader struct {
	Roles []string `yaml:"roles"` // by default all that spcheck can use
}

// breakage is a way to break answers.
type breakage struct {
	Fault fault.Fault `yaml:",inline"`
	Delay span        `yaml:"delay"`
}

func (f breakage) build() fault.Fault {
	out := f.Fault
	out.Delay = time.Duration(f.Delay)
	return out
}

// answer is the token service's answer to the configured client.
type answer struct {
	Status int   `yaml:"status"`
	Codes  []int `yaml:"codes"`
	// None says that nothing is asked, or that no answer of Entra's comes back.
	None bool `yaml:"none"`
}

// Expectation is what spcheck diagnose has to find out with a kind of reader.
type Expectation struct {
	Reader       string   `yaml:"reader"` // none, self or environment
	Args         []string `yaml:"args"`
	Cause        string   `yaml:"cause"` // empty where nothing is wrong
	Certainty    string   `yaml:"certainty"`
	Alternatives []string `yaml:"alternatives"`
	// Names are texts that the report must name, such as a key ID.
	Names    []string `yaml:"names"`
	ExitCode *int     `yaml:"exitCode"` // nil where the contract leaves it open
}
