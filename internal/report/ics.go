package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// writeICS writes a calendar (RFC 5545) with an event at the expiry of each
// credential, and an alarm at the start of the warning window. UIDs are stable, so
// that a later import updates the events of an earlier one.
func writeICS(w io.Writer, r result.Dated, o Options) error {
	at := r.Head().GeneratedAt
	var list []result.Expiry
	for e, err := range r.Expiries() {
		if err != nil {
			return err
		}
		if r.Kind() == "scan" && (e.EndDateTime.Before(at.Add(-calendarPast)) || e.EndDateTime.After(at.AddDate(calendarEnd, 0, 0))) {
			continue
		}
		if list = append(list, e); len(list) >= 2*maxEvents {
			list = nearestEvents(list)
		}
	}
	return writeCalendar(w, nearestEvents(list), at, o)
}

// What a calendar of a scan shows: the past fortnight and what lies ahead, at
// most maxEvents, the nearest first.
const (
	maxEvents    = 5000
	calendarPast = 14 * 24 * time.Hour
	calendarEnd  = 20 // years, as for credentials that never expire
)

func nearestEvents(list []result.Expiry) []result.Expiry {
	if len(list) <= maxEvents {
		return list
	}
	slices.SortStableFunc(list, func(a, b result.Expiry) int { return a.EndDateTime.Compare(*b.EndDateTime) })
	return list[:maxEvents]
}

func writeCalendar(w io.Writer, list []result.Expiry, at time.Time, o Options) error {
	say := func(t msg.Text) string { return calendarText(t.In(o.Language)) }
	cal := ics.NewCalendar()
	cal.SetProductId("-//spcheck//spcheck//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(say(msg.New("Expiry of Entra credentials")))
	for _, c := range list {
		addEvent(cal, c, at, say, o)
	}
	if len(list) == 0 {
		addTimeZone(cal) // RFC 5545 §3.6 wants one component at least
	}
	// RFC 5545 §3.1: lines end in CR LF and fold at 75 octets.
	return cal.SerializeTo(w, ics.WithNewLineWindows, ics.WithLineLength(75))
}

func addEvent(cal *ics.Calendar, c result.Expiry, at time.Time, say func(msg.Text) string, o Options) {
	end := c.EndDateTime.UTC()
	e := cal.AddEvent(eventUID(c))
	e.SetDtStampTime(at.UTC())
	e.SetStartAt(end) // without an end, an event takes no time
	e.SetTimeTransparency(ics.TransparencyTransparent)
	name := neutral.Bound(c.Name, 120)
	title := capital(say(msg.New("%s expires: %s", c.KindText(), name)))
	e.SetSummary(title)
	lines := []string{say(c.Title()), say(msg.New("Application (client) ID")) + ": " + calendarText(c.AppID)}
	lines = append(lines, say(msg.New("Expires"))+": "+say(msg.New("%s", end)))
	e.SetDescription(strings.Join(lines, "\n"))
	if !end.After(at) {
		return // an alarm for what has passed would ring on import
	}
	alarm := e.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetTrigger("-" + icsDuration(o.window()))
	alarm.SetDescription(title)
}

// addTimeZone adds UTC, which shows nothing.
func addTimeZone(cal *ics.Calendar) {
	standard := cal.AddTimezone("UTC").AddStandard()
	standard.SetProperty(ics.ComponentPropertyDtStart, "19700101T000000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0000")
}

// eventUID depends on the credential alone. A key ID is a GUID that Entra made,
// and the same key may be on an application and on its service principal.
func eventUID(c result.Expiry) string {
	name := strings.Join([]string{"spcheck", strings.ToLower(c.AppID), strings.ToLower(c.Key())}, "\x00")
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String() + "@spcheck"
}

// icsDuration writes a duration by RFC 5545 §3.3.6.
func icsDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return fmt.Sprintf("P%dD", d/day)
	}
	return fmt.Sprintf("PT%dS", int64(d.Seconds()))
}

// capital starts a sentence.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
