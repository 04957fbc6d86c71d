package report

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// A timeline shows from when to when credentials are valid. Positions are
// percentages of its width, so that it fits every screen.
type timeline struct {
	Bars []bar
	// Grid are the beginnings of months or years; Ticks are those with a name.
	Grid    []string
	Ticks   []tick
	Now     string
	NowText string
	// More is a sentence about credentials that were left out.
	More string
}

// A bar is one credential.
type bar struct {
	Label, Detail   string
	X, Width, Class string
}

type tick struct{ X, Text string }

// What a timeline shows: at most maxBars credentials, and of time at most so
// many years to each side, since one secret that ends in 2299 would make all
// others a line.
const (
	maxBars     = 30
	yearsBack   = 2
	yearsAhead  = 4
	percentages = 100
)

// timeline is nil where nothing has an end.
func (p *page) timeline(list []result.Credential, now time.Time) *timeline {
	var shown []result.Credential
	for _, c := range list {
		if c.EndDateTime != nil && c.Status != result.NeverExpires {
			shown = append(shown, c)
		}
	}
	if len(shown) == 0 {
		return nil
	}
	t := &timeline{NowText: p.say(msg.New("today"))}
	if len(shown) > maxBars {
		t.More = p.say(msg.New("%d more are in the table.", len(shown)-maxBars))
		shown = shown[:maxBars]
	}
	axis := axisOf(shown, now)
	for _, c := range shown {
		t.Bars = append(t.Bars, p.bar(c, axis))
	}
	t.Now = percent(axis.at(now))
	t.Grid, t.Ticks = axis.ticks(axis.at(now))
	return t
}

func (p *page) bar(c result.Credential, axis axis) bar {
	b := bar{Class: credentialClass(c)}
	b.Label = p.say(kindText(c.Kind))
	if name := p.name(c, 24); name != "" {
		b.Label += " · " + name
	} else if id := p.optional(c.KeyID); len(id) > 8 {
		b.Label += " · " + id[:8] + "…"
	}
	b.Detail = p.end(c)
	from, to := axis.from, *c.EndDateTime
	if c.StartDateTime != nil {
		from = *c.StartDateTime
	}
	x, end := clamp(axis.at(from)), clamp(axis.at(to))
	b.X, b.Width = percent(x), percent(max(end-x, 0.4))
	return b
}

// An axis maps times to percentages.
type axis struct{ from, to time.Time }

func axisOf(list []result.Credential, now time.Time) axis {
	a := axis{from: now, to: now}
	for _, c := range list {
		for _, t := range []*time.Time{c.StartDateTime, c.EndDateTime} {
			if t == nil {
				continue
			}
			if t.Before(a.from) {
				a.from = *t
			}
			if t.After(a.to) {
				a.to = *t
			}
		}
	}
	if first := now.AddDate(-yearsBack, 0, 0); a.from.Before(first) {
		a.from = first
	}
	if last := now.AddDate(yearsAhead, 0, 0); a.to.After(last) {
		a.to = last
	}
	margin := a.to.Sub(a.from)/20 + 24*time.Hour
	a.from, a.to = a.from.Add(-margin).UTC(), a.to.Add(margin).UTC()
	return a
}

func (a axis) at(t time.Time) float64 {
	// Seconds: a time.Duration holds 292 years only.
	return percentages * float64(t.Unix()-a.from.Unix()) / float64(a.to.Unix()-a.from.Unix())
}

// ticks are beginnings of months or years, at most five, and those with a name:
// none where "today" is written, or at the edge.
func (a axis) ticks(now float64) (grid []string, named []tick) {
	const (
		most = 5
		room = 15
		edge = 5
	)
	months := a.to.Sub(a.from).Hours() / 24 / 30
	step := 1
	for _, step = range []int{1, 2, 3, 6, 12, 24, 60} {
		if months/float64(step) <= most {
			break
		}
	}
	year, month, _ := a.from.Date()
	for m := (int(month)-1)/step*step + 1; ; m += step {
		t := time.Date(year, time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		x := a.at(t)
		switch {
		case x >= percentages:
			return grid, named
		case x <= 0:
			continue
		}
		grid = append(grid, percent(x))
		if x >= edge && x <= percentages-edge && math.Abs(x-now) > room {
			text := t.Format("2006-01")
			if step >= 12 {
				text = strconv.Itoa(t.Year())
			}
			named = append(named, tick{percent(x), text})
		}
	}
}

func clamp(x float64) float64 { return max(0, min(percentages, x)) }

func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }
