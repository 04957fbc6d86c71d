package report

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/neutral"
)

// markdownPlain escapes s as one line of plain text for Markdown, including GitHub's
// extensions. Nothing in it can start a heading, a list, a link, HTML, a table cell, a
// formula or a mention.
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
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	// GitHub would turn bare URLs into links.
	urls := strings.NewReplacer("://", "&#58;//", "www.", "www&#46;", "WWW.", "WWW&#46;")
	return urls.Replace(unlist(b.String()))
}

// listStart matches the start of a list, of a horizontal rule, or of the line below a
// heading.
var listStart = lazyregexp.New(`^(?:[-+=]|\d{1,9}[.)])`)

func unlist(s string) string {
	m := listStart().FindString(s)
	if m == "" {
		return s
	}
	return s[:len(m)-1] + `\` + s[len(m)-1:]
}

// longestTicks returns the length of the longest run of backticks.
func longestTicks(s string) int {
	longest := 0
	for run := range strings.FieldsFuncSeq(s, func(r rune) bool { return r != '`' }) {
		longest = max(longest, len(run))
	}
	return longest
}

// markdownCode returns s as a code span. It is enclosed in more backticks than it
// contains, and pipes are replaced because they would end a table cell.
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

// markdownFence returns s as a fenced code block with indented lines. The language must not
// come from outside, because it is not escaped.
func markdownFence(s, language, indent string) string {
	s = strings.TrimRight(neutral.Block(s), "\n")
	fence := strings.Repeat("`", max(3, longestTicks(s)+1))
	lines := fence + language + "\n"
	if s != "" {
		lines += s + "\n"
	}
	return indent + strings.ReplaceAll(lines+fence, "\n", "\n"+indent) + "\n"
}
