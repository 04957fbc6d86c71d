package msg

import (
	"strings"
	"time"
)

const day = 24 * time.Hour

// duration formats a duration with its two largest units, such as "1 hour 5 minutes".
func duration(d time.Duration) Text {
	switch {
	case d < 0:
		return New("-%s", duration(-d))
	case d == 0:
		return New("%d seconds", 0)
	case d < time.Millisecond:
		return New("less than 1 ms")
	case d < time.Second:
		return New("%d ms", d.Milliseconds())
	case d < 10*time.Second && d%time.Second >= 50*time.Millisecond:
		return New("%.1f seconds", d.Seconds())
	case d < time.Minute-time.Second/2:
		return New("%d seconds", int(d.Round(time.Second)/time.Second))
	case d < time.Hour-time.Second/2:
		d = d.Round(time.Second)
		return pair(New("%d minutes", int(d/time.Minute)), New("%d seconds", int(d%time.Minute/time.Second)), d%time.Minute)
	case d < 2*day-time.Minute/2:
		d = d.Round(time.Minute)
		return pair(New("%d hours", int(d/time.Hour)), New("%d minutes", int(d%time.Hour/time.Minute)), d%time.Hour)
	}
	d = d.Round(time.Hour)
	return pair(New("%d days", int(d/day)), New("%d hours", int(d%day/time.Hour)), d%day)
}

// pair joins two units. The smaller one is left out if the rest is zero.
func pair(large, small Text, rest time.Duration) Text {
	if rest == 0 {
		return large
	}
	return New("%s %s", large, small)
}

// Join joins texts with a separator: punctuation that is the same in every language.
func Join(list []Text, separator string) Text {
	var joined Text
	for i, t := range list {
		if i == 0 {
			joined = t
		} else {
			joined = New("%s%s%s", joined, separator, t)
		}
	}
	return joined
}

// JoinSentences joins texts as sentences, and ends those with a full stop that have none.
func JoinSentences(list []Text) Text {
	ended := make([]Text, len(list))
	for i, t := range list {
		if ended[i] = t; !strings.HasSuffix(t.String(), ".") {
			ended[i] = New("%s.", t)
		}
	}
	return Join(ended, " ")
}
