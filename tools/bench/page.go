package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// page is docs/performance.md in the making.
type page struct {
	machine  string
	when     time.Time
	start    startTimes
	commands []commandTimes
	scans    []scanTimes
	many     manyTenants

	deltaObjects int
	deltas       []deltaTimes
}

// machine describes where it was measured.
func machine() string {
	model := runtime.GOARCH
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	load := "unknown"
	if data, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(data), " ")
	}
	kernel, _ := exec.CommandContext(context.Background(), "uname", "-sr").Output()
	return fmt.Sprintf("%s, %d cores, %s, %s, load %s before the run", model, runtime.NumCPU(), strings.TrimSpace(string(kernel)), runtime.Version(), load)
}

const intro = `# How fast spcheck is

Written by ` + "`make bench`" + `, which measures everything side by side in one run; ratios
tell more than times. The pages come from a server in a process of its own that
makes and packs each page once, so that the client is what is measured: it is no
model of Graph, and eight pages are repeated over and over. All programs speak
TLS with it and unpack gzip. "loop" signs in and reads the bytes of the applications,
one page after the other, as a script does; "bytes" reads those of both collections, side by side, "tokens" runs a
streaming JSON tokenizer over them; "SDK" is the
Graph SDK's request builders, typed models and page iterator, one collection after
the other. "scan" is the whole program from start to report, with sign-in.
`

// whereItGoes is what profiles showed; this program takes none.
const whereItGoes = `
### Where the CPU time of a scan goes

By profiles of a scan of 200,000 objects, of 2026-11-28. Before, 1.04 s: unpacking gzip
30 %, reading JSON 30 %, looking for the token that was sent in each answer, and copying
the answer for that, 15 %, garbage 10 %. After, 0.89 s, with a search that stops at the
first bytes and a buffer that is used again: unpacking 40 %, reading JSON 25 %, dates
10 %, garbage 5 %, the search 3 %, TLS 2 %, the joins 2 %.

A diagnosis took most of its CPU time for reading the built-in catalogue of codes and
words, and the translations. It takes a third less since a library reads them that needs
a quarter of the time.
`

// building is what was measured by hand; a clean build would take longer than all
// else here.
const building = `
## What a build costs

The models of the Graph SDK take 114 s of CPU time and 4.5 GB of memory to compile, once.
Its packages of users and groups took 58 s more; they are not compiled any longer,
as both are only asked whether they can be read (2026-11-28, on a busy machine).
`

func (p *page) write(w io.Writer) error {
	var b strings.Builder
	b.WriteString(intro)
	fmt.Fprintf(&b, "\nLast run: %s. %s.\n", p.when.UTC().Format(time.DateOnly), p.machine)
	p.starts(&b)
	p.commandTable(&b)
	p.scanTables(&b)
	p.deltaTable(&b)
	b.WriteString(whereItGoes)
	p.aims(&b)
	p.capacity(&b)
	b.WriteString(building)
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *page) starts(b *strings.Builder) {
	b.WriteString("\n## Start of the process\n\n| program | time | CPU | against the empty one |\n| --- | ---: | ---: | ---: |\n")
	for _, row := range []struct {
		name string
		measure
	}{{"an empty cobra program", p.start.empty}, {"`spcheck version`", p.start.spcheck}, {"`spcheck explain 7000222`", p.start.explain}} {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", row.name, ms(row.wall), ms(row.cpu), ratio(row.cpu, p.start.empty.cpu))
	}
	fmt.Fprintf(b, "\nOf the start, %s.\n", p.start.why())
}

func (p *page) commandTable(b *strings.Builder) {
	b.WriteString("\n## Commands, against the sandbox on loopback\n\nEach answer comes after a delay. The longest chain is the time beyond that of a run\nwithout delay, in delays: how many requests wait for one another.\n\n" +
		"| command | delay | requests | longest chain | time | CPU | peak memory |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, c := range p.commands {
		chain := "–"
		if c.delay > 0 {
			chain = fmt.Sprintf("%.1f", c.chain)
		}
		fmt.Fprintf(b, "| `%s` | %s | %d | %s | %s | %s | %s |\n", c.name, ms(c.delay), c.requests, chain, ms(c.wall), ms(c.cpu), mb(c.peak))
	}
}

func (p *page) scanTables(b *strings.Builder) {
	b.WriteString("\n## Scan of one tenant\n\nHalf of the objects are applications, half service principals; pages hold 999.\n")
	for _, t := range []struct {
		title string
		of    func(measure) string
		less  func(a, b measure) string
	}{
		{"Wall time", func(m measure) string { return ms(m.wall) }, func(a, b measure) string { return ratio(a.wall, b.wall) }},
		{"CPU time", func(m measure) string { return ms(m.cpu) }, func(a, b measure) string { return ratio(a.cpu, b.cpu) }},
		{"Peak memory", func(m measure) string { return mb(m.peak) }, func(a, b measure) string { return ratio(a.peak, b.peak) }},
	} {
		fmt.Fprintf(b, "\n### %s\n\n| objects | a page | scan | loop | bytes | tokens | SDK | scan : loop | scan : tokens | SDK : scan |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n", t.title)
		for _, s := range p.scans {
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", thousands(s.objects), ms(s.delay), t.of(s.scan), t.of(s.loop), t.of(s.bytes),
				t.of(s.tokens), t.of(s.sdk), t.less(s.scan, s.loop), t.less(s.scan, s.tokens), t.less(s.sdk, s.scan))
		}
	}
}

func (p *page) capacity(b *strings.Builder) {
	m := p.many
	total := m.tenants * m.objects
	fmt.Fprintf(b, `
## How far one process carries

%s tenants of %s objects each (%s in all), %s a page, %d tenants at a time: %s,
%s of CPU time, %s of memory at the peak.

A scan is bound by the latency of pages and by Graph's quotas, hardly ever by this
machine: one tenant cannot be read faster than its chain of pages, and the quota
belongs to the application and tenant. Split with `+"`--shard`"+` when one process
takes longer than you want to wait although `+"`--parallel`"+` is high (64 at most), or
when failures of one machine must not cost the whole run; a few thousand tenants
an hour need neither. One huge tenant cannot be split at all.
`, thousands(m.tenants), thousands(m.objects), thousands(total), ms(m.delay), m.parallel, m.wall.Round(100*time.Millisecond), m.cpu.Round(100*time.Millisecond), mb(m.peak))
}

func ms(d time.Duration) string {
	switch {
	case d == 0:
		return "0 ms"
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func mb(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/(1<<20)) }

func ratio[T time.Duration | int64](a, b T) string {
	if b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f×", float64(a)/float64(b))
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
