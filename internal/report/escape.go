package report

import (
	"strings"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/neutral"
)

// csvPlain escapes s for a cell of a CSV file. A value that a spreadsheet would take for a
// formula gets an apostrophe in front, as OWASP advises ("CSV injection"). encoding/csv
// adds the quotes.
func csvPlain(s string) string {
	s = neutral.Block(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \t\n"))
	if strings.ContainsRune("=+-@＝＋－＠", first) || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\n") {
		return "'" + s
	}
	return s
}

// workflowData escapes s for the message of a GitHub workflow command
// (::error::MESSAGE), in the same way as actions/toolkit.
func workflowData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(neutral.Block(s))
}

// workflowProperty escapes s for a property of a GitHub workflow command
// (::error title=PROPERTY::).
func workflowProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(neutral.Line(s))
}

// xmlLine prepares s for the text or an attribute of an XML document. It replaces
// characters that XML 1.0 cannot represent; encoding/xml escapes the others.
func xmlLine(s string) string { return strings.Map(xmlCharacter, neutral.Line(s)) }

// xmlBlock prepares text with several lines in the same way.
func xmlBlock(s string) string { return strings.Map(xmlCharacter, neutral.Block(s)) }

// xmlCharacter replaces the noncharacters that production [2] of XML 1.0 excludes. Package
// neutral has already replaced control characters.
func xmlCharacter(r rune) rune {
	if r == '\ufffe' || r == '\uffff' {
		return '\ufffd'
	}
	return r
}

// sarifPlain escapes s for a SARIF message, where brackets create links and braces create
// placeholders (SARIF 2.1.0 §3.11.5 and §3.11.6).
func sarifPlain(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(neutral.Line(s))
}

// pluginPlain escapes s for the status line of a monitoring plugin. A pipe would start the
// performance data, and some web interfaces interpret angle brackets as HTML.
func pluginPlain(s string) string {
	return strings.NewReplacer("|", "/", "<", "(", ">", ")").Replace(neutral.Line(s))
}

// calendarText returns s as one line for a calendar. The library that writes it escapes and
// folds it.
func calendarText(s string) string { return neutral.Bound(s, 1024) }
