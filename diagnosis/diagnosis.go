// Package diagnosis judges why a service principal does not sign in, from facts that the
// caller has gathered: it asks nobody, reads no clock but the one in the facts, and is
// what the command spcheck diagnose judges with.
//
// A fact that is absent was not asked for, and harms nothing; one that could not be read
// is unknown, which is never taken for good news. Causes come with a certainty: proven
// needs a fact that excludes the others.
//
// # Versions
//
// The package follows the module's semantic version. In a minor version structs may gain
// fields, and texts may change; the IDs of causes and the fields of the JSON report stay
// what they are.
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

// Facts are what is known of one sign-in. The zero value of a field is a fact that
// nobody asked for.
type Facts struct {
	// Now is the clock of the machine that signs in. It must be set.
	Now time.Time
	// Tenant is a GUID or a domain, ClientID the application ID.
	Tenant, ClientID string
	// Secret is the configured client secret. Its form and beginning are compared;
	// it is never printed.
	Secret Secret
	// SignIn is what Entra said to a sign-in with it.
	SignIn *SignIn
	// ErrorText is what the product shows.
	ErrorText string
	// Directory is what Microsoft Graph lists. With DirectoryError set it could not be
	// read, for that reason.
	Directory      *Directory
	DirectoryError error
}

// SignIn is an answer of the token endpoint.
type SignIn struct {
	// Accepted says that a token was issued.
	Accepted bool
	// Status and Body are those of a refusal: the HTTP status, and the JSON with error,
	// error_description and error_codes.
	Status int
	Body   []byte
	// ServerTime is the Date header, zero without one.
	ServerTime time.Time
}

// Directory is what Graph lists of the client ID.
type Directory struct {
	// ServicePrincipal is nil where the tenant has none, Application where the
	// application is registered elsewhere or nowhere.
	ServicePrincipal, Application *Object
}

// Object is a service principal or an application.
type Object struct {
	ID, DisplayName string
	// Disabled is !accountEnabled of a service principal, isDisabled of an application.
	Disabled bool
	// Credentials are its passwords and certificates.
	Credentials []Credential
}

// Credential is a password or a certificate, as Graph lists it.
type Credential struct {
	KeyID string // GUID
	// Certificate says that it is one; else it is a password.
	Certificate bool
	Name        string
	// Hint is a password's hint (its first three characters), empty where Graph has
	// none; Thumbprint a certificate's SHA-1 in hexadecimal digits.
	Hint, Thumbprint string
	Start, End       time.Time // zero where null
}

// Certainty says how strongly the facts carry a cause.
type Certainty string

// Proven needs a fact that excludes the other causes, likely a fact that favours this
// one, possible a code that allows it.
const (
	Proven   Certainty = "proven"
	Likely   Certainty = "likely"
	Possible Certainty = "possible"
)

// Diagnosis is what the facts say.
type Diagnosis struct {
	// Status is ok, warning, critical or unknown.
	Status string
	// RootCause is nil where nothing is wrong, or nothing is known.
	RootCause *Cause
	// Alternatives are other causes that the facts leave open.
	Alternatives []Cause
	report       *result.Diagnosis
}

// Cause is one explanation.
type Cause struct {
	ID        string // of the closed list of root causes, such as secret-expired
	Certainty Certainty
	Summary   Text
	Evidence  []Evidence
}

// Evidence is a fact that carries a cause, and where it was seen.
type Evidence struct{ Claim, Value, Source Text }

// Text is a sentence for people. It prints as English.
type Text struct{ text msg.Text }

// String is the English sentence.
func (t Text) String() string { return t.In("en") }

// In is the sentence in a language: "en" or "de"; anything else is English.
func (t Text) In(language string) string { return neutral.Line(t.text.In(language)) }

// MarshalJSON writes the report of spcheck diagnose -o json, with remedies and checks.
func (d *Diagnosis) MarshalJSON() ([]byte, error) { return json.Marshal(d.report) }

// errNoTime is the error of facts without a clock.
var errNoTime = errors.New("diagnosis: Facts.Now is not set")

// Judge says what the facts mean. The error is that of facts that are none: without a
// time, or with an answer that is not Entra's.
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
		c := cause(*report.RootCause)
		d.RootCause = &c
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
