package objects

import (
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

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
