package report

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/neutral"
)

// markdownPlain returns s as one line of plain text for a Markdown document,
// GitHub's dialect included: nothing in it starts a heading, a list, a link,
// HTML, a table cell, a formula or a mention, wherever it is.
func markdownPlain(s string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(neutral.Line(s)) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("&#64;")
		case r == '$':
			b.WriteString("&#36;")
		case strings.ContainsRune("\\`*_{}[]>#|~!", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return unlink(unlist(b.String()))
}

// unlink keeps bare addresses from becoming links.
func unlink(s string) string {
	return strings.NewReplacer("://", "&#58;//", "www.", "www&#46;", "WWW.", "WWW&#46;").Replace(s)
}

// A list, a heading's underline or a rule starts with one of these.
var listStart = lazyregexp.New(`^(?:[-+=]|\d{1,9}[.)])`)

func unlist(s string) string {
	m := listStart().FindString(s)
	if m == "" {
		return s
	}
	return s[:len(m)-1] + `\` + s[len(m)-1:]
}

// longestTicks is the length of the longest run of backticks.
func longestTicks(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// markdownCode returns s as a code span: its backticks are outnumbered by those
// around it, and a pipe does not end a table's cell.
func markdownCode(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(neutral.Line(s)), "|", "¦")
	if s == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestTicks(s)+1)
	if len(ticks) == 1 {
		return ticks + s + ticks
	}
	return ticks + " " + s + " " + ticks
}

// markdownFence returns s as a fenced block of code in the given language, each
// line indented. The language is ours, never from outside.
func markdownFence(s, language, indent string) string {
	s = strings.TrimRight(neutral.Block(s), "\n")
	fence := strings.Repeat("`", max(3, longestTicks(s)+1))
	var b strings.Builder
	b.WriteString(indent + fence + language + "\n")
	for line := range strings.Lines(s) {
		b.WriteString(indent + strings.TrimSuffix(line, "\n") + "\n")
	}
	b.WriteString(indent + fence + "\n")
	return b.String()
}
