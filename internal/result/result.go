// Package result defines the reports of commands, in the form of the command-line
// contract. A report has only results, ready to be written in any format. A saved JSON
// report can be read back into these types.
package result

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// SchemaVersion is the version of every JSON report.
const SchemaVersion = "1"

// Status is the overall status of a report.
type Status string

// The statuses, as in the monitoring-plugin convention.
const (
	OK       Status = "ok"
	Warning  Status = "warning"
	Critical Status = "critical"
	Unknown  Status = "unknown"
)

// Header is the start of every report.
type Header struct {
	SchemaVersion string    `json:"schemaVersion" jsonschema:"enum=1"`
	GeneratedAt   time.Time `json:"generatedAt"`
	Status        Status    `json:"status" jsonschema:"enum=ok,enum=warning,enum=critical,enum=unknown"`
	ExitCode      int       `json:"exitCode"` // of the process
	// Error says why the run failed, and is absent if it did not fail.
	Error *Failure `json:"error,omitempty"`
}

// Failure is the error of a whole run, with hints on what to do.
type Failure struct {
	Message msg.Text   `json:"message"`
	Hints   []msg.Text `json:"hints"`
	// NotFound is true if the requested object does not exist and everything could be
	// read. It is absent if something could not be read.
	NotFound bool `json:"notFound,omitempty"`
}

// Diagnosis is the report of spcheck diagnose.
type Diagnosis struct {
	Header
	Target       Target       `json:"target"`
	RootCause    *Cause       `json:"rootCause"`    // null if none was found
	Alternatives []Cause      `json:"alternatives"` // other causes that the evidence does not exclude
	Checks       []Check      `json:"checks"`
	Credentials  []Credential `json:"credentials"`
	// Reported is the product's own failure, null if none is known.
	Reported *Reported `json:"reported" saved:"later"`
}

// Reported is the product's own failure, from the pasted text or the sign-in log. The
// product may use another credential than the one that was tried.
type Reported struct {
	Causes []RankedCause `json:"causes"` // the most likely first, as in explain
	// KeyID is the listed credential that the product used, null if it is not known.
	KeyID     *string    `json:"keyId"`
	Timestamp *time.Time `json:"timestamp"` // of the failure, null if it is not known
	Source    msg.Text   `json:"source"`    // the text or the log
}

// Target has the settings of the diagnosis. Settings that are missing are null.
type Target struct {
	Tenant        *string           `json:"tenant"`
	ClientID      *string           `json:"clientId"`
	DisplayName   *string           `json:"displayName,omitempty"` // of the service principal, if it could be read
	AuthorityHost *string           `json:"authorityHost"`
	GraphEndpoint *string           `json:"graphEndpoint"`
	Cloud         *string           `json:"cloud"`
	Credential    *TargetCredential `json:"credential"`
}

// TargetCredential describes the configured credential without its value.
type TargetCredential struct {
	Kind   string  `json:"kind" jsonschema:"enum=password,enum=certificate,enum=federated"`
	Origin string  `json:"origin"` // such as "environment AZURE_CLIENT_SECRET"
	Length *int    `json:"length"` // of a secret, in bytes
	Hint   *string `json:"hint"`   // the first three characters of a secret, or a certificate's thumbprint
}

// Certainty says how well the evidence supports a cause.
type Certainty string

// Proven means that a fact excludes all other causes, likely that a fact supports this
// one, and possible only that the error code allows it.
const (
	Proven   Certainty = "proven"
	Likely   Certainty = "likely"
	Possible Certainty = "possible"
)

// Cause is one possible cause.
type Cause struct {
	ID          string     `json:"id"` // from the closed list of root causes
	Certainty   Certainty  `json:"certainty" jsonschema:"enum=proven,enum=likely,enum=possible"`
	Summary     msg.Text   `json:"summary"`
	Explanation msg.Text   `json:"explanation"`
	AADSTS      *AADSTS    `json:"aadsts"` // null if Entra sent no error code
	Evidence    []Evidence `json:"evidence"`
	// Remedies are in the order in which to carry them out. They are absent in alternatives.
	Remedies []Remedy `json:"remedies,omitempty"`
}

// AADSTS is the error that the token endpoint returned.
type AADSTS struct {
	Codes         []string   `json:"codes"`    // digits
	Decisive      *string    `json:"decisive"` // the most specific of the codes
	TraceID       *string    `json:"traceId"`
	CorrelationID *string    `json:"correlationId"`
	Timestamp     *time.Time `json:"timestamp"`
}

// Evidence is one fact that supports a claim, and its source.
type Evidence struct {
	Claim  msg.Text `json:"claim"`
	Value  msg.Text `json:"value"`
	Source msg.Text `json:"source"`
}

// MarshalJSON writes an empty value as an empty string instead of null.
func (e Evidence) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		Claim  msg.Text `json:"claim"`
		Value  string   `json:"value"`
		Source msg.Text `json:"source"`
	}{e.Claim, e.Value.String(), e.Source})
}

// marshal encodes JSON without HTML escapes.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Remedy is one step to fix the problem.
type Remedy struct {
	Title    msg.Text  `json:"title"`
	Commands []Command `json:"commands"`
	Link     *string   `json:"link"` // to documentation
}

// Advice returns a remedy without a command.
func Advice(title msg.Text) Remedy { return Remedy{Title: title, Commands: []Command{}} }

// Command is a command line for one shell ("sh", "powershell" or "cmd").
type Command struct {
	Shell   string `json:"shell"`
	Command string `json:"command"`
}

