package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/sandbox"
)

// signalBase is added by shells to the number of the signal that ended a command.
const signalBase = 128

// runIn runs a command against the sandbox and returns its exit code.
func (a *app) runIn(s *sandbox.Server, command []string) error {
	path, err := findCommand(command[0])
	if err != nil {
		return fail.Usage(msg.New("the command %q was not found", command[0]), msg.New("use a program in PATH, or its full path"))
	}
	pause.Finish()
	// No cancellation: the command handles an interrupt itself.
	child := exec.CommandContext(context.Background(), path, command[1:]...)
	child.Env = sandbox.Merge(a.environ, s.Env())
	child.Stdin, child.Stdout, child.Stderr = a.in, redact.Plain(a.out), redact.Plain(a.err)
	// Registered before the child starts, so that no signal is lost in between.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := child.Start(); err != nil {
		return fail.Usage(msg.New("the command %q could not be started", command[0]))
	}
	ended := make(chan struct{})
	go a.forward(child.Process, signals, ended)
	err = child.Wait()
	close(ended)
	return childResult(child.ProcessState, err)
}

// findCommand looks up a program. spcheck itself need not be in PATH.
func findCommand(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil && name == "spcheck" {
		return os.Executable()
	}
	return path, err
}

// forward passes signals on to the child. It skips an interrupt typed at the terminal,
// which reaches the child anyway.
func (a *app) forward(child *os.Process, signals <-chan os.Signal, ended <-chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case s := <-signals:
			if s == os.Interrupt && a.inTTY {
				continue
			}
			_ = child.Signal(s) // it may just have ended
		}
	}
}

// childResult converts the result of the command to spcheck's own.
func childResult(state *os.ProcessState, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return fail.Unknown(msg.New("the input or output of the command was interrupted"))
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitCode(signalBase + int(status.Signal()))
	}
	return exitCode(state.ExitCode())
}
