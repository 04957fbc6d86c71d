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

` + "`" + `make bench` + "`" + ` writes this page. It measures everything in one run on the same machine;
the ratios are more meaningful than the times. The pages come from a server in a
separate process, which creates and compresses eight pages once and then repeats them:
it measures the client, and is not a model of Graph. All clients use TLS and gzip.

| column | what it measures |
| --- | --- |
| scan | the whole program, from start to report, with sign-in |
| loop | sign-in, then reading the bytes of all applications page by page, as a script would |
| bytes | reading the bytes of both collections at the same time |
| tokens | the same, with a streaming JSON tokenizer |
| SDK | the Graph SDK's request builders, typed models and page iterator, one collection after the other |
`

// whereAStartGoes was measured by hand, against builds of other commits.
const whereAStartGoes = `
### What takes time at the start

This table was measured by hand on 2026-11-28: 150 alternating runs of a release build (40
for ` + "`" + `explain` + "`" + ` and 15 for ` + "`" + `diagnose` + "`" + `), on two cores that were also busy with other work
(load 20 to 30). It shows the lowest CPU time of the runs, because the median depends on
the load. Times and ratios differ from the table above, which is from another build and
another load; compare only before and after:

| program | before | after | against the empty one | page faults |
| --- | ---: | ---: | ---: | --- |
| an empty cobra program | 1.6 ms | 1.6 ms | 1.0× | 240 |
| ` + "`" + `spcheck version` + "`" + ` | 7.8 ms | 6.9 ms | 4.3×, 4.9 before | 910, 1060 before |
| ` + "`" + `spcheck explain 7000222` + "`" + ` | 19.8 ms | 8.6 ms | 5.1×, 11.8 before | 1220, 2840 before |
| ` + "`" + `spcheck explain "connection refused"` + "`" + ` | 30.1 ms | 9.3 ms | 5.1×, 17.9 before | 1460, 3510 before |
| ` + "`" + `spcheck diagnose` + "`" + `, on the sandbox | 60.7 ms | 30.2 ms | 16×, 32 before | 3240, 4610 before |

The last two rows were measured again later the same day, in 100 alternating runs on a
quiet machine (the empty program took 1.8 ms).

What was improved:

- The pairs of words that known messages consist of, which decide what an excerpt may
  show, are compiled into the program. Collecting them took a fifth of the CPU time of a
  diagnosis, and half of that of an explanation.
- A command line that starts with a command's name creates only that command, instead of
  all 18 with their flags, and the help topics. Help, completion and mistyped words still
  create all of them. ` + "`" + `main` + "`" + ` itself took 11 % of the start, and now takes 3 %.
- The checksum table for a scan's saved state, a template of the sandbox, and the words for
  recognising messages are created when they are first needed.
- Signal handlers are not removed at the end of a run: removing them woke several threads.
- English sentences are their own keys, so nothing is loaded for them. That took 4 ms.
- Translations are compiled into the program as sorted lists. Before, 300 KB of YAML were
  parsed at the first German sentence, which took 33 ms: ` + "`" + `spcheck explain 7000222` + "`" + ` in
  German took 41.1 ms and now takes 8.7 ms (8.0 ms in English).
- The width of the symbols in reports is a constant. Asking the library for it filled tables
  of 2 MB, in 1.5 ms.
- A bare code is looked up without preparing the search for messages (2.5 ms).
- The first garbage collection waits until the heap has 16 MB instead of 4, which most runs
  never reach. A diagnosis spent a sixth of its CPU time on collections. Later ones are as
  usual, so scans need no more memory.
- What the search for messages is made of is chained in one list instead of 1,850. Preparing
  it took 3.9 ms, and takes 1.1 ms.
- On Linux, the certificate authorities of the system are read (10 ms) while the first
  connection is made. With 60 ms to the server and back, a diagnosis took 401 ms and now
  takes 392 ms.

The goal of twice an empty program is not met, because Go initialises every package that is
linked. The required packages alone leave 0.6 ms for all that spcheck adds to them. Trial
builds, measured by hand on a quiet machine (2026-11-28, 100 alternating runs, median):

