package main

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/report"
)

// Widths of the help in columns. helpWidth is that of sentences, and flagWidth that of the
// list of flags, whose first column is wide. On a narrower terminal both have its width,
// but at least narrowHelp.
const (
	helpWidth  = 80
	flagWidth  = 110
	narrowHelp = 60
)

// columns returns the width of sentences, and of the list of flags.
func (a *app) columns() (sentences, flags int) {
	n := widthOf(a.out, a.env)
	if n == 0 {
		n = helpWidth
	}
	n = max(narrowHelp, n)
	return min(n, helpWidth), min(n, flagWidth)
}

// laidOut breaks the lines of a help text anew for a width. It keeps paragraphs, lists
// and tables: in a row, what stands after two or more spaces is a column of its own. Lines
// that begin with a tab are commands to copy, and are kept.
func laidOut(text string, width int) string {
	var out []string
	var b block
	for line := range strings.SplitSeq(text, "\n") {
		if b.takes(line) {
			b.words += " " + strings.TrimSpace(line)
			continue
		}
		out = append(out, b.lines(width)...)
		b = blockOf(line)
	}
	return strings.Join(append(out, b.lines(width)...)[1:], "\n") // the first block is empty
}

// block is a part of a help text whose lines are broken together.
type block struct {
	// lead precedes the first line: an indentation, or the first column of a row.
	lead string
	// words are broken into lines, indented by the width of lead.
	words string
	// kept means that the line is kept as it is.
	kept bool
}

// row matches a row of a table: its first column with the spaces after it, and the second.
var row = lazyregexp.New(`^( *\S.*? {2,})(\S.*)$`)

func blockOf(line string) block {
	if m := row().FindStringSubmatch(line); m != nil {
		return block{lead: m[1], words: m[2]}
	}
	words := strings.TrimLeft(line, " ")
	return block{lead: line[:len(line)-len(words)], words: words, kept: words == "" || words[0] == '\t'}
}

// takes reports whether a line continues the block: it stands in the same column and
// begins no row.
func (b *block) takes(line string) bool {
	next := blockOf(line)
	return b.words != "" && !b.kept && !next.kept && strings.TrimSpace(next.lead) == "" && len(next.lead) == columnsOf(b.lead)
}

func (b *block) lines(width int) []string {
	if b.kept || b.words == "" {
		return []string{b.lead + b.words}
	}
	return hanging(b.lead, b.words, width)
}

// hanging breaks words into lines of a width. The first has lead before it, the others
// are indented by its width.
func hanging(lead, words string, width int) []string {
	var out []string
	for _, line := range report.Wrap(words, width-columnsOf(lead)) {
		out = append(out, lead+line)
		lead = strings.Repeat(" ", columnsOf(lead))
	}
	return out
}

// columnsOf returns the width of a text of the help, which has no wide characters.
func columnsOf(s string) int { return len([]rune(s)) }
