package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// when is a time relative to the start of the sandbox ("-1d", "+12d", "-1h30m", "now") or
// an absolute one (a date, or RFC 3339). The zero value is unset.
type when struct {
	set      bool
	none     bool
	relative time.Duration
	absolute time.Time
}

// span is a duration, such as "20m" or "-1h30m"; w and d are 7 days and 24 hours.
type span time.Duration

var (
	spanPattern = lazyregexp.New(`^([+-]?)((?:\d+(?:ms|[wdhms]))+)$`)
	spanPart    = lazyregexp.New(`(\d+)(ms|[wdhms])`)
	units       = map[string]time.Duration{
		"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second, "ms": time.Millisecond,
	}
)

// maxSpan, 150 years, prevents overflow of sums.
const maxSpan = 150 * 365 * 24 * time.Hour

func parseSpan(text string) (time.Duration, error) {
	match := spanPattern().FindStringSubmatch(text)
	if match == nil {
		return 0, fmt.Errorf("%q is not a duration such as 20m, 12d or 1h30m", text)
	}
	var sum time.Duration
	for _, part := range spanPart().FindAllStringSubmatch(match[2], -1) {
		n, err := strconv.ParseInt(part[1], 10, 64)
		if err != nil || time.Duration(n) > maxSpan/units[part[2]] {
			return 0, fmt.Errorf("%q is too long", text)
		}
		sum += time.Duration(n) * units[part[2]]
		if sum > maxSpan {
			return 0, fmt.Errorf("%q is too long", text)
		}
	}
	if match[1] == "-" {
		sum = -sum
	}
	return sum, nil
}

func parseWhen(text string) (when, error) {
	switch text {
	case "none":
		return when{set: true, none: true}, nil
	case "now":
		return when{set: true}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return when{set: true, absolute: t.UTC()}, nil
		}
	}
	if !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "-") {
		return when{}, fmt.Errorf("%q is not a time: use now, an offset such as -1d or +12d, a date, or RFC 3339", text)
	}
	d, err := parseSpan(text)
	return when{set: true, relative: d}, err
}

// UnmarshalYAML parses a time.
func (w *when) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	var err error
	*w, err = parseWhen(text)
	return err
}

// UnmarshalYAML parses a duration.
func (s *span) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	d, err := parseSpan(text)
	*s = span(d)
	return err
}

// at returns the time, or otherwise if none was given.
func (w when) at(now, otherwise time.Time) time.Time {
	switch {
	case !w.set || w.none:
		return otherwise
	case !w.absolute.IsZero():
		return w.absolute
	}
	return now.Add(w.relative)
}

// bound returns the time to the second, or nil if it is "none".
func (w when) bound(now, otherwise time.Time) *time.Time {
	if w.none {
		return nil
	}
	t := w.at(now, otherwise).UTC().Truncate(time.Second)
	return &t
}

// dayMargin separates expiry dates from the moment at which the number of days left
// changes.
const dayMargin = 30 * time.Minute

// end returns a credential's expiry date. If it is whole days away, it is half an hour
// later than written. Otherwise the number of days left would depend on the second of
// counting.
func (w when) end(now, otherwise time.Time) *time.Time {
	t := w.bound(now, otherwise)
	if t != nil && w.set && w.absolute.IsZero() && w.relative != 0 && w.relative%units["d"] == 0 {
		*t = t.Add(dayMargin)
	}
	return t
}
