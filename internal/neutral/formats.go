package neutral

import (
	"strings"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/redact"
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

// XML returns s for character data or an attribute of an XML document. Escaping
// is left to encoding/xml; what XML 1.0 cannot hold at all is replaced.
func XML(s string) string { return strings.Map(xmlCharacter, Line(s)) }

// XMLBlock is XML for text of several lines.
func XMLBlock(s string) string { return strings.Map(xmlCharacter, Block(s)) }

// xmlCharacter maps the non-characters that production [2] of XML 1.0 excludes;
// control characters are visible escapes already.
func xmlCharacter(r rune) rune {
	if r == '\ufffe' || r == '\uffff' {
		return '\ufffd'
	}
	return r
}

// SARIF returns s for a message of SARIF, where brackets make links and braces
// placeholders (SARIF 2.1.0 §3.11.5 and §3.11.6).
func SARIF(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(Line(s))
}

// Plugin returns s for the status line of a monitoring plugin: a pipe would
// start the performance data, and some web interfaces show angle brackets as
// HTML.
func Plugin(s string) string {
	return strings.NewReplacer("|", "/", "<", "(", ">", ")").Replace(Line(s))
}

// maxLabel bounds the value of a Prometheus label, in characters.
const maxLabel = 256

// Label returns s for the value of a Prometheus label. Escaping is left to the
// library that writes the metrics, which it may compress: what is known to be
// secret is hidden here.
func Label(s string) string { return Bound(redact.String(s), maxLabel) }

// maxCalendar bounds a text of a calendar, in characters.
const maxCalendar = 1024

// Calendar returns s as one line for a text of a calendar. Escaping and folding
// are left to the library that writes it.
func Calendar(s string) string { return Bound(s, maxCalendar) }
