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

// writeICS writes a calendar (RFC 5545) with an event at the expiry date of each
// credential, and an alarm at the start of the warning window. UIDs are stable, so that
// importing a later report updates the events.
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

// Limits of the calendar of a scan. It contains the earliest maxEvents expiry dates from
// calendarPast before now.
const (
	maxEvents    = 5000
	calendarPast = 14 * 24 * time.Hour
	calendarEnd  = 20 // years from now; later dates count as never
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
		addTimeZone(cal) // RFC 5545 §3.6 requires at least one component
	}
	// RFC 5545 §3.1: lines end in CR LF and are folded at 75 octets.
	return cal.SerializeTo(w, ics.WithNewLineWindows, ics.WithLineLength(75))
}

func addEvent(cal *ics.Calendar, c result.Expiry, at time.Time, say func(msg.Text) string, o Options) {
	end := c.EndDateTime.UTC()
	e := cal.AddEvent(eventUID(c))
	e.SetDtStampTime(at.UTC())
	e.SetStartAt(end) // an event without an end has no duration
	e.SetTimeTransparency(ics.TransparencyTransparent)
	name := neutral.Bound(c.Name, 120)
	title := capital(say(msg.New("%s expires: %s", c.KindText(), name)))
	e.SetSummary(title)
	e.SetDescription(say(c.Title()) + "\n" +
		say(msg.New("Application (client) ID")) + ": " + say(msg.Literal(c.AppID)) + "\n" +
		say(msg.New("Expires")) + ": " + say(msg.New("%s", end)))
	if !end.After(at) {
		return // an alarm in the past would go off on import
	}
	alarm := e.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetTrigger("-" + icsDuration(o.window()))
	alarm.SetDescription(title)
}

// addTimeZone adds the time zone UTC, which calendars do not display.
func addTimeZone(cal *ics.Calendar) {
	standard := cal.AddTimezone("UTC").AddStandard()
	standard.SetProperty(ics.ComponentPropertyDtStart, "19700101T000000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0000")
}

// eventUID depends only on the credential. It includes the object, because an application
// and its service principal may have the same key.
func eventUID(c result.Expiry) string {
	name := strings.Join([]string{"spcheck", strings.ToLower(c.AppID), strings.ToLower(c.Key())}, "\x00")
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String() + "@spcheck"
}

// icsDuration formats a duration as specified by RFC 5545 §3.3.6.
func icsDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return fmt.Sprintf("P%dD", d/day)
	}
	return fmt.Sprintf("PT%dS", int64(d.Seconds()))
}

// capital changes the first letter to upper case.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