| build | CPU time | | page faults |
| --- | ---: | ---: | ---: |
| an empty cobra program | 1.9 ms | 1.0× | 260 |
| the same, built with cgo | 2.9 ms | 1.5× | 330 |
| the required packages alone | 3.5 ms | 1.7× | 450 |
| spcheck without Prometheus' libraries and without the MCP server | 6.1 ms | 3.2× | 780 |
| spcheck | 7.2 ms | 3.7× | 920 |

- Prometheus' libraries and the MCP server take 1.1 ms. The client library registers
  collectors before ` + "`" + `main` + "`" + `, each in its own goroutine, while the main goroutine is bound to
  its thread. It also links
  a reader of /proc with some 20 regular expressions, expvar, and protobuf, which opens the
  program's file. A lighter metrics library would save nothing, because
  Prometheus' exporter toolkit, which reads ` + "`" + `--web-config` + "`" + `, links the same one: of
  prometheus/common/config it uses two small things, and that package imports the client
  library. Without the toolkit, we would have to write TLS and passwords ourselves or drop
  them. A separate program for the exporter would be another one to install, sign and keep
  at the same version. There was no newer version of these libraries at the time.
- The rest, 2.6 ms more than the required packages, is spread over 190 packages, each below
  0.3 ms: YAML, mail, keyrings, calendars, message formats and their regular expressions;
  and over the runtime, whose work grows with the program: it enters 1,400 method tables in
  a map before ` + "`" + `main` + "`" + ` (0.3 ms).
- Page faults take 44 % of the time. Most occur when memory is touched for the first time:
  the heap that initialisation fills (about 350), the runtime's memory (100) and the code
  (250, in pieces of 64 KB).

Some things do not help. A program with its symbols starts as fast, because they are not
loaded. No garbage collection runs before ` + "`" + `main` + "`" + ` ends. Profile-guided optimisation would
create another variant of every package, so the models of the Graph SDK would be compiled
once for the program and once for the tests.

The program is built without cgo, both by make and for releases: with cgo, the system
first loads the C library, which takes 1.8 ms. Without it, Go's own resolver reads
/etc/resolv.conf and /etc/nsswitch.conf on Linux, and does not call modules such as mDNS.
On macOS and Windows, the system resolves names and verifies certificates in both cases.
`

// whereItGoes is what profiles showed; this program takes none.
const whereItGoes = `
### What takes CPU time in a scan

From profiles of a scan of 200,000 objects (2026-11-28). Before the last improvement it took
1.04 s: decompression 30 %, parsing JSON 30 %, copying each response and searching it for
the token that was sent 15 %, garbage collection 10 %. With a search that usually stops
after the first bytes it takes 0.89 s: decompression 40 %, parsing JSON 25 %, dates 10 %,
garbage collection 5 %, the search 3 %, TLS 2 %, joins 2 %.
`

// building is what was measured by hand; a clean build and all tests would take longer
// than all else here.
const building = `
## What an application in apply costs

300 applications in ` + "`" + `spcheck apply` + "`" + `, named by their display names, each with a file for its
secret. The sandbox runs in another process, which is not counted (2026-11-28, load 5 to 12):

| an application | requests to Graph | sign-ins | CPU of the client |
| --- | ---: | ---: | ---: |
| renewed | 6, 13 before | 3 | 13 ms, 21 before |
| not due | 1, 8 before | | 1.3 ms, 3.1 before |

The one request that looks an application up is a batch of four, which Graph counts as four
against its limits. A third of a renewal's time goes to its files, seven of which are written
and synced, and a tenth to TLS: each sign-in opens a connection of its own.

## What a build costs

Compiling the models of the Graph SDK takes 114 s of CPU time and 4.5 GB of memory, once.
The SDK's packages for users and groups took another 58 s (2026-11-28, on a busy machine).
They are no longer compiled, because spcheck only checks whether users and groups can be
read; nor are those for logs, policies and the organization, which have few paths. Once the
models are compiled, linking the program after a change takes 3 s of
CPU time, or 2 s without debugging information (` + "`" + `-ldflags='-s -w'` + "`" + `).

A fresh clone's ` + "`" + `make demo` + "`" + ` with an empty cache took 236 s of CPU time and 2 min 48 s on
two cores, while some tests were running (2026-11-28). According to two overlapping builds,
the models take 101 s of it, the runtime 6 s, the sandbox's Graph 4 s, net/http 3.5 s, the
MCP library 3 s and linking 3 s; no other of the 550 packages takes 3 s. One compiler alone
reaches the peak of 4.5 GB, so building fewer packages at a time should not lower it.

