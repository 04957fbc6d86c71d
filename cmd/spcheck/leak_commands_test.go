package main

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// leakCommand is a command line that has secrets at hand. Every command of the
// program has one, and so has every flag that is no setting (see
// TestLeakCommandsAreAllCommands).
type leakCommand struct {
	name string
	args []string
	// kind gives the formats that the command writes; empty is text alone.
	kind result.Kind
	// plain commands take no settings, and so no flags of a world.
	plain bool
	// everywhere says that the command runs in every world.
	everywhere bool
	// stdin is what the command reads.
	stdin string
	// gives says that standard output is where the new secret goes by design.
	gives bool
	// formats are those that tell something that no other row does; nil is all. What a
	// run keeps or sends is the same whatever the format of its report.
	formats []string
	// answers is how many lines a command that is talked to answers; its input ends then.
	answers int
}

// leakLook is how a report is asked for.
type leakLook struct {
	format, language string
	verbose, debug   bool
}

func (l leakLook) args(c leakCommand) []string {
	if c.plain && c.kind == "" {
		return nil
	}
	args := []string{"--lang", l.language, "--output", l.format}
	if l.verbose && c.kind != "" && c.kind != "explain" && c.kind != "scan" {
		args = append(args, "--verbose")
	}
	if l.debug && !c.plain {
		args = append(args, "--debug")
	}
	return args
}

// looksAt are the ways to ask a command for its report, each once. In a world that is
// about one way to get a secret wrong, each format is asked for in one of the
// languages, which change from world to world; in the others in each.
func looksAt(c leakCommand, w leakWorld) []leakLook {
	var all []leakLook
	seen := map[string]bool{}
	for i, look := range looks(c.kind) {
		line := strings.Join(look.args(c), " ")
		other := !w.all && !w.more && (i/2+len(w.name))%2 != i%2
		if seen[line] || c.formats != nil && !slices.Contains(c.formats, look.format) || other {
			continue
		}
		seen[line] = true
		all = append(all, look)
	}
	return all
}

// looks are all ways to ask for a report of a kind.
func looks(kind result.Kind) []leakLook {
	formats := report.Formats(schematest.Empty(kind))
	if len(formats) == 0 {
		formats = []string{"text", "json"}
	}
	var all []leakLook
	for i, format := range formats {
		for j, language := range []string{"en", "de"} {
			// Each format in each language; verbosity and trace change with both, so that
			// each of the four ways meets each language.
			all = append(all, leakLook{format, language, (i+j)%2 == 0, i%4 != 3})
		}
	}
	return all
}
