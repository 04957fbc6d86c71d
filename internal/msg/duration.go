package msg

import "time"

const day = 24 * time.Hour

// duration words a span of time by its two largest units, such as "1 hour 5
// minutes", so that it reads as a person would say it.
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
		return pair(New("%d minutes", int(d/time.Minute)), d%time.Minute/time.Second, func(n int) Text { return New("%d seconds", n) })
	case d < 2*day-time.Minute/2:
		d = d.Round(time.Minute)
		return pair(New("%d hours", int(d/time.Hour)), d%time.Hour/time.Minute, func(n int) Text { return New("%d minutes", n) })
	}
	d = d.Round(time.Hour)
	return pair(New("%d days", int(d/day)), d%day/time.Hour, func(n int) Text { return New("%d hours", n) })
}

// pair adds the smaller unit where there is some of it.
func pair(large Text, rest time.Duration, small func(int) Text) Text {
	if rest == 0 {
		return large
	}
	return New("%s %s", large, small(int(rest)))
}

// Join puts several texts behind each other with a separator between them, which
// is punctuation and the same in every language.
func Join(list []Text, separator string) Text {
	if len(list) == 0 {
		return Text{}
	}
	joined := list[0]
	for _, t := range list[1:] {
		joined = New("%s%s%s", joined, separator, t)
	}
	return joined
}
