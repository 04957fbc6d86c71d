// Package report writes reports in all output formats. It uses only the content of the
// report, so a saved JSON report can be converted to any other format later. Each format is
// one file and one entry in the registry. The parameter type of its function determines
// which reports it applies to.
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

// Options control how a report looks. The zero value means English in ASCII without
// colours.
type Options struct {
	// Language is one of msg.Languages; empty means English. JSON is always in English.
	Language string
	Color    bool
	// Width is the width of the terminal in columns. If it is 0, there is no terminal or
	// its width is unknown, and tables take as much space as they need.
	Width int
	// Unicode allows symbols beyond ASCII.
	Unicode bool
	// Shell selects the commands of remedies: sh, powershell or cmd. Empty means sh.
	Shell string
	// Verbose includes what a short report omits: all checks, the source of each fact,
	// times of day and complete thumbprints.
	Verbose bool
	// GroupBy groups the findings of a scan; see result.View.
	GroupBy string
	// Quiet reduces a text report to its headline.
	Quiet bool
	// Within is the warning window, used for thresholds of performance data and for
	// alarms in calendars; 0 means defaultWithin.
	Within time.Duration
	// Version is the version of spcheck, for formats that name the tool.
	Version string
}

// defaultWithin is the default warning window.
const defaultWithin = 30 * 24 * time.Hour

func (o Options) window() time.Duration {
	if o.Within <= 0 {
		return defaultWithin
	}
	return o.Within
}

// format is one way to write reports.
type format struct {
	name string
	// fits reports whether the format applies to reports of this type.
	fits   func(result.Report) bool
	write  func(io.Writer, result.Report, Options) error
	traits trait
}

// trait is a set of properties of a format.
type trait int

const (
	// failures: the format can show a run that failed as a whole. An empty table or
	// calendar would look like good news.
	failures trait = 1 << iota
	// inventory: the format lists every credential of a scan, not only the findings.
	inventory
	// findings: the format shows each finding of a scan.
	findings
)

// of returns a format for reports of type T, which is result.Report or an interface that
// extends it.
func of[T result.Report](name string, write func(io.Writer, T, Options) error, traits trait) format {
	return format{
		name:   name,
		fits:   func(r result.Report) bool { _, ok := r.(T); return ok },
		write:  func(w io.Writer, r result.Report, o Options) error { return write(w, r.(T), o) },
		traits: traits,
	}
}

type formats []format

// registry lists all formats, the default first.
func registry() formats {
	return formats{
		of("text", writeText, findings),
		of("json", writeJSON, findings|inventory|failures),
		of("ndjson", writeNDJSON, findings),
		of("csv", writeCSV, findings),
		of("markdown", writeMarkdown, findings|failures),
		of("html", writeHTML, findings|failures),
		of("junit", writeJUnit, findings|failures),
		of("sarif", writeSARIF, findings|failures),
		of("github", writeGitHub, findings|failures),
		of("plugin", writePlugin, failures),
		of("prometheus", writePrometheus, inventory|failures),
		of("ics", writeICS, inventory),
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
	if i := slices.IndexFunc(list, func(f format) bool { return f.name == name && f.fits(r) }); i >= 0 {
		return list[i], nil
	}
	known := list.names(r)
	hint := msg.New("use one of: %s", strings.Join(known, ", "))
	if meant := near.Words(name, known); len(meant) > 0 {
		hint = msg.New("did you mean %s? use one of: %s", meant[0], strings.Join(known, ", "))
	}
	return format{}, fail.Usage(msg.New("no output format %q for %s", name, string(r.Kind())), hint)
}

func has(name string, x trait) bool {
	return slices.ContainsFunc(registry(), func(f format) bool { return f.name == name && f.traits&x != 0 })
}

// ShowsFailures reports whether a format can show a run that failed as a whole.
func ShowsFailures(name string) bool { return has(name, failures) }

// NeedsInventory reports whether a format lists every credential of a scan, and not only
// the findings.
func NeedsInventory(name string) bool { return has(name, inventory) }

// ShowsFindings reports whether a format shows each finding of a scan with all details.
func ShowsFindings(name string) bool { return has(name, findings) }

// Formats returns the names of the formats that apply to a report, the default first.
func Formats(r result.Report) []string { return registry().names(r) }

// Check returns a *fail.Error if the format does not apply to reports of this type. Commands
// call it with an empty report before they do any work.
func Check(name string, r result.Report) error {
	_, err := registry().find(name, r)
	return err
}

// Write writes a report in a format. The error is a *fail.Error, or from the writer.
func Write(w io.Writer, name string, r result.Report, o Options) error {
	f, err := registry().find(name, r)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	// Secrets are removed before buffering, which might split them.
	if err := f.write(redact.Writer(out), r, o); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return out.Flush()
}

// say returns a message in the reader's language, not yet neutralised.
func (o Options) say(t msg.Text) string { return t.In(o.Language) }
