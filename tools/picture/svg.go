package main

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
)

// The measures of the picture, in pixels. A column is as wide as a character of
// the usual monospaced fonts at this size.
const (
	fontSize = 14
	column   = 8.43
	row      = 20
	margin   = 24
	titleBar = 34
)

// A run is text of one style.
type run struct {
	text, colour string
	bold, dim    bool
}

// escape is one sequence that sets the style: SGR, the only one that spcheck
// writes (ECMA-48).
var escape = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// runs splits a line by its styles.
func runs(line string) []run {
	var out []run
	now, at := run{}, 0
	add := func(text string) {
		if text != "" {
			now.text = text
			out = append(out, now)
		}
	}
	for _, m := range escape.FindAllStringSubmatchIndex(line, -1) {
		add(line[at:m[0]])
		for code := range strings.SplitSeq(line[m[2]:m[3]], ";") {
			now = now.set(code)
		}
		at = m[1]
	}
	add(line[at:])
	return out
}

// set applies one code of a sequence.
func (r run) set(code string) run {
	n, _ := strconv.Atoi(code)
	switch {
	case n == 0:
		return run{}
	case n == 1:
		r.bold = true
	case n == 2:
		r.dim = true
	case n == 22:
		r.bold, r.dim = false, false
	case n == 39:
		r.colour = ""
	case n >= 30 && n <= 37:
		r.colour = [...]string{"#6e7681", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#f0f6fc"}[n-30]
	}
	return r
}

// draw makes the picture of a terminal's window. Every run has its own place, so
// that columns are under each other in any font.
func draw(prompt string, lines []string) string {
	if prompt != "" {
		lines = append([]string{"\x1b[2m$\x1b[22m \x1b[1m" + prompt + "\x1b[22m"}, lines...)
	}
	var body, plain strings.Builder
	widest := 0
	for i, line := range lines {
		y := titleBar + margin + i*row
		col := 0
		for _, r := range runs(line) {
			if strings.TrimSpace(r.text) != "" {
				lead := len(r.text) - len(strings.TrimLeft(r.text, " "))
				fmt.Fprintf(&body, `<text x="%.2f" y="%d"%s>%s</text>`+"\n",
					margin+float64(col+lead)*column, y, r.attributes(), escaped(strings.TrimSpace(r.text)))
			}
			col += runewidth.StringWidth(r.text)
		}
		widest = max(widest, col)
		plain.WriteString(escape.ReplaceAllString(line, "") + "\n")
	}
	width, height := int(2*margin+float64(widest)*column), titleBar+margin+len(lines)*row
	return fmt.Sprintf(frame, width, height, width, height, escaped(prompt), escaped(plain.String()),
		width-1, height-1, fontSize, body.String())
}

// attributes are a run's colour and weight; what inherits is left out.
func (r run) attributes() string {
	var a string
	switch {
	case r.colour != "":
		a += ` fill="` + r.colour + `"`
	case r.dim:
		a += ` fill="#8b949e"`
	}
	if r.bold {
		a += ` font-weight="bold"`
	}
	return a
}

// frame is the window; the text of the whole run is its description, for those
// who do not see it.
const frame = `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="t d">
<title id="t">%s</title>
<desc id="d">%s</desc>
<rect x="0.5" y="0.5" width="%d" height="%d" rx="9" fill="#0d1117" stroke="#30363d"/>
<circle cx="22" cy="19" r="6" fill="#ff5f57"/><circle cx="42" cy="19" r="6" fill="#febc2e"/><circle cx="62" cy="19" r="6" fill="#28c840"/>
<g font-family="ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="%d" fill="#e6edf3" xml:space="preserve">
%s</g>
</svg>
`

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
