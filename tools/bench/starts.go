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
	spcheck, empty measure
	size           int64 // of the program's file
	inits          []initialised
}

// initialised is what a package did before main.
type initialised struct {
	name        string
	took        time.Duration
	allocations int
}

// starts runs both programs by turns, so that whatever else the machine does
// meets both alike.
func (b *bench) starts() (s startTimes, err error) {
	const times = 41
	var empty, full []measure
	for range times {
		for program, into := range map[string]*[]measure{b.empty: &empty, b.spcheck: &full} {
			m, err := run(os.Environ(), program, "version")
			if err != nil {
				return s, err
			}
			*into = append(*into, m)
		}
	}
	s.empty, s.spcheck = middle(empty), middle(full)
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
	return fmt.Sprintf("%d packages take %s and %d allocations before main, most of it %s; the program's file has %s, of which pages are mapped as they are used",
		len(s.inits), ms(all), allocations, strings.Join(most, ", "), mb(s.size))
}
