// Package diagnosis works out why a service principal cannot sign in, from facts that
// the caller has collected. It makes no requests and reads no clock other than
// Facts.Now. The command spcheck diagnose uses it.
//
// A fact that was not collected is left out and counts neither way. A fact that could
// not be read is unknown, and is never treated as healthy. Each cause has a certainty;
// a cause is proven only if a fact excludes all others.
//
// # Versions
//
// The package follows the module's semantic version. A minor version may add fields to
// structs and change texts. The IDs of causes and the fields of the JSON report do not
// change.
package diagnosis

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// Facts describe one sign-in. The zero value of a field means that the fact was not
// collected.
type Facts struct {
	// Now is the time on the machine that signs in. It is required.
	Now time.Time
	// Tenant is a GUID or a domain. ClientID is the application ID.
	Tenant, ClientID string
	// Secret is the configured client secret. Only its form and its first characters
	// are compared. It is never printed.
	Secret Secret
	// SignIn is Entra's answer to a sign-in with Secret.
	SignIn *SignIn
	// ErrorText is the error that the failing product shows.
	ErrorText string
	// Directory is what Microsoft Graph returned. If it could not be read,
	// DirectoryError says why.
	Directory      *Directory
	DirectoryError error
}

// SignIn is an answer of the token endpoint.
type SignIn struct {
	// Accepted means that a token was issued.
	Accepted bool
	// Status is the HTTP status of a refusal. Body is its JSON, with error,
	// error_description and error_codes.
	Status int
	Body   []byte
	// ServerTime is the Date header, or zero if there was none.
	ServerTime time.Time
}

// Directory holds the objects that Graph lists for the client ID.
type Directory struct {
	// ServicePrincipal is nil if the tenant has none. Application is nil if it is
	// registered in another tenant or in none.
	ServicePrincipal, Application *Object
}

// Object is a service principal or an application.
type Object struct {
	ID, DisplayName string
	// Disabled is !accountEnabled for a service principal, and isDisabled for an
	// application.
	Disabled bool
	// Credentials are the object's passwords and certificates.
	Credentials []Credential
}

// Credential is a password or a certificate, as Graph lists it.
type Credential struct {
	KeyID string // GUID
	// Certificate is true for a certificate and false for a password.
	Certificate bool
	Name        string
	// Hint is the first three characters of a password, or empty if Graph has none.
	// Thumbprint is the SHA-1 of a certificate in hexadecimal.
	Hint, Thumbprint string
	Start, End       time.Time // zero if null
}

// Certainty says how well the facts support a cause.
type Certainty string

// Proven means that a fact excludes all other causes, Likely that a fact supports this
// one, and Possible only that the error code allows it.
const (
	Proven   Certainty = "proven"
	Likely   Certainty = "likely"
	Possible Certainty = "possible"
)

// Diagnosis is the result of Judge.
type Diagnosis struct {
	// Status is ok, warning, critical or unknown.
	Status string
	// RootCause is nil if nothing is wrong, or if the cause is not known.
	RootCause *Cause
	// Alternatives are other causes that the facts do not rule out.
	Alternatives []Cause
	report       *result.Diagnosis
}

// Cause is one possible cause.
type Cause struct {
	ID        string // from the closed list of root causes, such as secret-expired
	Certainty Certainty
	Summary   Text
	Evidence  []Evidence
}

// Evidence is a fact that supports a cause, and its source.
type Evidence struct{ Claim, Value, Source Text }

// Text is a sentence for people. It prints in English.
type Text struct{ text msg.Text }

// String returns the English sentence.
func (t Text) String() string { return t.In("en") }

// In returns the sentence in a language, "en" or "de". Any other language gives
// English.
func (t Text) In(language string) string { return neutral.Line(t.text.In(language)) }

// MarshalJSON returns the report that spcheck diagnose -o json writes, with remedies
// and checks.
func (d *Diagnosis) MarshalJSON() ([]byte, error) { return json.Marshal(d.report) }

// errNoTime is returned for facts without a time.
var errNoTime = errors.New("diagnosis: Facts.Now is not set")

// Judge works out the diagnosis. It returns an error if Facts.Now is not set, or if
// SignIn.Body is not an answer of Entra.
func Judge(f Facts) (*Diagnosis, error) {
	if f.Now.IsZero() {
		return nil, errNoTime
	}
	facts, err := f.facts()
	if err != nil {
		return nil, err
	}
	report := diagnose.Judge(facts)
	d := &Diagnosis{Status: string(report.Status), report: report}
	if report.RootCause != nil {
		d.RootCause = new(cause(*report.RootCause))
	}
	for _, c := range report.Alternatives {
		d.Alternatives = append(d.Alternatives, cause(c))
	}
	return d, nil
}

func cause(c result.Cause) Cause {
	out := Cause{ID: c.ID, Certainty: Certainty(c.Certainty), Summary: Text{c.Summary}}
	for _, e := range c.Evidence {
		out.Evidence = append(out.Evidence, Evidence{Text{e.Claim}, Text{e.Value}, Text{e.Source}})
	}
	return out
}
