package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// timeline shows when credentials are valid. Positions are percentages of its width, so
// that it fits every screen.
type timeline struct {
	Bars []bar
	// Grid lines mark the start of months or years. Ticks are those with a label.
	Grid  []string
	Ticks []tick
	Now   string
	// Left is the number of credentials that are not shown.
	Left int
}

// bar is one credential.
type bar struct {
	result.Span
	X, Width string
}

type tick struct{ X, Text string }

// Limits of a timeline: the number of credentials, and the years before and after now.
// Without the latter, a secret that expires in 2299 would make all other bars invisible.
const (
	maxBars     = 30
	yearsBack   = 2
	yearsAhead  = 4
	percentages = 100
)

func timelineOf(list []result.Span, now time.Time) *timeline {
	t := &timeline{}
	if len(list) > maxBars {
		t.Left, list = len(list)-maxBars, list[:maxBars]
	}
	axis := axisOf(list, now)
	for _, s := range list {
		from := axis.from
		if s.From != nil {
			from = *s.From
		}
		x, end := clamp(axis.at(from)), clamp(axis.at(s.To))
		t.Bars = append(t.Bars, bar{s, percent(x), percent(max(end-x, 0.4))})
	}
	t.Now = percent(axis.at(now))
	t.Grid, t.Ticks = axis.ticks(axis.at(now))
	return t
}

// axis maps times to percentages.
type axis struct{ from, to time.Time }

func axisOf(list []result.Span, now time.Time) axis {
	times := []time.Time{now}
	for _, s := range list {
		if times = append(times, s.To); s.From != nil {
			times = append(times, *s.From)
		}
	}
	a := axis{slices.MinFunc(times, time.Time.Compare), slices.MaxFunc(times, time.Time.Compare)}
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
	// A time.Duration is limited to 292 years, so this uses seconds.
	return percentages * float64(t.Unix()-a.from.Unix()) / float64(a.to.Unix()-a.from.Unix())
}

// ticks returns the grid lines, about five at most, and the labels of those that are
// neither at an edge nor close to the word "today".
func (a axis) ticks(now float64) (grid []string, named []tick) {
	const most, room, edge = 5, 15, 5
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
