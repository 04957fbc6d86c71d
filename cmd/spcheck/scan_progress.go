package main

import (
	"context"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/scan"
)

// progressEvery is how often the line is written again.
const progressEvery = 250 * time.Millisecond

// showProgress keeps the line of progress up to date, where there is one, and
// returns what ends and erases it.
func (a *app) showProgress(cmd *cobra.Command, p *scan.Progress) (stop func()) {
	line := a.statusLine(cmd)
	if line == nil {
		return func() {}
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	line.show(msg.New("signing in"))
	wg.Go(func() {
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		begin := time.Now()
		for {
			select {
			case <-done:
				line.clear()
				return
			case <-ticker.C:
				line.show(progressText(p.Counts(), time.Since(begin)))
			}
		}
	})
	return sync.OnceFunc(func() { close(done); wg.Wait() })
}

// progressText has what matters most first, as a narrow terminal cuts the rest.
func progressText(c scan.Counts, since time.Duration) msg.Text {
	var parts []msg.Text
	if c.Tenants > 1 {
		parts = append(parts, msg.New("%d of %d tenants", c.Done, c.Tenants))
	}
	if c.Lost > 0 {
		parts = append(parts, msg.New("%d not read", c.Lost))
	}
	rate := float64(c.Objects) / max(since.Seconds(), 0.001)
	parts = append(parts, msg.New("%d objects on %d pages", c.Objects, c.Pages), msg.New("%d/s", int(rate+0.5)))
	if c.Throttled > 0 {
		parts = append(parts, msg.New("throttled %d times", c.Throttled))
	}
	return msg.Join(parts, ", ")
}

// scanDeadline gives a scan the time that --timeout or a profile allows.
func (a *app) scanDeadline(ctx context.Context, s *config.Settings) (context.Context, context.CancelFunc) {
	if s.Given(config.Timeout) {
		return context.WithTimeout(ctx, s.Timeout)
	}
	return context.WithTimeout(ctx, scanTimeout)
}
