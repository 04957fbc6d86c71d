// Package result holds the finished results of commands, in the shape of the
// command-line contract: what a command found out, ready to be written in any
// format, and nothing else. A saved JSON report reads back into these types.
package result

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// SchemaVersion is the version of every JSON report.
const SchemaVersion = "1"

// Status is the overall judgement of a report.
type Status string

// The judgements, which are those of the monitoring-plugin convention.
const (
	OK       Status = "ok"
	Warning  Status = "warning"
	Critical Status = "critical"
	Unknown  Status = "unknown"
)

// Header is at the head of every report.
type Header struct {
	SchemaVersion string    `json:"schemaVersion" jsonschema:"enum=1"`
	GeneratedAt   time.Time `json:"generatedAt"`
	Status        Status    `json:"status" jsonschema:"enum=ok,enum=warning,enum=critical,enum=unknown"`
	ExitCode      int       `json:"exitCode"`
	// Error says why the run failed where it did, and is left out otherwise.
	Error *Failure `json:"error,omitempty"`
}

// Failure is what went wrong with a whole run, with hints of what to do.
type Failure struct {
	Message msg.Text   `json:"message"`
	Hints   []msg.Text `json:"hints"`
	// NotFound says that what was asked for does not exist, though everything could
	// be read; it is left out where something could not.
	NotFound bool `json:"notFound,omitempty"`
}

// Diagnosis is the report of spcheck diagnose.
type Diagnosis struct {
	Header
	Target       Target       `json:"target"`
	RootCause    *Cause       `json:"rootCause"`
	Alternatives []Cause      `json:"alternatives"`
	Checks       []Check      `json:"checks"`
	Credentials  []Credential `json:"credentials"`
	// Reported is the product's own failure, nil where none is known.
	Reported *Reported `json:"reported" saved:"later"`
}

// Reported is what the pasted text or the sign-in log says of the product's own
// failure, which may use another credential than the one that was tried.
type Reported struct {
	Causes []RankedCause `json:"causes"` // best first, as in explain
	// KeyID is the listed credential that the product used, nil where that is not
	// known.
	KeyID     *string    `json:"keyId"`
	Timestamp *time.Time `json:"timestamp"`
	Source    msg.Text   `json:"source"`
}

// Target is what was diagnosed.
type Target struct {
	Tenant        *string           `json:"tenant"`
	ClientID      *string           `json:"clientId"`
	DisplayName   *string           `json:"displayName,omitempty"` // of the service principal, where it could be read
	AuthorityHost *string           `json:"authorityHost"`
	GraphEndpoint *string           `json:"graphEndpoint"`
	Cloud         *string           `json:"cloud"`
	Credential    *TargetCredential `json:"credential"`
}

// TargetCredential describes the configured credential without its value.
type TargetCredential struct {
	Kind   string  `json:"kind" jsonschema:"enum=password,enum=certificate,enum=federated"`
	Origin string  `json:"origin"` // such as "environment AZURE_CLIENT_SECRET"
	Length *int    `json:"length"` // in bytes, of a secret
	Hint   *string `json:"hint"`   // the first three characters of a secret, or a certificate's thumbprint
}

// Certainty says how strongly the evidence carries a cause.
type Certainty string

// Proven needs a fact that excludes the other causes, likely a fact that
// favours this one, possible a code that allows it.
const (
	Proven   Certainty = "proven"
	Likely   Certainty = "likely"
	Possible Certainty = "possible"
)

// Cause is one explanation of what is wrong.
type Cause struct {
	ID          string     `json:"id"` // one of the closed list of root causes
	Certainty   Certainty  `json:"certainty" jsonschema:"enum=proven,enum=likely,enum=possible"`
	Summary     msg.Text   `json:"summary"`
	Explanation msg.Text   `json:"explanation"`
	AADSTS      *AADSTS    `json:"aadsts"`
	Evidence    []Evidence `json:"evidence"`
	// Remedies are left out of alternatives.
	Remedies []Remedy `json:"remedies,omitempty"`
}

// AADSTS is what the token endpoint's refusal said.
type AADSTS struct {
	Codes         []string   `json:"codes"`
	Decisive      *string    `json:"decisive"`
	TraceID       *string    `json:"traceId"`
	CorrelationID *string    `json:"correlationId"`
	Timestamp     *time.Time `json:"timestamp"`
}

// Evidence is one fact that carries a claim, and where it was read.
type Evidence struct {
	Claim  msg.Text `json:"claim"`
	Value  msg.Text `json:"value"`
	Source msg.Text `json:"source"`
}

// MarshalJSON writes a value that is empty as such: it is never null.
func (e Evidence) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		Claim  msg.Text `json:"claim"`
		Value  string   `json:"value"`
		Source msg.Text `json:"source"`
	}{e.Claim, e.Value.String(), e.Source})
}

// marshal is json.Marshal without the escapes for HTML: whoever encodes the whole
// report decides on those.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Remedy is one thing to do.
type Remedy struct {
	Title    msg.Text  `json:"title"`
	Commands []Command `json:"commands"`
	Link     *string   `json:"link"`
}

// Command is something to type, for one shell ("sh", "powershell", "cmd").
type Command struct {
	Shell   string `json:"shell"`
	Command string `json:"command"`
}

