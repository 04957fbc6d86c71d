package report

import (
	"strings"

	"github.com/spcheck/spcheck/internal/neutral"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// commandIndent is how far a command is behind its heading.
const commandIndent = "  "

// commands writes those for the reader's shell, or all, each with its shell,
// where there is none.
func (p *page) commands(indent string, list []result.Command) {
	shell := p.Shell
	if shell == "" {
		shell = "sh"
	}
	var mine []result.Command
	for _, c := range list {
		if c.Shell == shell {
			mine = append(mine, c)
		}
	}
	for _, c := range mine {
		p.command(indent, c)
	}
	if len(mine) > 0 {
		return
	}
	for _, c := range list {
		p.write(indent, dim, p.say(msg.New("in %s:", c.Shell)))
		p.command(indent, c)
	}
}

// command writes what can be typed. A line that is too wide continues below, the
// way its shell takes it, so that no terminal breaks it within an ID.
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

// breakCommand breaks a command before its flags into lines of at most room
// columns, as far as it can; 0 is without end. What is quoted stays together.
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

// beforeFlags cuts a command at the blanks before its flags, and not within
// quotes.
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
