package neutral

import (
	"strings"
	"unicode/utf8"
)

// CSVCell returns s for a cell of a CSV file. A value that a spreadsheet would
// take for a formula gets an apostrophe in front, as OWASP advises ("CSV
// injection"). Quoting is left to encoding/csv.
func CSVCell(s string) string {
	s = Block(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \t\n"))
	if strings.ContainsRune("=+-@＝＋－＠", first) || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\n") {
		return "'" + s
	}
	return s
}

// Markdown returns s as one line of plain text for a Markdown document,
// GitHub's dialect included: nothing in it starts a heading, a link, HTML, a
// table cell or a mention.
func Markdown(s string) string {
	var b strings.Builder
	for _, r := range Line(s) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("&#64;")
		case strings.ContainsRune("\\`*_{}[]>#|~!", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	// Bare addresses would become links.
	return strings.NewReplacer("://", "&#58;//", "www.", "www&#46;").Replace(b.String())
}

// WorkflowData returns s for the message of a GitHub workflow command
// (::error::MESSAGE), in the encoding of actions/toolkit.
func WorkflowData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(Block(s))
}

// WorkflowProperty returns s for a property of a GitHub workflow command
// (::error title=PROPERTY::).
func WorkflowProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(Line(s))
}
