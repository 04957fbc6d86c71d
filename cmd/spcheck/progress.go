package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// A statusLine shows on standard error what spcheck is doing, with the finished checks
// above it. Everything is erased before other output is written.
type statusLine struct {
	app   *app
	width int
	// most is the number of checks that fit on the screen. It is 0 if the cursor cannot
	// move up to erase them.
	most int
	opts report.Options
	mu   sync.Mutex
	// doing is the current text, or zero if there is none.
	doing msg.Text
	// shown holds the checks that were shown, by ID. above is how many of them are on the
	// screen.
	shown map[string]bool
	above int
}

// watched reports whether a person watches what a command does, without --quiet. Elsewhere,
// what is being waited for is not shown. CI is set by most CI systems, TF_BUILD by Azure
// Pipelines.
func (a *app) watched(cmd *cobra.Command) bool {
	quiet, _ := cmd.Flags().GetBool("quiet")
	ci, _ := a.env("CI")
	azure, _ := a.env("TF_BUILD")
	return a.errTTY && !quiet && (ci == "" || ci == "false") && azure == ""
}

// statusLine returns the status line of a command. It returns nil if nobody watches, on
// a terminal that cannot erase it, and with --debug, which has more to say.
func (a *app) statusLine(cmd *cobra.Command) *statusLine {
	debug, _ := cmd.Flags().GetBool("debug")
	if name, _ := a.env("TERM"); debug || name == "dumb" || !a.watched(cmd) {
		return nil
	}
	width := widthOf(a.err, a.env)
	if width <= 0 {
		width = 80
	}
	return &statusLine{app: a, width: width, most: rowsAbove(a.err), shown: map[string]bool{}, opts: report.Options{
		Color: colorWanted(a.env, a.errTTY), Unicode: unicodeWanted(a.env, runtime.GOOS)}}
}

// rowsAbove returns how many lines above the last one can be erased. Lines that have
// scrolled off the terminal cannot.
func rowsAbove(w io.Writer) int {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !movesCursor(f.Fd()) {
		return 0
	}
	_, rows, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return max(0, rows-2)
}

// show replaces the status line. A zero text erases everything. It does nothing if s is
// nil.
func (s *statusLine) show(what msg.Text) {
	if what.IsZero() {
		s.clear()
		return
	}
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(s.erasure() + s.line(what))
	s.doing = what
}

// settled shows each finished check once. Skipped checks are not shown.
func (s *statusLine) settled(f *diagnose.Facts, whole diagnose.Part) {
	if s == nil || s.most == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.Language = s.app.lang()
	var lines strings.Builder
	for _, c := range diagnose.Settled(f, whole) {
		if c.Status == result.Skipped || s.shown[c.ID] || s.above == s.most {
			continue
		}
		s.shown[c.ID] = true
		s.above++
		// One column less, because some terminals wrap after a full line.
		lines.WriteString(report.CheckLine(c, s.width-1, s.opts) + "\n")
	}
	if lines.Len() > 0 {
		s.write(s.erasure() + lines.String() + s.line(s.doing))
	}
}

// clear erases everything that was shown.
func (s *statusLine) clear() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	erasure := s.erasure()
	if s.above > 0 {
		erasure += fmt.Sprintf("\x1b[%dA\x1b[J", s.above) // move up and erase to the end of the screen
	}
	s.write(erasure)
	s.doing, s.above = msg.Text{}, 0
}

// line returns the status line for a text.
func (s *statusLine) line(what msg.Text) string {
	if what.IsZero() {
		return ""
	}
	return neutral.Bound("spcheck: "+what.In(s.app.lang())+" …", s.width-1)
}

// erasure overwrites the line with blanks, which works on every console.
func (s *statusLine) erasure() string {
	if s.doing.IsZero() {
		return ""
	}
	return "\r" + strings.Repeat(" ", s.width-1) + "\r"
}

func (s *statusLine) write(text string) { _, _ = io.WriteString(s.app.err, text) }
