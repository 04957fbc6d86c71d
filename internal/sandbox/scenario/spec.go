// Package scenario reads sandbox tenants from YAML files, and builds their state, the
// client's configuration and the faults.
package scenario

import (
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

// Scenario is one file. docs/sandbox-scenarios.md and the default scenario document the
// fields.
type Scenario struct {
	// Name is the file's name without .yaml.
	Name        string `yaml:"-"`
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	// Cloud is the national cloud of the sandbox's address.
	Cloud   string   `yaml:"cloud"`
	Tenants []tenant `yaml:"tenants"`
	Client  client   `yaml:"client"`
	// Profiles are for the command's config file.
	Profiles []profile `yaml:"profiles"`
	Reader   reader    `yaml:"reader"`
	// ClockOffset is the service's offset to this machine's clock. With +20m, the
	// client's clock appears slow.
	ClockOffset span `yaml:"clockOffset"`
	// LegacyErrors has the answers to refused secrets of before 2019 (70002 with 50012).
	LegacyErrors      bool     `yaml:"legacyErrors"`
	DisabledResources []string `yaml:"disabledResources"`
	// Refusals answer clients with an accepted credential. {appId}, {tenant} and {name}
	// in their texts are replaced.
	Refusals []sts.Refusal `yaml:"refusals"`
	Faults   []breakage    `yaml:"faults"`
	// Answer is the token service's answer to the configured client.
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

// policy is an app management policy, tenant-wide or assigned to apps.
type policy struct {
	Name              string `yaml:"name"`
	Off               bool   `yaml:"off"` // it is not enabled
	NoPasswords       bool   `yaml:"noPasswords"`
	NoCustomPasswords bool   `yaml:"noCustomPasswords"`
	MaxLifetime       string `yaml:"maxLifetime"` // ISO 8601, such as P180D
	// CertificateLifetime is the maximum for certificates.
	CertificateLifetime string `yaml:"certificateLifetime"`
	// From exempts objects created before that date.
	From when `yaml:"from"`
	// Exempts exempts callers with a custom security attribute.
	Exempts bool     `yaml:"exempts"`
	Apps    []string `yaml:"apps"` // names of the apps it is assigned to
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
	// Deleted is when it was deleted with its service principal.
	Deleted   when        `yaml:"deleted"`
	Federated []federated `yaml:"federated"`
	Owned     bool        `yaml:"ownsItself"`
	Locked    bool        `yaml:"locked"`
}

// servicePrincipal is an application's service principal in the tenant.
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
	SSO                string   `yaml:"sso"`     // preferredSingleSignOnMode, such as saml
	Deleted            when     `yaml:"deleted"` // when it was deleted, if not with its application
}

// password is a password credential. Its value is given (secret) or generated (current,
// previous or older).
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
	// LastRefused is when it was last used after its expiry.
	LastRefused when `yaml:"lastRefused"`
	// Removed is when it was removed. The audit log names RemovedBy.
	Removed   when   `yaml:"removed"`
	RemovedBy string `yaml:"removedBy"`
	// Log has further log entries about the password.
	Log []logged `yaml:"log"`
}

// logged is an entry about a credential in the audit log (added, removed) or the sign-in
// log (used, refused).
type logged struct {
	Entry string `yaml:"entry"`
	At    when   `yaml:"at"`
	// By is who added or removed it: an app of the tenant or a user.
	By string `yaml:"by"`
	// From is the IP address, With the program, and To the resource of a sign-in.
	From string `yaml:"from"`
	With string `yaml:"with"`
	To   string `yaml:"to"`
	// Code is the AADSTS code of a refused sign-in.
	Code int `yaml:"code"`
}

// certificate is a certificate credential, created at the start.
type certificate struct {
	As    string `yaml:"as"`
	KeyID string `yaml:"keyId"`
	Name  string `yaml:"name"`
	Start when   `yaml:"start"`
	End   when   `yaml:"end"`
	// CertificateEnd is the end in the certificate, if it differs from the credential's.
	CertificateEnd when `yaml:"certificateEnd"`
	// Usage is verify (default, for signing in), sign (SAML tokens) or encrypt. A signing
	// one also has an entry to verify and a password.
	Usage string `yaml:"usage"`
	// Active marks the one that signs.
	Active bool `yaml:"active"`
	// Log has log entries about the certificate.
	Log []logged `yaml:"log"`
	// Unregistered creates the certificate without adding it to the object.
	Unregistered bool `yaml:"unregistered"`
}

// federated is a federated identity credential.
type federated struct {
	Name     string `yaml:"name"`
	Issuer   string `yaml:"issuer"`
	Subject  string `yaml:"subject"`
	Audience string `yaml:"audience"`
}

// client is the client's configuration, right or wrong.
type client struct {
	App      string  `yaml:"app"`      // name of the app, by default the first
	Tenant   *string `yaml:"tenant"`   // by default the first tenant's ID
	ClientID *string `yaml:"clientId"` // by default the app's
	// Cloud is the value of SPCHECK_CLOUD; empty leaves it unset.
	Cloud string `yaml:"cloud"`
	// AuthorityHost replaces the sandbox's address in the environment.
	AuthorityHost string `yaml:"authorityHost"`
	// WithoutCA does not give the client the sandbox's certificate authority.
	WithoutCA   bool             `yaml:"withoutCA"`
	Secret      *clientSecret    `yaml:"secret"`
	Certificate *clientSigner    `yaml:"certificate"`
	Federated   *clientFederated `yaml:"federated"`
}

// profile is a profile in the config file that the sandbox writes.
type profile struct {
	Name     string `yaml:"name"`
	Tenant   string `yaml:"tenant"`   // an ID or a domain
	ClientID string `yaml:"clientId"` // of an application that reads its own tenant
	Secret   string `yaml:"secret"`   // label of its password
}

// clientSecret is the value of a password credential, a given text or a generated one,
// possibly damaged.
type clientSecret struct {
	Of       string   `yaml:"of"`
	Text     *string  `yaml:"text"`
	Generate string   `yaml:"generate"`
	Damage   []damage `yaml:"damage"`
}

// damage is a change to a secret; exactly one field is set.
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

// clientSigner selects the client's certificate and the one whose private key it signs
// with.
type clientSigner struct {
	Of    string `yaml:"of"`
	KeyOf string `yaml:"keyOf"`
}

// clientFederated is the client's foreign token.
type clientFederated struct {
	Issuer   string `yaml:"issuer"`
	Subject  string `yaml:"subject"`
	Audience string `yaml:"audience"`
	Start    when   `yaml:"start"`
	End      when   `yaml:"end"`
}

// reader is the application that may read the directory.
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

// Expectation is what spcheck diagnose has to find with a kind of reader.
type Expectation struct {
	Reader       string   `yaml:"reader"` // none, self or environment
	Args         []string `yaml:"args"`
	Cause        string   `yaml:"cause"` // empty where nothing is wrong
	Certainty    string   `yaml:"certainty"`
	Alternatives []string `yaml:"alternatives"`
	// Names are texts that the report must contain, such as a key ID.
	Names    []string `yaml:"names"`
	ExitCode *int     `yaml:"exitCode"` // nil where the contract leaves it open
}
