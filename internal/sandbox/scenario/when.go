package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// when is a time: relative to the start of the sandbox ("-1d", "+12d", "-1h30m",
// "now"), or absolute (a date, or RFC 3339). The zero When is unset.
type when struct {
	set      bool
	none     bool
	relative time.Duration
	absolute time.Time
}

// span is a length of time, written as "20m" or "-1h30m"; w and d are 7 days and
// 24 hours.
type span time.Duration

var (
	spanPattern = lazyregexp.New(`^([+-]?)((?:\d+(?:ms|[wdhms]))+)$`)
	spanPart    = lazyregexp.New(`(\d+)(ms|[wdhms])`)
	units       = map[string]time.Duration{
		"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second, "ms": time.Millisecond,
	}
)

// maxSpan keeps sums of parts far from overflow: 150 years.
const maxSpan = 150 * 365 * 24 * time.Hour

func parseSpan(text string) (time.Duration, error) {
	match := spanPattern().FindStringSubmatch(text)
	if match == nil {
		return 0, fmt.Errorf("%q is no length of time such as 20m, 12d or 1h30m", text)
	}
	var sum time.Duration
	for _, part := range spanPart().FindAllStringSubmatch(match[2], -1) {
		n, err := strconv.ParseInt(part[1], 10, 64)
		if err != nil || time.Duration(n) > maxSpan/units[part[2]] {
			return 0, fmt.Errorf("%q is too long a time", text)
		}
		sum += time.Duration(n) * units[part[2]]
		if sum > maxSpan {
			return 0, fmt.Errorf("%q is too long a time", text)
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
		return when{}, fmt.Errorf("%q is no time: write now, a sign and a length such as -1d or +12d, a date, or RFC 3339", text)
	}
	d, err := parseSpan(text)
	return when{set: true, relative: d}, err
}

// UnmarshalYAML reads a time.
func (w *when) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	var err error
	*w, err = parseWhen(text)
	return err
}

// UnmarshalYAML reads a length of time.
func (s *span) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	d, err := parseSpan(text)
	*s = span(d)
	return err
}

// at is the time itself, or otherwise where none was written.
func (w when) at(now, otherwise time.Time) time.Time {
	switch {
	case !w.set || w.none:
		return otherwise
	case !w.absolute.IsZero():
		return w.absolute
	}
	return now.Add(w.relative)
}

// bound is the time to the second, as credentials are made with, or nil where it
// was written as null.
func (w when) bound(now, otherwise time.Time) *time.Time {
	if w.none {
		return nil
	}
	t := w.at(now, otherwise).UTC().Truncate(time.Second)
	return &t
}

// dayMargin keeps an end that is whole days away from the edge of a day.
const dayMargin = 30 * time.Minute

// end is the bound of a credential's end. One that is whole days away is half an
// hour later than written: how many whole days are left would otherwise hinge on
// the second in which they are counted.
func (w when) end(now, otherwise time.Time) *time.Time {
	t := w.bound(now, otherwise)
	if t != nil && w.set && w.absolute.IsZero() && w.relative != 0 && w.relative%units["d"] == 0 {
		*t = t.Add(dayMargin)
	}
	return t
}
