package objects

import (
	"slices"
	"strings"
)

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
