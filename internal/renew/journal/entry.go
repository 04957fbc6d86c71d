package journal

import (
	"slices"
	"strings"
	"time"
)

// Stage says how far a renewal has come. It is saved before the step begins.
type Stage string

// The stages of a secret. Until Added, only the run itself has the value. From Storing on,
// a target may contain it.
const (
	Adding  Stage = "adding"  // a request to add the secret may have been sent
	Added   Stage = "added"   // the secret exists
	Storing Stage = "storing" // the value may have reached the target
	Stored  Stage = "stored"  // the value is in the target
)

// The further stages of a certificate. Its key is in a file before the certificate is
// added, so the order is Making, Adding, Added, Placing.
const (
	Making  Stage = "making"  // the file with the key may exist
	Placing Stage = "placing" // the certificate may be in the target
)

func (s Stage) known() bool {
	return slices.Contains([]Stage{Adding, Added, Storing, Stored, Making, Placing}, s)
}

// ValueLost reports whether the value of a secret was certainly not stored anywhere.
func (s Stage) ValueLost() bool { return s == Adding || s == Added }

// Kind is the kind of credential that is renewed.
type Kind string

// The kinds. An application may have one unfinished renewal of each.
const (
	Secret      Kind = ""
	Certificate Kind = "certificate"
)

// extension returns the extension of the journals of this kind.
func (k Kind) extension() string {
	if k == Certificate {
		return ".certificate"
	}
	return ".json"
}

// Entry is the record of one unfinished renewal. It contains no secret.
type Entry struct {
	Version int       `json:"version"`
	Kind    Kind      `json:"kind,omitempty"`
	Stage   Stage     `json:"stage"`
	Began   time.Time `json:"began"`
	Updated time.Time `json:"updated"`
	// Asked is when the request to add the credential was about to be sent: for a secret the
	// last one, for a certificate the first of at most three within minutes. In entries of
	// older versions it is Updated.
	Asked time.Time `json:"asked,omitzero"`
	// Tenant is the tenant as it was configured, a GUID or a domain. TenantID is its GUID
	// if that is known.
	Tenant   string `json:"tenant"`
	TenantID string `json:"tenantId,omitempty"`
	AppID    string `json:"appId"`
	// AppName is the display name of the service principal.
	AppName string `json:"appName,omitempty"`
	// StoredOn is objects.OnApplication or objects.OnServicePrincipal. ObjectID is the ID
	// of that object.
	StoredOn string `json:"storedOn"`
	ObjectID string `json:"objectId"`
	// Name is the unique display name of the credential. Former are the names of earlier
	// requests that were not answered.
	Name   string   `json:"displayName"`
	Former []string `json:"formerNames,omitempty"`
	KeyID  string   `json:"keyId,omitempty"`
	// Thumbprint is the SHA-1 of the certificate in upper-case hexadecimal.
	Thumbprint string `json:"thumbprint,omitempty"`
	// End is the expiry date of the credential.
	End *time.Time `json:"end,omitempty"`
	// Replaces are the key IDs of the credentials that the targets contained before.
	Replaces []string `json:"replaces,omitempty"`
	// Places are the targets.
	Places []Place `json:"places,omitempty"`
	// Unsure are the targets that were given up for others, although they may contain the
	// value. Older versions of spcheck did not record them.
	Unsure []string `json:"unsure,omitempty"`
	// Target and Backup repeat the first place for older versions of spcheck.
	Target string `json:"target,omitempty"`
	Backup string `json:"backup,omitempty"`
	// Actor is the identity that adds the credential, as in --reader.
	Actor string `json:"actor,omitempty"`
}

// Place is one target of a renewal.
type Place struct {
	// Target is the target as in --to, without the arguments of a command.
	Target string `json:"target"`
	// Backup is the file or entry that keeps the previous content.
	Backup string `json:"backup,omitempty"`
	// Staged is the file with the new certificate and its key, until it is installed in
	// Target.
	Staged string `json:"staged,omitempty"`
	// Stage is Storing or Stored. It is empty if nothing was written to the target.
	Stage Stage `json:"stage,omitempty"`
}

const version = 1

// upgrade converts an entry of an older version of spcheck, which had one target and did not
// record Asked.
func (e *Entry) upgrade() {
	if e.Asked.IsZero() {
		e.Asked = e.Updated
	}
	if len(e.Places) > 0 || e.Target == "" {
		return
	}
	p := Place{Target: e.Target, Backup: e.Backup}
	if !e.Stage.ValueLost() {
		p.Stage = e.Stage
	}
	e.Places = []Place{p}
}

// Targets returns the targets that may contain the value. If it was written to none, these
// are all targets.
func (e *Entry) Targets() string { return e.targets(e.Unsure) }

// targets returns the targets in begun and those that were written to.
func (e *Entry) targets(begun []string) string {
	begun = slices.Clone(begun)
	var all []string
	for _, p := range e.Places {
		if all = append(all, p.Target); p.Stage != "" && !slices.Contains(begun, p.Target) {
			begun = append(begun, p.Target)
		}
	}
	if len(begun) > 0 {
		all = begun
	}
	return strings.Join(all, ", ")
}

// tenantKey returns the name of the tenant in file names: the GUID if it is known, because
// a tenant has several domains.
func (e *Entry) tenantKey() string {
	if e.TenantID != "" {
		return e.TenantID
	}
	return e.Tenant
}

// Names returns all display names that the credential may have.
func (e *Entry) Names() []string { return append([]string{e.Name}, e.Former...) }

// belongsTo reports whether the entry belongs to an application in a tenant.
func (e *Entry) belongsTo(appID string, tenants []string) bool {
	return strings.EqualFold(e.AppID, appID) && slices.ContainsFunc(tenants, func(t string) bool {
		return strings.EqualFold(e.Tenant, t) || e.TenantID != "" && strings.EqualFold(e.TenantID, t)
	})
}
