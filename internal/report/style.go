package report

import (
	"strings"

	"github.com/fatih/color"

	"github.com/spcheck/spcheck/internal/result"
)

// A style is how a piece of text is set. The colours are those that can be read
// on light and dark backgrounds alike; none carries a meaning that the symbol or
// the word beside it does not carry too.
type style int

const (
	plainStyle style = iota
	bold
	dim
	good
	attention
	bad
	unsure
	// copied is what is to be typed.
	copied
)

// loud is a style in bold.
const loud style = 1 << 8

// paint sets text in a style. It asks the options only, never the environment.
func (o Options) paint(s style, text string) string {
	attributes := map[style][]color.Attribute{
		bold:      {color.Bold},
		dim:       {color.Faint},
		good:      {color.FgGreen},
		attention: {color.FgMagenta},
		bad:       {color.FgRed},
		unsure:    {color.FgCyan},
		copied:    {color.Bold, color.FgCyan},
	}[s&^loud]
	if s&loud != 0 {
		attributes = append(attributes, color.Bold)
	}
	if !o.Color || text == "" || len(attributes) == 0 {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// A symbol is before a line, in Unicode or ASCII.
type symbol struct {
	unicode, ascii string
	style          style
}

func (o Options) symbol(s symbol) string {
	if o.Unicode {
		return o.paint(s.style, s.unicode)
	}
	return o.paint(s.style, s.ascii)
}

// symbolWidth is that of every status symbol, in columns.
func (o Options) symbolWidth() int {
	if o.Unicode {
		return 1
	}
	return 3
}

func checkSymbol(s result.CheckStatus) symbol {
	switch s {
	case result.Pass:
		return symbol{"✓", "[+]", good}
	case result.Warn:
		return symbol{"!", "[!]", attention}
	case result.Fail:
		return symbol{"✗", "[x]", bad}
	case result.Skipped:
		return symbol{"–", "[-]", dim}
	}
	return symbol{"?", "[?]", unsure}
}

func toneSymbol(t result.Tone) symbol {
	switch t {
	case result.Good:
		return checkSymbol(result.Pass)
	case result.Attention:
		return checkSymbol(result.Warn)
	case result.Bad:
		return checkSymbol(result.Fail)
	case result.Unsure:
		return checkSymbol(result.CheckUnknown)
	}
	return bullet()
}

func toneStyle(t result.Tone) style {
	switch t {
	case result.Good:
		return good
	case result.Attention:
		return attention
	case result.Bad:
		return bad
	case result.Unsure:
		return unsure
	case result.Over:
		return dim
	}
	return plainStyle
}

func bullet() symbol  { return symbol{"•", "*", plainStyle} }
func branch() symbol  { return symbol{"└", "`-", dim} }
func between() symbol { return symbol{"·", "-", dim} }
func quotes() symbol  { return symbol{"│", "|", dim} }

// typography replaces the punctuation of our own sentences where a terminal may
// lack it. Letters stay: a name without its umlaut is another name.
func (o Options) typography(s string) string {
	if o.Unicode {
		return s
	}
	return strings.NewReplacer(
		"–", "-", "—", "-", "…", "...", "“", `"`, "”", `"`, "„", `"`,
		"‘", "'", "’", "'", "→", "->", "•", "*", "▸", ">", "·", "-", "\u00a0", " ",
	).Replace(s)
}

// plainSymbol is a symbol inside of a text that is painted as a whole.
func (o Options) plainSymbol(s symbol) string {
	o.Color = false
	return o.symbol(s)
}
