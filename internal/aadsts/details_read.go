package aadsts

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
)

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

// words are the joined lines of a message. A line break may replace a space, or be inside a
// word.
type words struct{ spaced, glued string }

// find matches a regular expression if the words contain a certain text, which is much
// faster to check.
func (w words) find(shape func() *regexp.Regexp, part string) []string {
	for _, s := range []string{w.spaced, w.glued} {
		if strings.Contains(s, part) {
			if m := shape().FindStringSubmatch(s); m != nil {
				return m
			}
		}
	}
	return nil
}

// readDetails reads the details of a message with the entry's code.
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

// hardWrapped reports whether a console broke a message at a fixed width, inside words: all
// complete lines have the same length.
func hardWrapped(message string) bool {
	lines := strings.Split(message, "\n")
	if len(lines) < 4 { // the first and the last are not complete
		return false
	}
	width := utf8.RuneCountInString(lines[1])
	return !slices.ContainsFunc(lines[1:len(lines)-1], func(line string) bool { return utf8.RuneCountInString(line) != width })
}

func (d *details) readQuotes(roles []role, message string) {
	if len(roles) == 0 {
		return
	}
	for i, q := range quotedValues(message) {
		if i == len(roles) {
			break
		}
		if isSentence(q.value) {
			continue
		}
		f := d.field(roles[i])
		*f = tidyValue(q.value, roles[i] == roleTenant || roles[i] == roleSubject)
		if roles[i] != roleClient && wordlike(*f) && !announces(q.after) {
			*f = redacted // this is not where the message has a name
		}
	}
}

func (d *details) readGUIDs(roles []role, w words) {
	guids := guidAny().FindAllString(w.spaced, 4)
	if glued := guidAny().FindAllString(w.glued, 4); len(glued) > len(guids) {
		guids = glued
	}
	for i, role := range roles {
		if f := d.field(role); *f == "" && i < len(guids) {
			*f = strings.ToLower(guids[i])
		}
	}
}

// readPhrases reads values that follow known words.
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

// readPeriod reads the three times of 700024, which have the same order in every language.
func (d *details) readPeriod(message string) {
	var times []*time.Time
	for _, at := range isoTime().FindAllStringIndex(message, 3) {
		if t, ok := readTime([]byte(message[at[0]:])); ok {
			times = append(times, t)
		}
	}
	if len(times) == 3 {
		d.Now, d.ValidFrom, d.ValidUntil = times[0], times[1], times[2]
	}
}

// americanTime reads 02/07/2021 17:00:39 (month first, UTC), as the service prints the dates
// of a key.
func americanTime(s string) *time.Time {
	t, _ := time.Parse("1/2/2006 15:04:05", s)
	return result.OrNil(t)
}
