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

// whereAStartGoes was measured by hand, against builds of other commits.
const whereAStartGoes = `
### Where the time of a start goes

By hand, 2026-11-28: 41 runs by turns, built as a release is, on two cores that others
used as well (load 14). The least CPU time of the runs, since the median follows the load:

| program | before | after | |
| --- | ---: | ---: | --- |
| an empty cobra program | 1.8 ms | 1.8 ms | 260 page faults |
| ` + "`" + `spcheck version` + "`" + ` | 7.7 ms | 6.6 ms | 1040 page faults, 1060 before |
| ` + "`" + `spcheck explain 7000222` + "`" + ` | 48 ms | 17 ms | 2880 page faults, 4030 before |
| ` + "`" + `spcheck diagnose` + "`" + `, on the sandbox | 95 ms | 58 ms | 4600 page faults, 5700 before |

Almost half of a start is page faults, of 4 KB each. By profiles of ` + "`" + `version` + "`" + `, almost
half is the initialisation of 235 packages, a seventh what the Go runtime does for a
program of this size, a tenth the tree of commands with their flags (0.4 MB).

What was taken out: the catalogue of codes is data of the program, with what to search
for worked out by ` + "`" + `make generate` + "`" + `. As YAML it took 30 ms of each run that explains
something, and the garbage collector 6 more. A tokenizer for the titles of HTML pages
was replaced by an expression, compiled when a page comes. The table of settings is
made once, not once for each command.

What is left, and why: twice an empty program (3.6 ms here) is not reached, and cannot
be without harm. Go initialises every package that is linked, whatever the command.

- The exporter and the MCP server are an eighth of a start (measured by a trial build
  without them: 3.4 times an empty program instead of 3.9). Prometheus' client library
  is also linked by Prometheus' own exporter toolkit, which reads ` + "`" + `--web-config` + "`" + `:
  a lighter library for metrics alone would save nothing, and without the toolkit
  TLS and passwords would be code of our own, or be gone. A second program for them
  would be one more to install, to sign and to keep at the same version.
- MSAL (0.2 ms), the Graph SDK with its abstractions and OpenTelemetry, and the Azure
  SDK are what the program is about.
- Only the command that runs would need its flags. Suggestions for mistyped words,
  help and completion look at those of the others, so that all are made.

A build with cgo (` + "`" + `make build` + "`" + ` on a machine with a C compiler) starts 1.8 ms slower than
a release, which has none: the system loads the C library first.
`

// whereItGoes is what profiles showed; this program takes none.
const whereItGoes = `
### Where the CPU time of a scan goes

By profiles of a scan of 200,000 objects, of 2026-11-28. Before, 1.04 s: unpacking gzip
30 %, reading JSON 30 %, looking for the token that was sent in each answer, and copying
the answer for that, 15 %, garbage 10 %. After, 0.89 s, with a search that stops at the
first bytes and a buffer that is used again: unpacking 40 %, reading JSON 25 %, dates
10 %, garbage 5 %, the search 3 %, TLS 2 %, the joins 2 %.
`

// building is what was measured by hand; a clean build and all tests would take longer
// than all else here.
const building = `
## What a build costs

The models of the Graph SDK take 114 s of CPU time and 4.5 GB of memory to compile, once.
Its packages of users and groups took 58 s more; they are not compiled any longer,
as both are only asked whether they can be read (2026-11-28, on a busy machine). With
the models compiled, linking the program after a change takes 3 s of CPU time, and 2
without what only debuggers read (` + "`" + `-ldflags='-s -w'` + "`" + `).

The models are one package, so that no smaller part of them can be imported. Without
inlining (` + "`" + `-gcflags=github.com/microsoftgraph/msgraph-sdk-go/models=-l` + "`" + `) they take 98 s of
CPU time and 4.4 GB, without any optimisation (` + "`" + `-N -l` + "`" + `) 87 s and 3.7 GB (2026-11-28, one
core, load 15): whoever builds would have to know the flag, and would save a fifth, once.
It is not used.

## What the tests cost

CPU time of the largest tests of ` + "`" + `cmd/spcheck` + "`" + `, each run alone, with 3 s for building the
program (2026-11-28, load 14, so that no wall times are given, and none of all tests):

| tests | CPU |
| --- | ---: |
| Azure CLI against the sandbox (where ` + "`" + `az` + "`" + ` is installed) | 67 s |
| no secret leaks (` + "`" + `TestNoLeak` + "`" + `) | 47 s, 52 before |
| German has no English | 38 s |
| hostile tenants | 24 s |
| documented commands | 22 s |
| scenarios, faults, scripts | 17 to 19 s each |

Half of what the leak tests' own process took was making RSA keys, and so was a seventh
of the German ones': the sandboxes of one process now share them. A quarter was working
out the forms of the same secrets before each search. Each run that explains something
takes some 30 ms less, in all of these tests. What is left of Azure CLI is its own start.
`

func (p *page) write(w io.Writer) error {
	var b strings.Builder
	b.WriteString(intro)
	fmt.Fprintf(&b, "\nLast run: %s. %s.\n", p.when.UTC().Format(time.DateOnly), p.machine)
	p.starts(&b)
	b.WriteString(whereAStartGoes)
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
