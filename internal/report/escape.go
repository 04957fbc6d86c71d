package report

import (
	"strings"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/neutral"
)

// csvPlain returns s for a cell of a CSV file. A value that a spreadsheet would
// take for a formula gets an apostrophe in front, as OWASP advises ("CSV
// injection"). Quoting is left to encoding/csv.
func csvPlain(s string) string {
	s = neutral.Block(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \t\n"))
	if strings.ContainsRune("=+-@＝＋－＠", first) || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\n") {
		return "'" + s
	}
	return s
}

// workflowData returns s for the message of a GitHub workflow command
// (::error::MESSAGE), in the encoding of actions/toolkit.
func workflowData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(neutral.Block(s))
}

// workflowProperty returns s for a property of a GitHub workflow command
// (::error title=PROPERTY::).
func workflowProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(neutral.Line(s))
}

// xmlLine returns s for character data or an attribute of an XML document. Escaping
// is left to encoding/xml; what XML 1.0 cannot hold at all is replaced.
func xmlLine(s string) string { return strings.Map(xmlCharacter, neutral.Line(s)) }

// xmlBlock is xmlLine for text of several lines.
func xmlBlock(s string) string { return strings.Map(xmlCharacter, neutral.Block(s)) }

// xmlCharacter maps the non-characters that production [2] of XML 1.0 excludes;
// control characters are visible escapes already.
func xmlCharacter(r rune) rune {
	if r == '\ufffe' || r == '\uffff' {
		return '\ufffd'
	}
	return r
}

// sarifPlain returns s for a message of SARIF, where brackets make links and braces
// placeholders (SARIF 2.1.0 §3.11.5 and §3.11.6).
func sarifPlain(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(neutral.Line(s))
}

// pluginPlain returns s for the status line of a monitoring plugin: a pipe would
// start the performance data, and some web interfaces show angle brackets as
// HTML.
func pluginPlain(s string) string {
	return strings.NewReplacer("|", "/", "<", "(", ">", ")").Replace(neutral.Line(s))
}

// maxCalendar bounds a text of a calendar, in characters.
const maxCalendar = 1024

// calendarText returns s as one line for a text of a calendar. Escaping and folding
// are left to the library that writes it.
func calendarText(s string) string { return neutral.Bound(s, maxCalendar) }
