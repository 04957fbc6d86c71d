package notify

import (
	"strings"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/redact"
)

// Limits of a message, in characters and lines. Slack accepts 50 blocks of 3,000
// characters, and Teams 28 KB in all.
const (
	lineLimit = 400
	chatLines = 20
	mailLines = 200
)

// Message is a message in one language. It contains names from the tenant, so every service
// gets it in a form that is not interpreted.
type Message struct {
	Subject string   // one line
	Intro   []string // sentences about the scan
	Groups  []Group
	Next    []string // commands to type
	Facts   any      // the JSON for programs
}

// Group is a list with a heading. More is a closing line, or empty.
type Group struct {
	Title string
	Lines []string
	More  string
}

// clean returns a text on one line that is safe in every service: without known secrets,
// and without URLs that mail or chat programs would turn into links.
func clean(line string) string {
	line = neutral.Bound(redact.String(line), lineLimit)
	return strings.ReplaceAll(line, "://", "[:]//")
}

// paragraphs returns the message as plain text.
func (m *Message) paragraphs() []string {
	all := append([]string(nil), m.Intro...)
	for _, g := range m.Groups {
		lines := []string{g.Title}
		for _, l := range g.Lines {
			lines = append(lines, "- "+l)
		}
		if g.More != "" {
			lines = append(lines, g.More)
		}
		all = append(all, strings.Join(lines, "\n"))
	}
	if len(m.Next) > 0 {
		all = append(all, "  "+strings.Join(m.Next, "\n  "))
	}
	return all
}

// text returns the message as plain text without its subject.
func (m *Message) text() string { return strings.Join(m.paragraphs(), "\n\n") + "\n" }
