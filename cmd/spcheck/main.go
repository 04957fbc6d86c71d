// Command spcheck finds out why a Microsoft Entra ID service principal does not
// sign in, and what to do about it.
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
	// The first signal asks the run to end, the next one ends it.
	context.AfterFunc(ctx, func() {
		stop()
		pause.EndSoon(func() { os.Exit(fail.CodeInterrupted) })
	})
	os.Exit(newApp().run(ctx, os.Args[1:]))
}

// endingSignals are those that ask a run to end. A hang-up that whoever started
// the program chose to ignore, as nohup does, stays ignored.
func endingSignals() []os.Signal {
	ending := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ending = append(ending, syscall.SIGHUP)
	}
	return ending
}