The models are a single package, so no smaller part of them can be imported. They take
98 s of CPU time and 4.4 GB without inlining
(` + "`" + `-gcflags=github.com/microsoftgraph/msgraph-sdk-go/models=-l` + "`" + `), and 87 s and 3.7 GB
without any optimisation (` + "`" + `-N -l` + "`" + `; 2026-11-28, one core, load 15). The flag is not used:
everyone who builds would have to know it, and would save a fifth, once.

## What the tests cost

On two idle cores, in a fresh clone and once built, ` + "`" + `make test` + "`" + ` took 2 min 51 s, 3 min 3 s and 3 min 4 s
in three runs of 2026-11-28, with about 285 s of CPU time without that of the browser (3 min 28 s
and 328 s before, 3 min 47 s and 373 s the day before). The machine's own speed differs by
15 % from hour to hour; sixteen tests at a time made no difference beyond that. It runs twelve tests at a time: with
24, a busy machine misses the deadlines of some faults. CPU time of the largest tests, each run
alone, including 3 s for building the program:

| tests | CPU |
| --- | ---: |
| a thousand applications renewed, with killed runs | 29 s, 49 before |
| no secret leaks (` + "`" + `TestNoLeak` + "`" + `) | 26 s, 47 before |
| the reports in a browser, with the browser | 24 s, about 42 before |
| Azure CLI against the sandbox (where ` + "`" + `az` + "`" + ` is installed) | 21 s, 67 before |
| what a change touches (builds the program) | 20 s, 30 before |
| faults | 15 s, 27 before |
| hostile tenants | 12 s, 19 before |
| German has no English | 11 s, 79 before |
| scenarios | 6 s, 12 before |
| the formats with hostile names | 4 s, 13 before |

The German tests run in the process of the tests, which found the real Azure CLI in the
PATH of the machine and started it. A run of the program against the sandbox also read
every certificate of the machine.
Creating RSA keys took half of the time of the leak tests' own process, and a seventh of
that of the German tests: the sandboxes of one process now share their keys. Another
quarter was spent encoding the same secrets again before each search. In all of these
tests, each run that explains something now takes about 30 ms less.
Most commands of Azure CLI are now forked from a process that has its libraries loaded.
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
	b.WriteString("\n## Starting the program\n\n| program | time | CPU | compared with the empty program |\n| --- | ---: | ---: | ---: |\n")
	for _, row := range []struct {
		name string
		measure
	}{{"an empty cobra program", p.start.empty}, {"the same with the C library, as `go build` makes it", p.start.emptyC}, {"the required packages alone", p.start.required}, {"`spcheck version`", p.start.spcheck}, {"`spcheck explain 7000222`", p.start.explain}} {
		if row.wall > 0 {
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", row.name, ms(row.wall), ms(row.cpu), ratio(row.cpu, p.start.empty.cpu))
		}
	}
	b.WriteString("\nThe required packages are cobra, color, MSAL and the Graph SDK, in a program that links them\nand does nothing (tools/bench/required). spcheck cannot start faster than it.\n")
	fmt.Fprintf(b, "\nBefore main, %s.\n", p.start.why())
}

func (p *page) commandTable(b *strings.Builder) {
	b.WriteString("\n## Commands against the sandbox on loopback\n\nEach response is delayed. The longest chain is the additional time compared with a run\nwithout delay, divided by the delay: how many requests have to wait for each other.\n\n" +
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
	b.WriteString("\n## Scanning one tenant\n\nHalf of the objects are applications, half are service principals; each page has 999.\n")
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
## How much one process can handle

%s tenants of %s objects each (%s in all), %s a page, %d tenants at a time: %s,
%s of CPU time, %s peak memory.

The latency of pages and Graph's quotas limit a scan, hardly ever this machine: each page
of a tenant names the next, and the quota applies per application and tenant. Use
`+"`--shard`"+` if one process takes too long even with a high `+"`--parallel`"+` (64 at most), or
if the failure of one machine must not affect the whole run; up to a few thousand tenants
an hour need neither. One huge tenant cannot be split.
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