// CheckStatus is the outcome of one check.
type CheckStatus string

// The outcomes of a check. Unknown is one of its own: what could not be read
// never passes. Skipped was not asked for, or makes no sense here.
const (
	Pass         CheckStatus = "pass"
	Warn         CheckStatus = "warn"
	Fail         CheckStatus = "fail"
	CheckUnknown CheckStatus = "unknown"
	Skipped      CheckStatus = "skipped"
)

// Check is one question that was asked, and its answer.
type Check struct {
	ID         string      `json:"id"`
	Title      msg.Text    `json:"title"`
	Status     CheckStatus `json:"status" jsonschema:"enum=pass,enum=warn,enum=fail,enum=unknown,enum=skipped"`
	Summary    msg.Text    `json:"summary"`
	CausedBy   *string     `json:"causedBy"`   // ID of the check that this one's failure follows from
	DurationMs *int64      `json:"durationMs"` // of the network exchange behind it, where there was one
}

// CredentialStatus places a credential's dates against now.
type CredentialStatus string

// The states of a credential.
const (
	Valid        CredentialStatus = "valid"
	Expiring     CredentialStatus = "expiring"
	Expired      CredentialStatus = "expired"
	NotYetValid  CredentialStatus = "notYetValid"
	NeverExpires CredentialStatus = "neverExpires"
)

// MarshalJSON writes null for a status that could not be told, because the dates
// came malformed.
func (s CredentialStatus) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(s))
}

// Credential is one credential of a service principal or its application.
type Credential struct {
	KeyID            *string          `json:"keyId"`
	Kind             string           `json:"kind" jsonschema:"enum=password,enum=certificate,enum=federated"`
	Purpose          Purpose          `json:"purpose,omitempty" jsonschema:"enum=signIn,enum=samlSigning,enum=tokenEncryption,enum=platformManaged,enum=agent"`
	StoredOn         string           `json:"storedOn" jsonschema:"enum=application,enum=servicePrincipal"`
	DisplayName      *string          `json:"displayName"`
	Hint             *string          `json:"hint"` // first characters of a password, thumbprint of a certificate
	StartDateTime    *time.Time       `json:"startDateTime"`
	EndDateTime      *time.Time       `json:"endDateTime"`
	DaysLeft         *int             `json:"daysLeft"`
	Status           CredentialStatus `json:"status" jsonschema:"enum=valid,enum=expiring,enum=expired,enum=notYetValid,enum=neverExpires"`
	Configured       *bool            `json:"configured"`
	LastUsedDateTime *time.Time       `json:"lastUsedDateTime"`
}

// SecretList is the report of spcheck list-secrets.
type SecretList struct {
	Header
	ServicePrincipal *ServicePrincipal `json:"servicePrincipal"`
	Application      *Application      `json:"application"`
	Credentials      []Credential      `json:"credentials"`
	// Notes say what could not be read, or what a reader of the table must know.
	Notes []msg.Text `json:"notes,omitempty"`
}

// ServicePrincipal is the object that the credentials belong to.
type ServicePrincipal struct {
	ID             string  `json:"id"`
	AppID          *string `json:"appId"`
	DisplayName    *string `json:"displayName"`
	Type           *string `json:"type"`
	AccountEnabled *bool   `json:"accountEnabled"`
}

// Application is the app registration beside it, null where there is none in
// the tenant.
type Application struct {
	ID             string  `json:"id"`
	DisplayName    *string `json:"displayName"`
	SignInAudience *string `json:"signInAudience"`
}

// Explanation is the report of spcheck explain.
type Explanation struct {
	Header
	Matches []Match `json:"matches"`
	// Notes say where to find the error, where the text holds none.
	Notes []msg.Text `json:"notes,omitempty"`
}

// Match is one independent error that was found in a text.
type Match struct {
	Line          int           `json:"line"` // from 1
	Excerpt       string        `json:"excerpt"`
	FoundBy       string        `json:"foundBy" jsonschema:"enum=code,enum=wording"`
	Codes         []Code        `json:"codes"`
	Decisive      *string       `json:"decisive"`
	Causes        []RankedCause `json:"causes"`
	AppID         *string       `json:"appId"`
	Tenant        *string       `json:"tenant"`
	TraceID       *string       `json:"traceId"`
	CorrelationID *string       `json:"correlationId"`
	Timestamp     *time.Time    `json:"timestamp"`
	// Details are what the message reveals beside its IDs, such as the times of
	// an assertion or the thumbprint of a key.
	Details []Detail `json:"details,omitempty"`
	// Notes name the product the text comes from and what to do there.
	Notes []msg.Text `json:"notes,omitempty"`
}

// Detail is a value that a message names.
type Detail struct {
	Name  string `json:"name"` // such as resource, thumbprint or assertionValidUntil
	Value string `json:"value"`
}

// Code is one AADSTS code as the catalogue knows it.
type Code struct {
	Code    string   `json:"code"` // digits
	Name    string   `json:"name"` // symbolic name, or empty where none is published
	Meaning msg.Text `json:"meaning"`
}

// RankedCause is a cause that a code or a message allows, best first.
type RankedCause struct {
	ID      string   `json:"id"`
	Summary msg.Text `json:"summary"`
	Remedy  msg.Text `json:"remedy"`
}
