package main

import (
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/report"
)

// A statusLine is one line on standard error that tells a person who waits what
// is being done. It is erased before anything else is written.
type statusLine struct {
	app   *app
	width int
	mu    sync.Mutex
	shown bool
}

// statusLine is for commands with --quiet: there is none without a terminal, and
// none in the way of --debug.
func (a *app) statusLine(cmd *cobra.Command) *statusLine {
	for _, name := range []string{"quiet", "debug"} {
		if on, _ := cmd.Flags().GetBool(name); on {
			return nil
		}
	}
	if term, _ := a.env("TERM"); !a.errTTY || term == "dumb" {
		return nil
	}
	width := report.WidthOf(a.err, report.Env(a.env))
	if width <= 0 {
		width = 80
	}
	return &statusLine{app: a, width: width}
}

// show replaces the line, or erases it where there is nothing to tell. On a nil
// statusLine it does nothing.
func (s *statusLine) show(what msg.Text) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	if what.IsZero() {
		return
	}
	// One column less: a full line would make some terminals start another.
	_, _ = s.app.err.Write([]byte(neutral.Bound("spcheck: "+what.In(s.app.lang())+" …", s.width-1)))
	s.shown = true
}

// clear erases the line.
func (s *statusLine) clear() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
}

// erase overwrites the line with blanks, which every console understands.
func (s *statusLine) erase() {
	if s.shown {
		_, _ = s.app.err.Write([]byte("\r" + strings.Repeat(" ", s.width-1) + "\r"))
		s.shown = false
	}
}
