package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/scan"
)

// progressEvery is how often the line is written anew.
const progressEvery = 250 * time.Millisecond

// showProgress keeps one line on standard error up to date, where that is a
// terminal, and returns what ends and erases it.
func (a *app) showProgress(cmd *cobra.Command, p *scan.Progress) (stop func()) {
	debug, _ := cmd.Flags().GetBool("debug")
	if !a.errTTY || debug {
		return func() {}
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		begin := time.Now()
		for {
			select {
			case <-done:
				fmt.Fprint(a.err, "\r\x1b[K")
				return
			case <-ticker.C:
				fmt.Fprintf(a.err, "\r\x1b[K%s", progressLine(p.Counts(), time.Since(begin)))
			}
		}
	})
	return sync.OnceFunc(func() { close(done); wg.Wait() })
}

func progressLine(c scan.Counts, since time.Duration) string {
	rate := float64(c.Objects) / max(since.Seconds(), 0.001)
	line := fmt.Sprintf("spcheck: %d objects in %d pages, %.0f/s", c.Objects, c.Pages, rate)
	if c.Tenants > 1 {
		line += fmt.Sprintf(", %d of %d tenants", c.Done, c.Tenants)
	}
	if c.Lost > 0 {
		line += fmt.Sprintf(", %d not read", c.Lost)
	}
	if c.Throttled > 0 {
		line += fmt.Sprintf(", asked to wait %d times", c.Throttled)
	}
	return line
}

// scanDeadline gives a scan the time that --timeout or a profile allows.
func (a *app) scanDeadline(ctx context.Context, s *config.Settings) (context.Context, context.CancelFunc) {
	if s.Given(config.Timeout) {
		return context.WithTimeout(ctx, s.Timeout)
	}
	return context.WithTimeout(ctx, scanTimeout)
}
