package result

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Outcome is the actual or planned result of a change.
type Outcome string

// The outcomes of a renewal.
const (
	Renewed         Outcome = "renewed"         // added, stored and verified
	Planned         Outcome = "planned"         // a dry run or a plan: due, but nothing was changed
	NotNeeded       Outcome = "notNeeded"       // --if-expiring-within: nothing was changed
	CleanedUp       Outcome = "cleanedUp"       // --resume: the lost secret of an earlier run was removed
	NothingToResume Outcome = "nothingToResume" // --resume: there is no unfinished run
	Stopped         Outcome = "stopped"         // the steps say where it stopped, the error says why
)

// Renewal is the report of spcheck renew-secret. It never contains the secret.
type Renewal struct {
	Header
	Outcome          Outcome           `json:"outcome" jsonschema:"enum=renewed,enum=planned,enum=notNeeded,enum=cleanedUp,enum=nothingToResume,enum=stopped"`
	Reason           *msg.Text         `json:"reason,omitempty"` // why it is or is not due
	ServicePrincipal *ServicePrincipal `json:"servicePrincipal"`
	Application      *Application      `json:"application"`
	ActingAs         *string           `json:"actingAs"` // the identity that changes Microsoft Graph, as in --reader
	Steps            []Step            `json:"steps"`
	Checks           []Check           `json:"checks"` // preflight checks
	Plan             *RenewalPlan      `json:"plan"`
	Added            *Credential       `json:"added"`    // the new credential, null if it does not exist or was removed again
	StoredIn         *string           `json:"storedIn"` // as in --to
	Verification     *Verification     `json:"verification"`
	Removed          []Credential      `json:"removed"`           // removed credentials that spcheck had added and that nobody can use
	Retired          []Credential      `json:"retired,omitempty"` // removed secrets that an earlier renewal had replaced
	Remaining        []Credential      `json:"remaining"`         // the other credentials that can sign in
	Journal          *JournalState     `json:"journal"`           // of an unfinished renewal, null if there is none
	NextSteps        []Remedy          `json:"nextSteps"`
	Notes            []msg.Text        `json:"notes,omitempty"`
}

// CertificateRenewal is the report of spcheck renew-certificate. It never contains the
// private key. StoredIn and the plan's target are files.
type CertificateRenewal struct {
	Renewal
	// Thumbprint is the SHA-1 of the new certificate in hexadecimal, null if none was
	// made.
	Thumbprint *string `json:"thumbprint"`
}

// Step is one of the steps of a renewal, in order.
type Step struct {
	ID      string      `json:"id" jsonschema:"enum=preflight,enum=make,enum=add,enum=store,enum=verify,enum=place,enum=report"`
	Title   msg.Text    `json:"title"`
	Status  CheckStatus `json:"status" jsonschema:"enum=pass,enum=warn,enum=fail,enum=unknown,enum=skipped"`
	Summary msg.Text    `json:"summary"`
}

// RenewalPlan is what a renewal will do after its preflight.
type RenewalPlan struct {
	StoredOn    string    `json:"storedOn" jsonschema:"enum=application,enum=servicePrincipal"`
	ObjectID    string    `json:"objectId"`
	DisplayName string    `json:"displayName"`
	EndDateTime time.Time `json:"endDateTime"`
	Target      *string   `json:"target"` // as in --to
}

// Verification describes the sign-ins that tested the new credential.
type Verification struct {
	Attempts int   `json:"attempts"`
	InARow   int   `json:"inARow"` // consecutive successes at the end
	TookMs   int64 `json:"tookMs"` // in milliseconds
}

// JournalState is the record of an unfinished renewal.
type JournalState struct {
	Path        string   `json:"path"`
	Stage       string   `json:"stage" jsonschema:"enum=making,enum=adding,enum=added,enum=storing,enum=stored,enum=placing"`
	KeyID       *string  `json:"keyId"`
	DisplayName string   `json:"displayName"`
	Target      *string  `json:"target"`
	Summary     msg.Text `json:"summary"`
}

// Removal is the report of spcheck remove-secret.
type Removal struct {
	Header
	ServicePrincipal *ServicePrincipal `json:"servicePrincipal"`
	Application      *Application      `json:"application"`
	ActingAs         *string           `json:"actingAs"`
	Secrets          []RemovalItem     `json:"secrets"`   // the credentials to remove
	Remaining        []Credential      `json:"remaining"` // the credentials that are left, usable or not
	Notes            []msg.Text        `json:"notes,omitempty"`
}

// The outcomes of a removal, besides Planned and Failed.
const (
	Removed      Outcome = "removed"
	AlreadyGone  Outcome = "alreadyGone" // it had been removed before
	Refused      Outcome = "refused"     // a rule protects it or another one, so none was removed
	Declined     Outcome = "declined"    // a person declined, or the run ended before
	MaybeRemoved Outcome = "unknown"     // the response was lost
)

// RemovalItem is one credential to remove.
type RemovalItem struct {
	Credential Credential `json:"credential"`
	// Outcome is removed, planned (--dry-run), alreadyGone, refused (by a rule of
	// spcheck), declined (by a person, or the run ended before), failed, or unknown if the
	// response was lost.
	Outcome Outcome `json:"outcome" jsonschema:"enum=removed,enum=planned,enum=alreadyGone,enum=refused,enum=declined,enum=failed,enum=unknown"`
	// Reasons say why removing it is or is not safe.
	Reasons []msg.Text `json:"reasons"`
}

// Gone reports whether the credential no longer exists.
func (i *RemovalItem) Gone() bool { return i.Outcome == Removed || i.Outcome == AlreadyGone }
