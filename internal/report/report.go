// Package report writes finished results, and nothing else: it asks nobody and
// knows only what the result holds, so that a saved JSON report can be written
// in any other format later. Each format is one file and one entry of the
// registry; it says by the type that it takes which results it makes sense for.
package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/result"
)

// Options say how a report is to look. The zero value is plain English ASCII
// without colour.
type Options struct {
	// Language is one of msg.Languages; empty is English. JSON has none.
	Language string
	Color    bool
	// Width is the terminal's in columns; 0 is unknown or none, and then tables
	// take the room they need.
	Width int
	// Unicode allows symbols beyond ASCII.
	Unicode bool
	// Shell chooses the commands of remedies: sh, powershell or cmd. Empty is sh.
	Shell string
	// Verbose shows what a short report leaves out: all that was checked, where
	// each fact was read, times of day and whole thumbprints.
	Verbose bool
	// GroupBy is what the findings of a scan are grouped by; see result.View.
	GroupBy string
	// Quiet leaves of a text report nothing but its headline.
	Quiet bool
	// Within is the warning window, for the ranges of performance data and the
	// alarms of a calendar; 0 is DefaultWithin.
	Within time.Duration
	// Version is spcheck's own, for the formats that name their tool.
	Version string
}

// defaultWithin is the warning window where none is given, as the contract has
// it.
const defaultWithin = 30 * 24 * time.Hour

// window is the warning window.
func (o Options) window() time.Duration {
	if o.Within <= 0 {
		return defaultWithin
	}
	return o.Within
}

// A format is one way to write reports.
type format struct {
	name string
	// fits says whether it makes sense for a report of this type.
	fits  func(result.Report) bool
	write func(io.Writer, result.Report, Options) error
	// failures says that a run that failed as a whole can be shown. A table or a
	// calendar without a line would look like good news.
	failures bool
	// inventory says that it lists every credential of a scan, not findings alone.
	inventory bool
	// sums says that it shows no single finding of a scan.
	sums bool
}

// of is a format for reports of type T, which is result.Report or one of the
// interfaces that ask for more.
func of[T result.Report](name string, write func(io.Writer, T, Options) error) format {
	return format{
		name:  name,
		fits:  func(r result.Report) bool { _, ok := r.(T); return ok },
		write: func(w io.Writer, r result.Report, o Options) error { return write(w, r.(T), o) },
	}
}

// telling marks a format that shows a failed run.
func telling(f format) format {
	f.failures = true
	return f
}

// listing marks a format that lists every credential of a scan.
func listing(f format) format {
	f.inventory = true
	return f
}

// summing marks a format that shows no single finding of a scan.
func summing(f format) format {
	f.sums = true
	return f
}

// formats is a registry.
type formats []format

// registry holds every format; it is the only place that lists them.
func registry() formats {
	return formats{
		of("text", writeText),
		listing(telling(of("json", writeJSON))),
		of("ndjson", writeNDJSON),
		of("csv", writeCSV),
		telling(of("markdown", writeMarkdown)),
		telling(of("html", writeHTML)),
		telling(of("junit", writeJUnit)),
		telling(of("sarif", writeSARIF)),
		telling(of("github", writeGitHub)),
		summing(telling(of("plugin", writePlugin))),
		summing(listing(telling(of("prometheus", writePrometheus)))),
		summing(listing(of("ics", writeICS))),
	}
}

func (list formats) names(r result.Report) []string {
	var names []string
	for _, f := range list {
		if f.fits(r) {
			names = append(names, f.name)
		}
	}
	return names
}

func (list formats) find(name string, r result.Report) (format, error) {
	i := slices.IndexFunc(list, func(f format) bool { return f.name == name && f.fits(r) })
	if i < 0 {
		return format{}, list.refused(name, r)
	}
	return list[i], nil
}

// ShowsFailures reports whether a run that failed as a whole is to be written in
// a format.
func ShowsFailures(name string) bool {
	return slices.ContainsFunc(registry(), func(f format) bool { return f.name == name && f.failures })
}

// NeedsInventory reports whether a format lists every credential of a scan rather
// than findings alone.
func NeedsInventory(name string) bool {
	return slices.ContainsFunc(registry(), func(f format) bool { return f.name == name && f.inventory })
}

// ShowsFindings reports whether a format shows the findings of a scan one by one, with
// all that is known of each.
func ShowsFindings(name string) bool {
	return slices.ContainsFunc(registry(), func(f format) bool { return f.name == name && !f.sums })
}

// Formats names the formats that make sense for a report, the default first.
func Formats(r result.Report) []string { return registry().names(r) }

// refused is a format that does not exist, or makes no sense for a report.
func (list formats) refused(name string, r result.Report) error {
	known := list.names(r)
	hint := msg.New("use one of: %s", strings.Join(known, ", "))
	if meant := near.Words(name, known); len(meant) > 0 {
		hint = msg.New("did you mean %s? use one of: %s", meant[0], strings.Join(known, ", "))
	}
	return fail.Usage(msg.New("no output format %q for %s", name, string(r.Kind())), hint)
}

// Check returns a *fail.Error unless the format can be written for reports like
// this one, which may be empty. A command calls it before it does any work.
func Check(name string, r result.Report) error {
	_, err := registry().find(name, r)
	return err
}

// Write writes a report in a format. The error is a *fail.Error, or the
// writer's.
func Write(w io.Writer, name string, r result.Report, o Options) error {
	f, err := registry().find(name, r)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	// Whatever file or stream it goes to, and before a buffer cuts it anywhere.
	if err := f.write(redact.Writer(out), r, o); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return out.Flush()
}

// say prints a sentence in the reader's language. It is not harmless yet.
func (o Options) say(t msg.Text) string { return t.In(o.Language) }
