package aadsts

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// details are what a message itself reveals beside its code. Texts come from
// outside: short, without control characters, otherwise as they stood there.
type details struct {
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

// role says what a value in a message is.
type role string

// The roles that the catalogue can give to quoted values and GUIDs.
const (
	roleClient    role = "client"
	roleTenant    role = "tenant"
	roleResource  role = "resource"
	roleIssuer    role = "issuer"
	roleAudience  role = "audience"
	roleSubject   role = "subject"
	roleProposed  role = "proposed"
	roleParameter role = "parameter"
)

// field returns the field of a role, nil for an unknown one.
func (d *details) field(r role) *string {
	return map[role]*string{
		roleClient: &d.Identifier, roleTenant: &d.Directory, roleResource: &d.Resource,
		roleIssuer: &d.Issuer, roleAudience: &d.Audience, roleSubject: &d.Subject,
		roleProposed: &d.Proposed, roleParameter: &d.Parameter,
	}[r]
}

const guidShape = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`

var (
	guidOnly   = lazyregexp.New(`^` + guidShape + `$`)
	guidAny    = lazyregexp.New(guidShape)
	appID      = lazyregexp.New(`(?i)\bapp(?:lication)?(?: id| with identifier)?\s*['"<(]?(` + guidShape + `)`)
	resourceOf = lazyregexp.New(`(?i)principal ?named ?["'<]?(.{1,200}?)["'>]? ?was ?not ?found ?in ?the ?tenant ?named ?["'<]?(?:([^". ][^"]{0,199}?)["'>]?)?(?:"|\.? ?$|\.\s|\.? ?This ?can)`)
	tenantOf   = lazyregexp.New(`(?i)tenant ([\w.-]{3,80}) not found`)
	assertion  = lazyregexp.New(`(?i)presented assertion (issuer|audience|subject):? ['"<]([^'">]{1,300})['">]`)
	oldFields  = lazyregexp.New(`(?i)assertion (issuer|audience|subject):\s*['"]([^'"]{1,300})['"]`)
	reason     = lazyregexp.New(`(?i)\[reason - (.{1,120}?)(?:[.,\]]|$)`)
	thumbprint = lazyregexp.New(`\b[0-9a-fA-F]{40}\b`)
	isoTime    = lazyregexp.New(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d`)
	keyTimes   = lazyregexp.New(`(?i)start\s*=\s*(\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d),?\s*end\s*=\s*(\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d)`)
)

// words are the lines of a message joined in both ways that a line break allows:
// at a blank, or in the middle of a word.
type words struct{ spaced, glued string }

// find looks for a shape in the words, if they hold a certain text at all, which
// is much quicker to look for.
func (w words) find(shape func() *regexp.Regexp, holding string) []string {
	for _, s := range []string{w.spaced, w.glued} {
		if strings.Contains(s, holding) {
			if m := shape().FindStringSubmatch(s); m != nil {
				return m
			}
		}
	}
	return nil
}

// readDetails reads what the message of an entry reveals.
func readDetails(e *Entry, message string) details {
	var d details
	message = clip(message, maxRegion)
	if hardWrapped(message) {
		message = strings.ReplaceAll(message, "\n", "")
	}
	w := words{spaced: collapse(message)}
	if strings.Contains(message, "\n") {
		w.glued = collapse(strings.ReplaceAll(message, "\n", ""))
	}
	d.readQuotes(e.Quotes, message)
	if len(e.GUIDs) > 0 {
		d.readGUIDs(e.GUIDs, w)
	}
	d.readPhrases(w)
	d.readCertificate(w)
	if e.Is(AssertionTime) || strings.Contains(w.spaced, "valid time range") {
		d.readPeriod(w.spaced)
	}
	return d
}

// hardWrapped reports whether a console broke a message at a fixed width, in the
// middle of words: all its whole lines are equally long.
func hardWrapped(message string) bool {
	lines := strings.Split(message, "\n")
	if len(lines) < 4 { // the first and the last are not whole
		return false
	}
	for _, line := range lines[1 : len(lines)-1] {
		if utf8.RuneCountInString(line) != utf8.RuneCountInString(lines[1]) {
			return false
		}
	}
	return true
}

func (d *details) readQuotes(roles []role, message string) {
	if len(roles) == 0 {
		return
	}
	for i, q := range quotedValues(message) {
		if i == len(roles) {
			break
		}
		f := d.field(roles[i])
		if f == nil || isSentence(q.value) {
			continue
		}
		*f = tidyValue(q.value, roles[i] == roleTenant || roles[i] == roleSubject)
		if roles[i] != roleClient && wordlike(*f) && !announces(q.after) {
			*f = redacted // a name counts where the message has one
		}
	}
}

func (d *details) readGUIDs(roles []role, w words) {
	guids := guidAny().FindAllString(w.spaced, 4)
	if glued := guidAny().FindAllString(w.glued, 4); len(glued) > len(guids) {
		guids = glued
	}
	for i, role := range roles {
		if f := d.field(role); f != nil && *f == "" && i < len(guids) {
			*f = strings.ToLower(guids[i])
		}
	}
}

// readPhrases reads values that are behind known words.
func (d *details) readPhrases(w words) {
	if m := w.find(resourceOf, "named"); m != nil {
		d.Resource, d.Directory = strings.ReplaceAll(tidyValue(m[1], true), " ", ""), tidyValue(m[2], true)
	}
	if d.Directory == "" {
		if m := w.find(tenantOf, "not found"); m != nil {
			d.Directory = tidyValue(m[1], false)
		}
	}
	if strings.Contains(w.spaced, "ssertion ") {
		for _, shape := range []func() *regexp.Regexp{oldFields, assertion} {
			for _, m := range shape().FindAllStringSubmatch(w.spaced, 3) {
				role := role(strings.ToLower(m[1]))
				*d.field(role) = tidyValue(m[2], role == roleSubject)
			}
		}
	}
	if d.Identifier == "" {
		if m := w.find(appID, "-"); m != nil {
			d.Identifier = strings.ToLower(m[1])
		}
	}
}

func (d *details) readCertificate(w words) {
	if m := w.find(reason, "[Reason"); m != nil {
		d.Reason = tidyValue(m[1], true)
	}
	if m := w.find(thumbprint, "humbprint"); m != nil {
		d.Thumbprint = strings.ToUpper(m[0])
	}
	if m := w.find(keyTimes, "Start="); m != nil {
		d.KeyStart, d.KeyEnd = americanTime(m[1]), americanTime(m[2])
	}
}

// readPeriod reads the three times of 700024, which are in the same order in
// every language.
func (d *details) readPeriod(message string) {
	var times []*time.Time
	for _, at := range isoTime().FindAllStringIndex(message, 3) {
		if t, ok := readTime([]byte(message[at[0]:])); ok {
			times = append(times, t)
		}
	}
	if len(times) == 3 { // fewer do not tell which is which
		d.Now, d.ValidFrom, d.ValidUntil = times[0], times[1], times[2]
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
