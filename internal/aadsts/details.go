package aadsts

import (
	"regexp"
	"strings"
	"time"
)

// Details are what a message itself reveals beside its code. Texts come from
// outside: short, without control characters, otherwise as they stood there.
type Details struct {
	Identifier string // what was sent as client ID, a GUID or not
	Directory  string // the tenant or directory that the message names
	Resource   string // the API that the token was asked for
	Issuer     string // of a federated token
	Audience   string
	Subject    string
	Proposed   string // the subject that the message proposes instead
	Parameter  string // the parameter that is missing or wrong
	Reason     string // of 700027
	Thumbprint string // of the certificate in use, upper case

	KeyStart, KeyEnd *time.Time // of the registered certificate

	// The three times of 700024: the server's clock, and the assertion's period.
	Now, ValidFrom, ValidUntil *time.Time
}

// Role says what a value in a message is.
type Role string

// The roles that the catalogue can give to quoted values and GUIDs.
const (
	RoleClient    Role = "client"
	RoleTenant    Role = "tenant"
	RoleResource  Role = "resource"
	RoleIssuer    Role = "issuer"
	RoleAudience  Role = "audience"
	RoleSubject   Role = "subject"
	RoleProposed  Role = "proposed"
	RoleParameter Role = "parameter"
)

// field returns the field of a role, nil for an unknown one.
func (d *Details) field(r Role) *string {
	return map[Role]*string{
		RoleClient: &d.Identifier, RoleTenant: &d.Directory, RoleResource: &d.Resource,
		RoleIssuer: &d.Issuer, RoleAudience: &d.Audience, RoleSubject: &d.Subject,
		RoleProposed: &d.Proposed, RoleParameter: &d.Parameter,
	}[r]
}

const guidShape = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`

var (
	guidOnly   = regexp.MustCompile(`^` + guidShape + `$`)
	guidAny    = regexp.MustCompile(guidShape)
	appID      = regexp.MustCompile(`(?i)\bapp(?:lication)?(?: id| with identifier)?\s*['"<(]?(` + guidShape + `)`)
	resourceOf = regexp.MustCompile(`(?i)resource principal named ["'<]?(.{1,200}?)["'>]? was not found in the tenant named ["'<]?(.{1,200}?)["'>]?(?:\.? ?$|\.\s)`)
	assertion  = regexp.MustCompile(`(?i)presented assertion (issuer|audience|subject):? ['"<]([^'">]{1,300})['">]`)
	oldFields  = regexp.MustCompile(`(?i)assertion (issuer|audience|subject):\s*['"]([^'"]{1,300})['"]`)
	reason     = regexp.MustCompile(`(?i)\[reason - (.{1,120}?)(?:[.,\]]|$)`)
	thumbprint = regexp.MustCompile(`\b[0-9a-fA-F]{40}\b`)
	isoTime    = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d`)
	keyTimes   = regexp.MustCompile(`(?i)start\s*=\s*(\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d),?\s*end\s*=\s*(\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d)`)
)

// readDetails reads what the message of an entry reveals.
func readDetails(e *Entry, message string) Details {
	var d Details
	message = clip(collapse(message), maxRegion)
	quoted := quotedValues(message)
	for i, role := range e.Quotes {
		if f := d.field(role); f != nil && i < len(quoted) {
			*f = quoted[i]
		}
	}
	var guids []string
	if len(e.GUIDs) > 0 {
		guids = guidAny.FindAllString(message, 4)
	}
	for i, role := range e.GUIDs {
		if f := d.field(role); f != nil && *f == "" && i < len(guids) {
			*f = strings.ToLower(guids[i])
		}
	}
	d.readPhrases(message)
	d.readCertificate(message)
	if e.Code == "700024" || strings.Contains(message, "valid time range") {
		d.readPeriod(message)
	}
	return d
}

// readPhrases reads values that stand behind known words.
func (d *Details) readPhrases(message string) {
	if m := submatch(resourceOf, message, "principal named"); m != nil {
		d.Resource, d.Directory = tidyValue(m[1]), tidyValue(m[2])
	}
	if strings.Contains(message, "ssertion ") {
		for _, shape := range []*regexp.Regexp{oldFields, assertion} {
			for _, m := range shape.FindAllStringSubmatch(message, 3) {
				*d.field(Role(strings.ToLower(m[1]))) = tidyValue(m[2])
			}
		}
	}
	if d.Identifier == "" {
		if m := submatch(appID, message, "-"); m != nil {
			d.Identifier = strings.ToLower(m[1])
		}
	}
}

// submatch is FindStringSubmatch for a text that holds a certain word, which is
// much quicker to look for.
func submatch(shape *regexp.Regexp, text, word string) []string {
	if !strings.Contains(text, word) {
		return nil
	}
	return shape.FindStringSubmatch(text)
}

func (d *Details) readCertificate(message string) {
	if m := submatch(reason, message, "[Reason"); m != nil {
		d.Reason = tidyValue(m[1])
	}
	if m := submatch(thumbprint, message, "humbprint"); m != nil {
		d.Thumbprint = strings.ToUpper(m[0])
	}
	if m := submatch(keyTimes, message, "Start="); m != nil {
		d.KeyStart, d.KeyEnd = americanTime(m[1]), americanTime(m[2])
	}
}

// readPeriod reads the three times of 700024, which stand in the same order in
// every language.
func (d *Details) readPeriod(message string) {
	fields := []**time.Time{&d.Now, &d.ValidFrom, &d.ValidUntil}
	for i, at := range isoTime.FindAllStringIndex(message, len(fields)) {
		if t, ok := readTime([]byte(message[at[0]:])); ok {
			*fields[i] = t
		}
	}
	if d.ValidUntil == nil { // too few to tell which is which
		d.Now, d.ValidFrom = nil, nil
	}
}

// americanTime reads 02/07/2021 17:00:39 (month first), which is how the service
// prints the dates of a key, in UTC.
func americanTime(s string) *time.Time {
	t, err := time.Parse("1/2/2006 15:04:05", s)
	if err != nil {
		return nil
	}
	return &t
}

// KnownRole reports whether a message's value can have a role.
func KnownRole(r Role) bool { return new(Details).field(r) != nil }
