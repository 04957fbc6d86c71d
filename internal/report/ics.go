package report

import (
	"cmp"
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

// dated is a credential with the application it belongs to, for a calendar.
type dated struct {
	AppID, Name string
	result.Credential
}

// writeICS writes a calendar (RFC 5545) with an event at the end of each
// credential that has one, and an alarm at the start of the warning window. UIDs
// are stable, so that a later import updates the events of an earlier one.
func writeICS(w io.Writer, res any, o Options) error {
	var (
		list []dated
		at   time.Time
	)
	switch r := res.(type) {
	case *result.Diagnosis:
		at = r.GeneratedAt
		list = datedOf(r.Credentials, orEmpty(r.Target.ClientID), orEmpty(r.Target.ClientID))
	case *result.SecretList:
		at = r.GeneratedAt
		p := newPage(Options{Unicode: true})
		id := ""
		if r.ServicePrincipal != nil {
			id = orEmpty(r.ServicePrincipal.AppID)
		}
		list = datedOf(r.Credentials, id, p.nameOf(r))
	case *ScanSource:
		var err error
		if list, err = datedOfScan(r); err != nil {
			return err
		}
		at = r.Scan.GeneratedAt
	default:
		return fmt.Errorf("no calendar is known for a %T", res)
	}
	return writeCalendar(w, list, at, o)
}

func datedOf(list []result.Credential, appID, name string) []dated {
	var out []dated
	for _, c := range list {
		if c.EndDateTime != nil && c.Status != result.NeverExpires {
			out = append(out, dated{appID, name, c})
		}
	}
	return out
}

// What a calendar of a scan shows: the past fortnight and what lies ahead, at
// most maxEvents, the nearest first.
const (
	maxEvents    = 5000
	calendarPast = 14 * 24 * time.Hour
	calendarEnd  = 20 // years, as for credentials that never end
)

func datedOfScan(s *ScanSource) ([]dated, error) {
	now := s.Scan.GeneratedAt
	var list []dated
	for i, err := range s.Inventory {
		if err != nil {
			return nil, err
		}
		if e := i.EndDateTime; e == nil || i.Excluded || e.Before(now.Add(-calendarPast)) || e.After(now.AddDate(calendarEnd, 0, 0)) {
			continue
		}
		c := result.Credential{KeyID: &i.KeyID, Kind: i.Kind, StoredOn: i.ObjectKind, EndDateTime: i.EndDateTime}
		list = append(list, dated{orEmpty(i.AppID), cmp.Or(orEmpty(i.DisplayName), i.ObjectID), c})
		if len(list) >= 2*maxEvents {
			list = nearestEnds(list)
		}
	}
	return nearestEnds(list), nil
}

func nearestEnds(list []dated) []dated {
	slices.SortStableFunc(list, func(a, b dated) int { return a.EndDateTime.Compare(*b.EndDateTime) })
	return list[:min(len(list), maxEvents)]
}

func writeCalendar(w io.Writer, list []dated, at time.Time, o Options) error {
	say := func(t msg.Text) string { return neutral.Calendar(t.In(o.Language)) }
	cal := ics.NewCalendar()
	cal.SetProductId("-//spcheck//spcheck//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(say(msg.New("Ends of Entra credentials")))
	for _, c := range list {
		addEvent(cal, c, at, say, o)
	}
	if len(list) == 0 {
		addTimeZone(cal) // RFC 5545 §3.6 wants one component at least
	}
	// RFC 5545 §3.1: lines end in CR LF and fold at 75 octets.
	return cal.SerializeTo(w, ics.WithNewLineWindows, ics.WithLineLength(75))
}

func addEvent(cal *ics.Calendar, c dated, at time.Time, say sayer, o Options) {
	end := c.EndDateTime.UTC()
	e := cal.AddEvent(eventUID(c))
	e.SetDtStampTime(at.UTC())
	e.SetStartAt(end) // without an end, an event takes no time
	e.SetTimeTransparency(ics.TransparencyTransparent)
	name := neutral.Bound(c.Name, 120)
	title := capital(say(msg.New("%s of %s ends", kindText(c.Kind), name)))
	e.SetSummary(title)
	lines := []string{say(credentialTitle(c.Credential)), say(msg.New("Application (client) ID")) + ": " + neutral.Calendar(c.AppID)}
	if n := orEmpty(c.DisplayName); n != "" {
		lines = append(lines, say(msg.New("name"))+": "+neutral.Calendar(n))
	}
	lines = append(lines, say(msg.New("end"))+": "+say(msg.New("%s", end)))
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
// and the same key may stand on an application and on its service principal.
func eventUID(c dated) string {
	name := strings.Join([]string{"spcheck", strings.ToLower(c.AppID), strings.ToLower(credentialKey(c.Credential))}, "\x00")
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
