package notify

import (
	"strings"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/redact"
)

// Bounds of a message, in characters and lines. Slack takes 50 blocks of 3,000
// characters and Teams 28 KB in all.
const (
	lineLimit = 400
	chatLines = 20
	mailLines = 200
)

// Message is what is told, in one language. Its lines hold names from a tenant: each
// service gets them as plain text, in the way that it has for that.
type Message struct {
	// Subject says in a line what is new.
	Subject string
	// Intro are sentences about the scan.
	Intro []string
	// Groups are lists under headings.
	Groups []Group
	// Next are commands to type.
	Next []string
	// Facts are what a program may read of it.
	Facts any
}

// Group is a list with what is left out of it.
type Group struct {
	Title string
	Lines []string
	// More says how many lines are missing; empty where none are.
	More string
}

// clean makes a line harmless for every service: one line, nothing secret, no link
// that a program for mail or chat would make clickable.
func clean(line string) string {
	line = neutral.Bound(redact.String(line), lineLimit)
	return strings.ReplaceAll(line, "://", "[:]//")
}

// paragraphs are the message as plain text, a paragraph each.
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

// text is the message as plain text without its subject.
func (m *Message) text() string { return strings.Join(m.paragraphs(), "\n\n") + "\n" }
