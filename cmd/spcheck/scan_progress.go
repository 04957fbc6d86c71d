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

// progressEvery is the interval at which the line is updated.
const progressEvery = 250 * time.Millisecond

// showProgress keeps the progress line up to date, if there is one. stop ends the
// updates and erases the line.
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

// progressText puts the most important facts first, because a narrow terminal cuts off
// the rest.
func progressText(c scan.Counts, since time.Duration) msg.Text {
	if c.Pages+c.Done == 0 {
		return msg.New("signing in")
	}
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

// scanDeadline applies the time limit of --timeout or the profile to the scan.
func (a *app) scanDeadline(ctx context.Context, s *config.Settings) (context.Context, context.CancelFunc) {
	if s.Given(config.Timeout) {
		return context.WithTimeout(ctx, s.Timeout)
	}
	return context.WithTimeout(ctx, scanTimeout)
}
