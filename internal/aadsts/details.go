package aadsts

import (
	"cmp"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// details are what a message says besides its code. Texts are from outside.
type details struct {
	Identifier string // what was sent as the client ID, a GUID or not
	Directory  string // the tenant or directory that the message names
	Resource   string // the API that the token is for
	Parameter  string // the parameter that is missing or wrong
	Issuer     string // of a federated token
	Audience   string
	Subject    string
	Proposed   string // the subject that the message proposes instead
	Reason     string // of 700027
	Thumbprint string // of the certificate in use, upper case

	KeyStart, KeyEnd *time.Time // of the registered certificate

	// The three times of 700024: the server's clock, and the validity of the assertion.
	Now, ValidFrom, ValidUntil *time.Time
}

// role says what a text in a message is. The catalogue gives roles to quoted values and
// GUIDs. Reports use the same names.
type role string

const (
	roleClient  role = "client"
	roleTenant  role = "tenant"
	roleSubject role = "subject"
)

// detail is one text of the details, and how much of it is shown.
type detail struct {
	role  role
	field *string
	shows func(string) string
}

// texts returns the texts of the details in the order of reports.
func (d *details) texts() []detail {
	return []detail{
		{roleClient, &d.Identifier, shownForm}, {roleTenant, &d.Directory, shownName},
		{"resource", &d.Resource, shownForm}, {"parameter", &d.Parameter, shownFields},
		{"issuer", &d.Issuer, shownForm}, {"audience", &d.Audience, shownForm},
		{roleSubject, &d.Subject, shownSubject}, {"proposedSubject", &d.Proposed, shownSubject},
		{"reason", &d.Reason, excerpt}, {"thumbprint", &d.Thumbprint, shownThumbprint},
	}
}

// field returns the field of a role, or nil if there is no such role.
func (d *details) field(r role) *string {
	for _, t := range d.texts() {
		if t.role == r {
			return t.field
		}
	}
	return nil
}

// safe returns the details with every text redacted that does not have its form.
func (d details) safe() details {
	for _, t := range d.texts() {
		if *t.field != "" && !masked(*t.field) {
			*t.field = cmp.Or(t.shows(*t.field), redacted)
		}
	}
	return d
}

// revealed returns the details for the report, apart from the client and the tenant.
func (d *details) revealed() []result.Detail {
	var list []result.Detail
	add := func(name, value string) {
		if value != "" {
			list = append(list, result.Detail{Name: name, Value: value})
		}
	}
	for _, t := range d.texts()[2:] {
		add(string(t.role), shown(*t.field))
	}
	add("certificateValidFrom", moment(d.KeyStart))
	add("certificateValidUntil", moment(d.KeyEnd))
	add("serverTime", moment(d.Now))
	add("assertionValidFrom", moment(d.ValidFrom))
	add("assertionValidUntil", moment(d.ValidUntil))
	add("sentAfterEnd", d.lateness())
	return list
}

// moment formats a time without its fraction. Entra prints a year before 2000 for a time
// that the assertion does not contain.
func moment(t *time.Time) string {
	if t == nil || t.Year() < 2000 {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// lateness returns how long ago an assertion had ended, such as "1 h 12 min".
func (d *details) lateness() string {
	late, ok := d.late()
	if !ok {
		return ""
	}
	text := late.Round(time.Second).String() // 1h12m5s
	text = strings.NewReplacer("h", " h ", "m", " min ", "s", " s").Replace(text)
	return strings.TrimSpace(strings.ReplaceAll(text, " 0 s", ""))
}
