package report

import (
	"strings"

	"github.com/fatih/color"

	"github.com/spcheck/spcheck/internal/result"
)

// style is the appearance of a piece of text. All colours are readable on light and dark
// backgrounds. None has a meaning that the symbol or the word next to it lacks.
type style int

const (
	plainStyle style = iota
	bold
	dim
	good
	attention
	bad
	unsure
	copied // for commands
)

// loud is a flag that makes a style bold.
const loud style = 1 << 8

// paint applies a style to a text. It depends only on the options, never on the
// environment.
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

// symbol is a mark before a line.
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

// symbolWidth returns the width of status symbols, in columns.
func (o Options) symbolWidth() int {
	if o.Unicode {
		return 1
	}
	return 3
}

var (
	bullet       = symbol{"•", "*", plainStyle}
	branch       = symbol{"└", "`-", dim}
	between      = symbol{"·", "-", dim}
	quotes       = symbol{"│", "|", dim}
	checkSymbols = map[result.CheckStatus]symbol{
		result.Pass: {"✓", "[+]", good}, result.Warn: {"!", "[!]", attention},
		result.Fail: {"✗", "[x]", bad}, result.Skipped: {"–", "[-]", dim},
		result.CheckUnknown: {"?", "[?]", unsure},
	}
	toneChecks = map[result.Status]result.CheckStatus{
		result.OK: result.Pass, result.Warning: result.Warn, result.Critical: result.Fail,
		result.Unknown: result.CheckUnknown,
	}
)

func toneSymbol(t result.Status) symbol {
	if s, ok := checkSymbols[toneChecks[t]]; ok {
		return s
	}
	return bullet
}

func toneStyle(t result.Status) style {
	if t == result.Over {
		return dim
	}
	return toneSymbol(t).style
}

// typography replaces punctuation that the terminal may lack. It does not replace letters,
// because a name without its umlaut is a different name.
func (o Options) typography(s string) string {
	if o.Unicode {
		return s
	}
	return strings.NewReplacer(
		"–", "-", "—", "-", "…", "...", "“", `"`, "”", `"`, "„", `"`,
		"‘", "'", "’", "'", "→", "->", "•", "*", "▸", ">", "·", "-", "\u00a0", " ",
	).Replace(s)
}

// plainSymbol returns a symbol without colour, for use within a text that is painted as a
// whole.
func (o Options) plainSymbol(s symbol) string {
	o.Color = false
	return o.symbol(s)
}
