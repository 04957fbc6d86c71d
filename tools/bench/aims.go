package main

import (
	"fmt"
	"strings"
	"time"
)

// aim is one of the project's, with what was measured.
type aim struct {
	what, measured string
	// over is how much of the aim's bound was needed: above 1 it is missed.
	over float64
	// why is told of an aim that is missed.
	why string
}

// aims says which aims are met, and by how much and why others are missed.
func (p *page) aims(b *strings.Builder) { p.tableOfAims(b, p.allAims()) }

func (p *page) tableOfAims(b *strings.Builder, all []aim) {
	b.WriteString("\n## Goals\n\n| goal | measured | |\n| --- | --- | --- |\n")
	var missed []aim
	for _, a := range all {
		verdict := "met"
		if a.over > 1 {
			verdict = fmt.Sprintf("**missed** by %.0f %%", 100*(a.over-1))
			missed = append(missed, a)
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", a.what, a.measured, verdict)
	}
	for i, a := range missed {
		if i == 0 || a.why != missed[i-1].why { // one reason may stand for two aims
			fmt.Fprintf(b, "\nMissed, %s: %s.\n", a.what, a.why)
		}
	}
}

func (p *page) allAims() []aim {
	st := p.start
	list := []aim{
		{"start under 10 ms", ms(st.spcheck.wall), float64(st.spcheck.wall) / float64(10*time.Millisecond), st.why()},
		{"start within 2× of an empty cobra program, CPU time", ratio(st.spcheck.cpu, st.empty.cpu), float64(st.spcheck.cpu) / float64(2*st.empty.cpu), fmt.Sprintf("the required packages alone are at %s", ratio(st.required.cpu, st.empty.cpu))},
		{"start within 2× of the required packages, CPU time", ratio(st.spcheck.cpu, st.required.cpu), float64(st.spcheck.cpu) / float64(2*st.required.cpu), st.why()},
	}
	for _, s := range p.scans {
		if s.objects >= 100_000 || len(p.scans) <= 4 { // below, the start and the sign-in count for most
			list = append(list, s.aims()...)
		}
	}
	return append(append(list, p.deltaAims()...), p.memoryAims()...)
}

func (s scanTimes) aims() []aim {
	name := thousands(s.objects) + " objects"
	if s.delay == 0 {
		return []aim{
			{"CPU within 3× of the tokenizer, " + name, ratio(s.scan.cpu, s.tokens.cpu), float64(s.scan.cpu) / float64(3*s.tokens.cpu),
				fmt.Sprintf("in addition to reading every token, the scan decodes dates and checks every credential (%s of CPU time against %s)", ms(s.scan.cpu), ms(s.tokens.cpu))},
			{"CPU within 4.5× of the loop, " + name, ratio(s.scan.cpu, s.loop.cpu), float64(s.scan.cpu) / (4.5 * float64(s.loop.cpu)),
				fmt.Sprintf("it reads both collections, and parses the pages (%s of CPU time against %s)", ms(s.scan.cpu), ms(s.loop.cpu))},
		}
	}
	floor := time.Duration(s.pages()) * s.delay
	return []aim{{"wall time within 1.2× of the page latencies, " + name, ratio(s.scan.wall, floor), float64(s.scan.wall) / (1.2 * float64(floor)),
		fmt.Sprintf("%s pages one after the other are %s; start, sign-in and the report take additional time, and reading the bytes alone took %s on this machine",
			thousands(s.pages()), ms(floor), ms(s.bytes.wall))}}
}

// memoryAims are about the peak, and how it grows with ten times the objects.
func (p *page) memoryAims() []aim {
	var list []aim
	peaks := map[int]int64{}
	most := 0
	for _, s := range p.scans {
		peaks[s.objects] = max(peaks[s.objects], s.scan.peak)
		most = max(most, s.objects)
	}
	bound := func(peak int64) float64 { return float64(peak) / (64 << 20) }
	list = append(list, aim{"peak memory under 64 MB, " + thousands(most) + " objects", mb(peaks[most]), bound(peaks[most]),
		"the IDs of objects and applications are kept to find out which other credentials an application has"})
	if tenth := peaks[most/10]; tenth > 0 {
		list = append(list, aim{"peak memory flat: within 1.5× of that of a tenth of the objects", ratio(peaks[most], tenth), float64(peaks[most]) / (1.5 * float64(tenth)),
			"the IDs of objects and applications are kept to find out which other credentials an application has"})
	}
	return append(list, aim{"peak memory under 64 MB, " + thousands(p.many.tenants) + " tenants", mb(p.many.peak), bound(p.many.peak),
		fmt.Sprintf("%d tenants are read at a time, with five listings each and a page read ahead; --parallel limits this", p.many.parallel)})
}
