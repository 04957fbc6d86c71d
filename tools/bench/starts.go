package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// startTimes compares the start of processes.
type startTimes struct {
	spcheck, explain, empty measure
	emptyC                  measure // the empty program with the C library; 0 if unknown
	required                measure // a program of the packages that spcheck must be made of
	size                    int64   // of the program's file
	inits                   []initialised
}

// initialised is what a package did before main.
type initialised struct {
	name        string
	took        time.Duration
	allocations int
}

// starts runs the programs alternately, so that whatever else the machine does
// meets all alike.
func (b *bench) starts() (s startTimes, err error) {
	const times = 41
	type runs struct {
		line []string
		all  []measure
		into *measure
	}
	list := []runs{
		{line: []string{b.empty}, into: &s.empty},
		{line: []string{b.required, "version"}, into: &s.required},
		{line: []string{b.spcheck, "version"}, into: &s.spcheck},
		{line: []string{b.spcheck, "explain", "7000222"}, into: &s.explain},
	}
	if b.emptyC != "" {
		list = append(list, runs{line: []string{b.emptyC}, into: &s.emptyC})
	}
	for range times {
		for i := range list {
			m, err := run(os.Environ(), list[i].line[0], list[i].line[1:]...)
			if err != nil {
				return s, err
			}
			list[i].all = append(list[i].all, m)
		}
	}
	for _, r := range list {
		*r.into = middle(r.all)
	}
	if info, err := os.Stat(b.spcheck); err == nil {
		s.size = info.Size()
	}
	traced, err := run(append(os.Environ(), "GODEBUG=inittrace=1"), b.spcheck, "version")
	s.inits = initsIn(traced.output)
	return s, err
}

var initLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock, \d+ bytes, (\d+) allocs$`)

// initsIn reads what the runtime traces (GODEBUG=inittrace=1), the longest first.
func initsIn(trace string) []initialised {
	var list []initialised
	for _, m := range initLine.FindAllStringSubmatch(trace, -1) {
		took, _ := strconv.ParseFloat(m[2], 64)
		allocations, _ := strconv.Atoi(m[3])
		list = append(list, initialised{m[1], time.Duration(took * float64(time.Millisecond)), allocations})
	}
	slices.SortFunc(list, func(a, b initialised) int { return int(b.took - a.took) })
	return list
}

// why says where the time of a start goes.
func (s startTimes) why() string {
	var all time.Duration
	allocations := 0
	var most []string
	for i, p := range s.inits {
		all += p.took
		allocations += p.allocations
		if i < 3 {
			most = append(most, fmt.Sprintf("%s (%s)", p.name, ms(p.took)))
		}
	}
	return fmt.Sprintf("initialising %d packages takes %s and %d allocations, most of it %s; the program file has %s, and its pages are loaded as they are used",
		len(s.inits), ms(all), allocations, strings.Join(most, ", "), mb(s.size))
}