// CheckStatus is the outcome of one check.
type CheckStatus string

// The outcomes of a check. What could not be read is unknown, and never passes. A check
// is skipped if it was not requested or does not apply.
const (
	Pass         CheckStatus = "pass"
	Warn         CheckStatus = "warn"
	Fail         CheckStatus = "fail"
	CheckUnknown CheckStatus = "unknown"
	Skipped      CheckStatus = "skipped"
)

// Check is one question and its answer.
type Check struct {
	ID         string      `json:"id"`
	Title      msg.Text    `json:"title"`
	Status     CheckStatus `json:"status" jsonschema:"enum=pass,enum=warn,enum=fail,enum=unknown,enum=skipped"`
	Summary    msg.Text    `json:"summary"`
	CausedBy   *string     `json:"causedBy"`   // ID of the check that caused this result, or null
	DurationMs *int64      `json:"durationMs"` // of the network request; null if there was none
}

// CredentialStatus compares a credential's dates with the current time.
type CredentialStatus string

// The states of a credential.
const (
	Valid        CredentialStatus = "valid"
	Expiring     CredentialStatus = "expiring"
	Expired      CredentialStatus = "expired"
	NotYetValid  CredentialStatus = "notYetValid"
	NeverExpires CredentialStatus = "neverExpires"
)

// MarshalJSON writes null if the status is unknown because the dates were malformed.
func (s CredentialStatus) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(s))
}

// Credential is one credential of a service principal or its application.
type Credential struct {
	KeyID         *string    `json:"keyId"` // for a federated credential, its ID in Microsoft Graph
	Kind          string     `json:"kind" jsonschema:"enum=password,enum=certificate,enum=federated"`
	Purpose       Purpose    `json:"purpose,omitempty" jsonschema:"enum=signIn,enum=samlSigning,enum=tokenEncryption,enum=platformManaged,enum=agent"`
	StoredOn      string     `json:"storedOn" jsonschema:"enum=application,enum=servicePrincipal"`
	DisplayName   *string    `json:"displayName"`
	Hint          *string    `json:"hint"` // start of a password, thumbprint of a certificate
	StartDateTime *time.Time `json:"startDateTime"`
	EndDateTime   *time.Time `json:"endDateTime"`
	DaysLeft      *int       `json:"daysLeft"` // whole days, rounded down; negative after expiry
	// Status is null if the dates could not be read.
	Status           CredentialStatus `json:"status" jsonschema:"enum=valid,enum=expiring,enum=expired,enum=notYetValid,enum=neverExpires"`
	Configured       *bool            `json:"configured"`       // whether it is the configured credential, null if unknown
	LastUsedDateTime *time.Time       `json:"lastUsedDateTime"` // null if no use is known
}

// SecretList is the report of spcheck list-secrets.
type SecretList struct {
	Header
	ServicePrincipal *ServicePrincipal `json:"servicePrincipal"`
	Application      *Application      `json:"application"` // null if the tenant does not have it
	Credentials      []Credential      `json:"credentials"`
	// Notes say what could not be read and what else is important about the credentials.
	Notes []msg.Text `json:"notes,omitempty"`
}

// ServicePrincipal is a service principal.
type ServicePrincipal struct {
	ID             string  `json:"id"` // object ID
	AppID          *string `json:"appId"`
	DisplayName    *string `json:"displayName"`
	Type           *string `json:"type"` // servicePrincipalType in Microsoft Graph
	AccountEnabled *bool   `json:"accountEnabled"`
}

// Application is an app registration.
type Application struct {
	ID             string  `json:"id"`
	DisplayName    *string `json:"displayName"`
	SignInAudience *string `json:"signInAudience"`
}

// Explanation is the report of spcheck explain.
type Explanation struct {
	Header
	Matches []Match `json:"matches"`
	// Notes say where to find the error, if the text has none.
	Notes []msg.Text `json:"notes,omitempty"`
}

// Match is one error in a text.
type Match struct {
	Line          int           `json:"line"` // from 1
	Excerpt       string        `json:"excerpt"`
	FoundBy       string        `json:"foundBy" jsonschema:"enum=code,enum=wording"`
	Codes         []Code        `json:"codes"`
	Decisive      *string       `json:"decisive"` // the most specific code, null if there is none
	Causes        []RankedCause `json:"causes"`   // the most likely first
	AppID         *string       `json:"appId"`
	Tenant        *string       `json:"tenant"`
	TraceID       *string       `json:"traceId"`
	CorrelationID *string       `json:"correlationId"`
	Timestamp     *time.Time    `json:"timestamp"`
	// Details are values in the message other than IDs, such as the times of an
	// assertion or the thumbprint of a key.
	Details []Detail `json:"details,omitempty"`
	// Notes name the product that produced the text, and what to do there.
	Notes []msg.Text `json:"notes,omitempty"`
}

// Detail is a named value in a message.
type Detail struct {
	Name  string `json:"name"` // such as resource, thumbprint or assertionValidUntil
	Value string `json:"value"`
}

// Code is an AADSTS code and its entry in the catalogue.
type Code struct {
	Code    string   `json:"code"` // digits
	Name    string   `json:"name"` // symbolic name, or empty if none is published
	Meaning msg.Text `json:"meaning"`
}

// RankedCause is a possible cause of a code or message.
type RankedCause struct {
	ID      string   `json:"id"`
	Summary msg.Text `json:"summary"`
	Remedy  msg.Text `json:"remedy"`
}
