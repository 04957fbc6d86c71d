package objects

import (
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// Listed is an application or service principal as a scan of a whole tenant
// lists it: a small struct, filled without any map, since there are millions.
type Listed struct {
	ID, AppID, DisplayName string // IDs as Graph sent them, lower case
	// Kind is OnApplication or OnServicePrincipal.
	Kind string
	// Type, OwnerTenant and SSOMode are a service principal's
	// servicePrincipalType, appOwnerOrganizationId and preferredSingleSignOnMode.
	Type, OwnerTenant, SSOMode string
	// Agent and SigningThumbprint are as in Holder.
	Agent             bool
	SigningThumbprint string
	// Disabled says that a service principal's accountEnabled is false. It is told
	// with the passwords, once an object.
	Disabled bool
	// Created is createdDateTime, read where a listing asks for it; zero is unknown.
	Created     time.Time
	Credentials []ListedCredential
}

// Holder is what the object says about the purpose of its credentials.
func (o *Listed) Holder() *Holder {
	return &Holder{ID: o.ID, Type: o.Type, Agent: o.Agent, SigningThumbprint: o.SigningThumbprint}
}

// ListedCredential is a password or certificate of a Listed object.
type ListedCredential struct {
	KeyID, Name, Hint string
	// Kind is Password or Certificate.
	Kind string
	// Identifier is customKeyIdentifier as it was sent. Usage and Thumbprint (SHA-1,
	// upper-case hex, where the identifier holds it) are those of a certificate.
	Identifier, Usage, Thumbprint string
	// Symmetric says that a key is no certificate.
	Symmetric bool
	// Purpose is set by whoever knows the other credentials of the object.
	Purpose    result.Purpose
	Start, End time.Time // zero where null
	// Malformed says that a date came that is none.
	Malformed bool
}

// Credential returns the credential in the shape of single reads, so that both
// are judged by the same functions.
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
