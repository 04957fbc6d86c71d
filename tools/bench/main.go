// Command bench measures spcheck beside simpler programs, in one run on one
// machine, and writes docs/performance.md:
//
//	go run ./bench [-quick] > ../docs/performance.md
//
// With -state it prints the section about scans that keep their state alone.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	if err := dispatch(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func dispatch(args []string) error {
	switch {
	case len(args) == 4 && args[0] == "serve":
		return serve(args[1:])
	case len(args) == 4 && args[0] == "client":
		return client(args[1:])
	case len(args) == 1 && args[0] == "-state":
		return statesOnly()
	case len(args) == 1 && args[0] == "-quick":
		return all([]int{1_000, 10_000}, 20)
	case len(args) == 0:
		return all([]int{1_000, 10_000, 100_000, 1_000_000}, 1_000)
	}
	return errors.New("usage: bench [-quick | -state] > docs/performance.md")
}

// all measures everything, and prints the page.
func all(sizes []int, tenants int) error {
	b, err := newBench()
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	p := &page{machine: machine(), when: time.Now()}
	if p.start, err = b.starts(); err != nil {
		return err
	}
	if p.commands, err = b.commands(); err != nil {
		return err
	}
	for _, delay := range []time.Duration{0, 50 * time.Millisecond} {
		for _, n := range sizes {
			fmt.Fprintf(os.Stderr, "bench: %d objects, %s a page\n", n, delay)
			row, err := b.scan(n, delay)
			if err != nil {
				return err
			}
			p.scans = append(p.scans, row)
		}
	}
	fmt.Fprintf(os.Stderr, "bench: %d tenants\n", tenants)
	if p.many, err = b.tenants(tenants, 1_000_000/1_000); err != nil {
		return err
	}
	// The last, since its tenant is in the memory of this process, which Linux counts
	// among that of the programs that it starts.
	p.deltaObjects = min(deltaObjects, sizes[len(sizes)-1])
	fmt.Fprintf(os.Stderr, "bench: %d objects, with a state\n", p.deltaObjects)
	if p.deltas, err = b.deltas(p.deltaObjects); err != nil {
		return err
	}
	return p.write(os.Stdout)
}

// statesOnly measures scans that keep their state.
func statesOnly() error {
	b, err := newBench()
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	p := &page{machine: machine(), when: time.Now(), deltaObjects: deltaObjects}
	if p.deltas, err = b.deltas(p.deltaObjects); err != nil {
		return err
	}
	var text strings.Builder
	p.deltaTable(&text)
	p.tableOfAims(&text, p.deltaAims())
	_, err = os.Stdout.WriteString(text.String())
	return err
}
