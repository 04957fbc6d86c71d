package journal

import (
	"slices"
	"strings"
	"time"
)

// Stage is how far a renewal has got. It is saved before the step begins.
type Stage string

// The stages. Up to Added, only the run itself has the value. From Storing on, a target
// may contain it.
const (
	Adding  Stage = "adding"  // addPassword may have been asked
	Added   Stage = "added"   // the secret exists
	Storing Stage = "storing" // the value may have reached the target
	Stored  Stage = "stored"  // the value is in the target
)

// The further stages of a certificate, whose key is in a file before it is added:
// Making comes before Adding, Placing after Added.
const (
	Making  Stage = "making"  // the file with the key may exist
	Placing Stage = "placing" // the certificate may have taken the target's place
)

func (s Stage) known() bool {
	return slices.Contains([]Stage{Adding, Added, Storing, Stored, Making, Placing}, s)
}

// ValueLost reports whether the value of a secret was certainly never stored.
func (s Stage) ValueLost() bool { return s == Adding || s == Added }

// Kind is what is renewed.
type Kind string

// The kinds. An application may have an unfinished renewal of each.
const (
	Secret      Kind = ""
	Certificate Kind = "certificate"
)

// file is how the names of a kind's journals end.
func (k Kind) file() string {
	if k == Certificate {
		return ".certificate"
	}
	return ".json"
}

// Entry is the state of one renewal.
type Entry struct {
	Version int       `json:"version"`
	Kind    Kind      `json:"kind,omitempty"`
	Stage   Stage     `json:"stage"`
	Began   time.Time `json:"began"`
	Updated time.Time `json:"updated"`
	// Tenant is as it was configured, TenantID the GUID where it is known.
	Tenant   string `json:"tenant"`
	TenantID string `json:"tenantId,omitempty"`
	AppID    string `json:"appId"`
	// AppName is the display name of the service principal.
	AppName string `json:"appName,omitempty"`
	// StoredOn and ObjectID are the object that the secret was added to.
	StoredOn string `json:"storedOn"`
	ObjectID string `json:"objectId"`
	// Name is the unique display name of the secret, Former those of earlier
	// attempts whose answer never came.
	Name   string   `json:"displayName"`
	Former []string `json:"formerNames,omitempty"`
	KeyID  string   `json:"keyId,omitempty"`
	// Thumbprint is that of the certificate: SHA-1 in upper-case hex.
	Thumbprint string `json:"thumbprint,omitempty"`
	// End is when the secret ends.
	End *time.Time `json:"end,omitempty"`
	// Replaces are the key IDs of what the targets held before.
	Replaces []string `json:"replaces,omitempty"`
	// Places are where the value goes.
	Places []Place `json:"places,omitempty"`
	// Target and Backup are the first place as earlier versions wrote it down.
	Target string `json:"target,omitempty"`
	Backup string `json:"backup,omitempty"`
	// Actor is the identity that added the secret, as in --reader.
	Actor string `json:"actor,omitempty"`
}

// Place is one target of a renewal.
type Place struct {
	// Target is as in --to, without the arguments of a command.
	Target string `json:"target"`
	// Backup keeps what the target held before.
	Backup string `json:"backup,omitempty"`
	// Staged is the file that holds a certificate with its key before it takes the
	// target's place.
	Staged string `json:"staged,omitempty"`
	// Stage is Storing or Stored; empty where nothing was begun.
	Stage Stage `json:"stage,omitempty"`
}

const version = 1

// adopt converts an entry that an earlier version wrote. It has one place, whose stage is
// that of the renewal.
func (e *Entry) adopt() {
	if len(e.Places) > 0 || e.Target == "" {
		return
	}
	p := Place{Target: e.Target, Backup: e.Backup}
	if !e.Stage.ValueLost() {
		p.Stage = e.Stage
	}
	e.Places = []Place{p}
}

// Targets lists the places that may contain the value: those that were begun, or all if
// none was.
func (e *Entry) Targets() string {
	var all, begun []string
	for _, p := range e.Places {
		if all = append(all, p.Target); p.Stage != "" {
			begun = append(begun, p.Target)
		}
	}
	if len(begun) > 0 {
		all = begun
	}
	return strings.Join(all, ", ")
}

// tenantKey is what files are named after: one tenant has several names, and one
// GUID.
func (e *Entry) tenantKey() string {
	if e.TenantID != "" {
		return e.TenantID
	}
	return e.Tenant
}

// Names are all display names that the renewal may have used.
func (e *Entry) Names() []string { return append([]string{e.Name}, e.Former...) }

// of reports whether the renewal is that of an application in a tenant.
func (e *Entry) of(appID string, tenants []string) bool {
	return strings.EqualFold(e.AppID, appID) && slices.ContainsFunc(tenants, func(t string) bool {
		return strings.EqualFold(e.Tenant, t) || e.TenantID != "" && strings.EqualFold(e.TenantID, t)
	})
}
