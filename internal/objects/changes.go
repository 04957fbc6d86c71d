package objects

import (
	"slices"
	"strings"
)

// Fields are the properties of an object that an answer named. What a delta query
// leaves out did not change, or was never set (Graph's overview of delta queries).
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

// Changed is an object of a delta query: the properties that it names, or that it
// was removed. Its credentials are passwords first, then certificates.
type Changed struct {
	Listed
	Has     Fields
	Removed bool
}

// Apply lays what a later answer says over what is known.
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

// replace takes the later credentials of a kind in place of those that are known.
func (c *Changed) replace(later *Changed, kind string) {
	passwords, certificates := c, later
	if kind == Password {
		passwords, certificates = later, c
	}
	c.Credentials = slices.Concat(of(passwords, Password), of(certificates, Certificate))
}

// Sort puts passwords before certificates, whatever order an answer had.
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

// Changes is one run through what changed in a collection.
type Changes struct {
	// Kind is OnApplication or OnServicePrincipal.
	Kind string
	// Link is the delta link that the run before ended with; without one, all
	// objects are listed.
	Link string
	// Object is called for each object, more than once perhaps: the last word counts.
	Object func(*Changed) error
	// Page and Restart are as in Listing. One with a link never begins again.
	Page    func(Page)
	Restart func()
}

// Unfollowed is that Graph does not, or not any longer, tell what changed from where
// the run began. What a full read finds is another question.
type Unfollowed struct{ Err error }

func (e *Unfollowed) Error() string { return e.Err.Error() }

// Unwrap gives the reason.
func (e *Unfollowed) Unwrap() error { return e.Err }
