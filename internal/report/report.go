// Package report writes finished results, and nothing else: it asks nobody and
// knows only what the result holds, so that a saved JSON report can be written
// in any other format later.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/result"
)

// Kind names the command that a result belongs to, which is also the name of
// its JSON Schema.
type Kind string

// The kinds of report.
const (
	Diagnose    Kind = "diagnose"
	ListSecrets Kind = "list-secrets"
	Explain     Kind = "explain"
	Renew       Kind = "renew-secret"
	Remove      Kind = "remove-secret"
	Scan        Kind = "scan"
)

// Kinds lists every kind of report.
func Kinds() []Kind { return []Kind{Diagnose, ListSecrets, Explain, Renew, Remove, Scan} }

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
	// Verbose shows what a short report leaves out: what passed in a healthy
	// report, what was skipped, how long each check took, times of day and whole
	// thumbprints.
	Verbose bool
	// Rules are what people are told of the rules of a scan, by ID.
	Rules map[string]RuleText
	// Quiet leaves of a text report nothing but its headline.
	Quiet bool
	// Within is the warning window, for the ranges of performance data and the
	// alarms of a calendar; 0 is DefaultWithin.
	Within time.Duration
	// Version is spcheck's own, for the formats that name their tool.
	Version string
}

// DefaultWithin is the warning window where none is given, as the contract has
// it.
const DefaultWithin = 30 * 24 * time.Hour

// window is the warning window.
func (o Options) window() time.Duration {
	if o.Within <= 0 {
		return DefaultWithin
	}
	return o.Within
}

// Format is one way to write a report.
type Format struct {
	Name string
	// Kinds are those that the format makes sense for.
	Kinds []Kind
	// Write writes a result, which is a pointer to one of the types of package
	// result.
	Write func(w io.Writer, res any, o Options) error
	// Failures says that a run that failed as a whole can be shown.
	Failures bool
}

// registry holds every format; it is the only place that lists them.
func registry() []Format {
	judged := []Kind{Diagnose, ListSecrets, Scan}
	return []Format{
		{Name: "text", Kinds: Kinds(), Write: writeText},
		{Name: "json", Kinds: Kinds(), Write: writeJSON, Failures: true},
		{Name: "ndjson", Kinds: []Kind{Scan}, Write: notForReports},
		{Name: "csv", Kinds: append(judged, Explain), Write: writeCSV},
		{Name: "markdown", Kinds: Kinds(), Write: writeMarkdown, Failures: true},
		{Name: "html", Kinds: Kinds(), Write: writeHTML, Failures: true},
		{Name: "junit", Kinds: judged, Write: writeJUnit, Failures: true},
		{Name: "sarif", Kinds: judged, Write: writeSARIF, Failures: true},
		{Name: "github", Kinds: judged, Write: writeGitHub, Failures: true},
		{Name: "plugin", Kinds: judged, Write: writePlugin, Failures: true},
		{Name: "prometheus", Kinds: judged, Write: writePrometheus, Failures: true},
		{Name: "ics", Kinds: judged, Write: writeICS},
	}
}

// ShowsFailures reports whether a run that failed as a whole is to be written in
// a format. A table or a calendar without a line would look like good news.
func ShowsFailures(format string) bool {
	return slices.ContainsFunc(registry(), func(f Format) bool { return f.Name == format && f.Failures })
}

// Formats names the formats that make sense for a kind of report, the default
// first.
func Formats(kind Kind) []string {
	var names []string
	for _, f := range registry() {
		if slices.Contains(f.Kinds, kind) {
			names = append(names, f.Name)
		}
	}
	return names
}

// FormatError is a format that does not exist, or makes no sense for a report.
type FormatError struct {
	Format string
	Kind   Kind
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("no output format %q for %s", e.Format, e.Kind)
}

// Hint names the formats that there are.
func (e *FormatError) Hint() string {
	list := Formats(e.Kind)
	hint := "use one of: " + strings.Join(list, ", ")
	if meant := near.Words(e.Format, list); len(meant) > 0 {
		hint = "did you mean " + meant[0] + "? " + hint
	}
	return hint
}

// Check returns a *FormatError unless the format can be written for the kind. A
// command calls it before it does any work.
func Check(format string, kind Kind) error {
	if !slices.Contains(Formats(kind), format) {
		return &FormatError{Format: format, Kind: kind}
	}
	return nil
}

// Write writes a result (a value or a pointer of result.Diagnosis,
// result.SecretList or result.Explanation) in a format. The error is a
// *FormatError, or the writer's.
func Write(w io.Writer, format string, res any, o Options) error {
	res, kind, err := known(res)
	if err != nil {
		return err
	}
	if err := Check(format, kind); err != nil {
		return err
	}
	w = redact.Writer(w) // whatever file or stream it goes to
	if kind == Scan {
		return writeScan(w, res, format, o)
	}
	for _, f := range registry() {
		if f.Name == format {
			return f.Write(w, res, o)
		}
	}
	return &FormatError{Format: format, Kind: kind}
}

// known returns a result as a pointer, and its kind.
func known(res any) (any, Kind, error) {
	switch r := res.(type) {
	case result.Diagnosis:
		return &r, Diagnose, nil
	case *result.Diagnosis:
		return r, Diagnose, nil
	case result.SecretList:
		return &r, ListSecrets, nil
	case *result.SecretList:
		return r, ListSecrets, nil
	case result.Explanation:
		return &r, Explain, nil
	case *result.Explanation:
		return r, Explain, nil
	case result.Renewal:
		return &r, Renew, nil
	case *result.Renewal:
		return r, Renew, nil
	case result.Removal:
		return &r, Remove, nil
	case *result.Removal:
		return r, Remove, nil
	case result.Scan:
		return sourceOf(&r), Scan, nil
	case *result.Scan:
		return sourceOf(r), Scan, nil
	case *ScanSource:
		return r, Scan, nil
	}
	return nil, "", fmt.Errorf("no report is known for a %T", res)
}
