// Command spcheck finds out why a Microsoft Entra ID service principal does not
// sign in, and what to do about it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spcheck/spcheck/internal/guard"
)

func main() {
	guard.Harden()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks the run to end, the next one ends it.
	context.AfterFunc(ctx, stop)
	code := newApp().run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
