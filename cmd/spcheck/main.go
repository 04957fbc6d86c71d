// Command spcheck finds out why a Microsoft Entra ID service principal cannot sign in,
// and how to fix it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/guard"
	"github.com/spcheck/spcheck/internal/pause"
)

func main() {
	guard.Harden()
	ctx, stop := signal.NotifyContext(context.Background(), endingSignals()...)
	// The first signal asks the run to stop. The second kills the process.
	context.AfterFunc(ctx, func() {
		stop()
		pause.EndSoon(func() { os.Exit(fail.CodeInterrupted) })
	})
	a := newApp()
	a.garbage.late()
	os.Exit(a.run(ctx, os.Args[1:]))
}

// endingSignals returns the signals that end a run. SIGHUP is left out if the parent
// process ignores it, as nohup does.
func endingSignals() []os.Signal {
	ending := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ending = append(ending, syscall.SIGHUP)
	}
	return ending
}
