package report

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// proseWidth is the maximum width of sentences in columns; longer lines are hard to read.
// minWidth is the width used on terminals that are even narrower.
const (
	proseWidth = 90
	minWidth   = 40
)

// columns returns the width of sentences.
func (p *page) columns() int {
	if p.Width <= 0 {
		return proseWidth
	}
	return max(minWidth, min(p.Width, proseWidth))
}

func (p *page) blank() { p.b.WriteByte('\n') }

// write wraps a text. The first line starts with lead, which may be coloured, and the
// following lines are indented by its width.
func (p *page) write(lead string, s style, body string) {
	indent := columnsOf(lead)
	for i, line := range Wrap(body, p.columns()-indent) {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		p.b.WriteString(strings.TrimRight(lead+p.paint(s, line), " ") + "\n")
	}
}

// items writes short texts, separated by middle dots. It breaks lines only between them,
// unless one is longer than a line.
func (p *page) items(lead string, s style, list []string) {
	var b strings.Builder
	room := p.columns() - columnsOf(lead) - 2
	for i, x := range list {
		if columnsOf(x) <= room {
			x = strings.ReplaceAll(x, " ", glue)
		}
		b.WriteString(x)
		if i < len(list)-1 {
			b.WriteString(glue + p.plainSymbol(between) + " ")
		}
	}
	p.write(lead, s, b.String())
}

// verbatim writes a line without wrapping it, so that it can be copied.
func (p *page) verbatim(lead string, s style, body string) {
	p.b.WriteString(lead + p.paint(s, body) + "\n")
}

// columnsOf returns the width of a text on a terminal, in columns. When first asked about a
// character above U+0300, the library fills tables of 2 MB. To avoid that, this function
// knows the symbols that reports contain, unless the terminal shows characters such as the
// middle dot two columns wide.
func columnsOf(s string) int {
	narrow := text.RuneWidth('·') == 1
	width := 0
	for _, r := range s {
		switch {
		case r < 0x300 && r != text.EscapeStartRune:
			width += text.RuneWidth(r)
		case narrow && strings.ContainsRune(narrowSigns, r):
			width++
		default:
			return text.StringWidthWithoutEscSequences(s)
		}
	}
	return width
}

// narrowSigns are the symbols and the punctuation of reports above U+0300.
const narrowSigns = "✓✗•└│–—…‘’‚“”„"

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columnsOf(s)))
}

// glue is a space at which Wrap does not break. Neutral text cannot contain it.
const glue = "\x00"

// Wrap breaks a text at spaces into lines of at most the given width. A longer word, such
// as a URL, is put on a separate line and not broken, so that it can be copied.
func Wrap(s string, width int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(s) {
		word = strings.ReplaceAll(word, glue, " ")
		w := columnsOf(word)
		if line != "" && used+1+w > width {
			lines, line, used = append(lines, line), "", 0
		}
		if line != "" {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	return append(lines, line)
}

// wrapHard breaks the text of a table cell. It also breaks long words, because a cell must
// not be wider than its column.
func wrapHard(s string, width int) []string {
	var lines []string
	for _, line := range Wrap(s, width) {
		for columnsOf(line) > width {
			cut := text.Trim(line, width)
			if cut == "" {
				break // not even one character fits
			}
			lines, line = append(lines, cut), strings.TrimPrefix(line, cut)
		}
		lines = append(lines, line)
	}
	return lines
}
