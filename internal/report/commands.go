package report

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/neutral"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// commandIndent is the indentation of a command below its heading.
const commandIndent = "  "

// commands writes the commands for the reader's shell. If there are none, it writes those
// for other shells, each with the name of its shell.
func (p *page) commands(indent string, list []result.Command) {
	shell := p.Shell
	if shell == "" {
		shell = "sh"
	}
	foreign := !slices.ContainsFunc(list, func(c result.Command) bool { return c.Shell == shell })
	for _, c := range list {
		if foreign {
			p.write(indent, dim, p.say(msg.New("in %s:", c.Shell)))
		}
		if foreign || c.Shell == shell {
			p.command(indent, c)
		}
	}
}

// command writes a command. A line that is too wide is continued in the syntax of its
// shell; otherwise the terminal might break it within an ID.
func (p *page) command(indent string, c result.Command) {
	for line := range strings.Lines(c.Command) {
		room := 0
		if p.Width > 0 {
			room = p.Width - columnsOf(indent+commandIndent)
		}
		for _, part := range breakCommand(neutral.Line(strings.TrimRight(line, "\r\n")), c.Shell, room) {
			p.verbatim(indent+commandIndent, copied, part)
		}
	}
}

// breakCommand breaks a command before its flags, into lines of at most room columns where
// possible. If room is 0, lines may be of any width. Quoted text is never broken.
func breakCommand(line, shell string, room int) []string {
	mark, known := map[string]string{"sh": ` \`, "powershell": " `", "cmd": " ^"}[shell]
	if room <= 0 || columnsOf(line) <= room || !known {
		return []string{line}
	}
	var lines []string
	current := ""
	for i, word := range beforeFlags(line) {
		switch {
		case i == 0:
			current = word
		case columnsOf(current+" "+word+mark) > room:
			lines, current = append(lines, current+mark), commandIndent+word
		default:
			current += " " + word
		}
	}
	return append(lines, current)
}

// beforeFlags splits a command at the spaces before its flags, except within quotes.
func beforeFlags(line string) []string {
	var parts []string
	var quote rune
	start := 0
	for i, r := range line {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == ' ' && strings.HasPrefix(line[i+1:], "-"):
			parts = append(parts, strings.TrimSpace(line[start:i]))
			start = i + 1
		}
	}
	return append(parts, strings.TrimSpace(line[start:]))
}
