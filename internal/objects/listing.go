package objects

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// Part selects what a listing of a tenant reads.
type Part int

// The parts of a scan. Passwords and certificates are listed separately: if $select
// included keyCredentials, Graph would limit the whole scan to 150 requests per minute
// and tenant. Certificates are requested with a filter, so that only objects that have
// some are sent. They are requested without $select, so that they come without the key
// itself and without that limit (Graph documentation of keyCredentials).
const (
	Passwords Part = iota
	Certificates
	// WithFederation lists applications with federated credentials, and Ownerless lists
	// objects without owners. Both read only the object ID and the application ID.
	WithFederation
	Ownerless
	// Everything lists passwords and certificates together, as delta queries return
	// them; see Changes.
	Everything
)

// Listing is one listing of a collection.
type Listing struct {
	// Kind is OnApplication or OnServicePrincipal.
	Kind string
	Part Part
	// Created also requests the creation date.
	Created bool
	// Object is called for each object. In a listing of passwords or certificates,
	// objects without any are only counted.
	Object func(*Listed) error
	// Page is called after each page. It may be nil.
	Page func(Page)
	// Restart is called when the listing starts again because its page tokens expired.
	// Everything received so far must be dropped. It may be nil.
	Restart func()
}

// Page describes one page.
type Page struct {
	Objects int
	// ResourceUnits is the cost of the page in the tenant's quota (x-ms-resource-unit),
	// or 0 if Graph did not report it.
	ResourceUnits int
}

// Listed is an application or service principal in the listing of a whole tenant. It is
// a small struct that is filled without maps, because a tenant may have millions.
type Listed struct {
	ID, AppID, DisplayName string // as sent by Graph, in lower case
	// Kind is OnApplication or OnServicePrincipal.
	Kind string
	// servicePrincipalType, appOwnerOrganizationId and preferredSingleSignOnMode of a
	// service principal.
	Type, OwnerTenant, SSOMode string
	// Agent and SigningThumbprint are described at Holder.
	Agent             bool
	SigningThumbprint string
	// Disabled is true if a service principal's accountEnabled is false. Only the
	// listing of passwords sets it, so it is counted once per object.
	Disabled bool
	// Created is createdDateTime if the listing requests it. Zero means unknown.
	Created     time.Time
	Credentials []ListedCredential
	// Unread means that a listing of passwords or certificates has the object without its
	// list of them, which Graph sends, as null or [], even if it is empty.
	Unread bool
}

// Holder returns what the object says about the purpose of its credentials.
func (o *Listed) Holder() *Holder {
	return &Holder{ID: o.ID, Type: o.Type, Agent: o.Agent, SigningThumbprint: o.SigningThumbprint}
}

// ListedCredential is a password or certificate of a Listed object.
type ListedCredential struct {
	KeyID, Name, Hint string
	// Kind is Password or Certificate.
	Kind string
	// Identifier is customKeyIdentifier as sent. Usage and Thumbprint are set for
	// certificates. Thumbprint is the SHA-1 in upper-case hex, if Identifier contains
	// it.
	Identifier, Usage, Thumbprint string
	// Symmetric means that the key is not a certificate.
	Symmetric bool
	// Purpose is set by the caller, who knows the object's other credentials.
	Purpose    result.Purpose
	Start, End time.Time // zero if null
	// Malformed means that a date could not be parsed.
	Malformed bool
}

// Credential converts to the type for single reads, so that the same functions judge
// both.
func (c *ListedCredential) Credential() Credential {
	out := Credential{KeyID: c.KeyID, Kind: c.Kind, Name: c.Name, Hint: c.Hint, Usage: c.Usage, Thumbprint: c.Thumbprint, Purpose: c.Purpose}
	if !c.Start.IsZero() {
		out.Start = &c.Start
	}
	if !c.End.IsZero() {
		out.End = &c.End
	}
	if c.Malformed {
		out.Problem = "a date is malformed"
	}
	return out
}

// Fields is the set of properties that an answer contains. A delta query leaves out
// properties that did not change or were never set (Graph's overview of delta queries).
type Fields uint16

// The properties that a scan follows.
const (
	HasAppID Fields = 1 << iota
	HasName
	HasType
	HasOwner
	HasSSO
	HasSigning
	HasAgent
	HasEnabled
	HasCreated
	HasPasswords
	HasCertificates
)

// Changed is an object from a delta query: the properties in the answer, or the fact
// that it was removed. Passwords come before certificates.
type Changed struct {
	Listed
	Has     Fields
	Removed bool
}

// Apply updates c with the properties of a later answer.
func (c *Changed) Apply(later *Changed) {
	for _, f := range []struct {
		has  Fields
		take func()
	}{
		{HasAppID, func() { c.AppID = later.AppID }},
		{HasName, func() { c.DisplayName = later.DisplayName }},
		{HasType, func() { c.Type = later.Type }},
		{HasOwner, func() { c.OwnerTenant = later.OwnerTenant }},
		{HasSSO, func() { c.SSOMode = later.SSOMode }},
		{HasSigning, func() { c.SigningThumbprint = later.SigningThumbprint }},
		{HasAgent, func() { c.Agent = later.Agent }},
		{HasEnabled, func() { c.Disabled = later.Disabled }},
		{HasCreated, func() { c.Created = later.Created }},
		{HasPasswords, func() { c.replace(later, Password) }},
		{HasCertificates, func() { c.replace(later, Certificate) }},
	} {
		if later.Has&f.has != 0 {
			f.take()
		}
	}
	c.Has |= later.Has
}

// replace replaces all credentials of a kind with those of the later answer.
func (c *Changed) replace(later *Changed, kind string) {
	passwords, certificates := c, later
	if kind == Password {
		passwords, certificates = later, c
	}
	c.Credentials = slices.Concat(of(passwords, Password), of(certificates, Certificate))
}

// Sort puts passwords before certificates, whatever the order of the answer.
func (c *Changed) Sort() {
	if !slices.IsSortedFunc(c.Credentials, byKind) {
		slices.SortStableFunc(c.Credentials, byKind)
	}
}

func byKind(a, b ListedCredential) int { return strings.Compare(b.Kind, a.Kind) }

func of(c *Changed, kind string) (out []ListedCredential) {
	for i := range c.Credentials {
		if c.Credentials[i].Kind == kind {
			out = append(out, c.Credentials[i])
		}
	}
	return out
}

// Changes is one delta query for a collection.
type Changes struct {
	// Kind is OnApplication or OnServicePrincipal.
	Kind string
	// Link is the delta link from the end of the previous run. If it is empty, all
	// objects are listed.
	Link string
	// Object is called for each object, possibly more than once. The last call counts.
	Object func(*Changed) error
	// Page and Restart work as in Listing. A query with a Link never restarts.
	Page    func(Page)
	Restart func()
}

// Unfollowed means that Graph cannot, or can no longer, report the changes since the
// previous run. A full read may still work.
type Unfollowed struct{ Err error }

func (e *Unfollowed) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *Unfollowed) Unwrap() error { return e.Err }
