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

// A statusLine tells a person who waits what is being done, on one line of standard
// error, and above it which checks are over. All of it is erased before anything
// else is written.
type statusLine struct {
	app   *app
	width int
	// most is how many checks there is room for; none where the cursor cannot be
	// moved up to erase them.
	most int
	opts report.Options
	mu   sync.Mutex
	// doing is what the line says, zero where there is none.
	doing msg.Text
	// over are the checks that were told of, above how many of them are there.
	over  map[string]bool
	above int
}

// statusLine is for commands with --quiet: there is none without a terminal, and
// none in the way of --debug.
func (a *app) statusLine(cmd *cobra.Command) *statusLine {
	for _, name := range []string{"quiet", "debug"} {
		if on, _ := cmd.Flags().GetBool(name); on {
			return nil
		}
	}
	if name, _ := a.env("TERM"); !a.errTTY || name == "dumb" {
		return nil
	}
	width := widthOf(a.err, a.env)
	if width <= 0 {
		width = 80
	}
	return &statusLine{app: a, width: width, most: rowsAbove(a.err), over: map[string]bool{}, opts: report.Options{
		Color: colorWanted(a.env, a.errTTY), Unicode: unicodeWanted(a.env, runtime.GOOS)}}
}

// rowsAbove is how many lines can be erased again above the last one of a
// terminal: those that have not left it.
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

// show replaces the line; where there is nothing to tell, all is erased. On a nil
// statusLine it does nothing.
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

// settled reports the checks that are over, each once. Of those that nothing was
// asked for there is nothing to tell.
func (s *statusLine) settled(f *diagnose.Facts, whole diagnose.Part) {
	if s == nil || s.most == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.Language = s.app.lang()
	var lines strings.Builder
	for _, c := range diagnose.Settled(f, whole) {
		if c.Status == result.Skipped || s.over[c.ID] || s.above == s.most {
			continue
		}
		s.over[c.ID] = true
		s.above++
		// One column less: a full line would make some terminals start another.
		lines.WriteString(report.CheckLine(c, s.width-1, s.opts) + "\n")
	}
	if lines.Len() > 0 {
		s.write(s.erasure() + lines.String() + s.line(s.doing))
	}
}

// clear erases all that was told.
func (s *statusLine) clear() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	erasure := s.erasure()
	if s.above > 0 {
		erasure += fmt.Sprintf("\x1b[%dA\x1b[J", s.above) // up, and all that is below
	}
	s.write(erasure)
	s.doing, s.above = msg.Text{}, 0
}

// line is what the line says.
func (s *statusLine) line(what msg.Text) string {
	if what.IsZero() {
		return ""
	}
	return neutral.Bound("spcheck: "+what.In(s.app.lang())+" …", s.width-1)
}

// erasure overwrites the line with blanks, which every console understands.
func (s *statusLine) erasure() string {
	if s.doing.IsZero() {
		return ""
	}
	return "\r" + strings.Repeat(" ", s.width-1) + "\r"
}

func (s *statusLine) write(text string) { _, _ = io.WriteString(s.app.err, text) }
