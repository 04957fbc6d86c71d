//go:build !windows

package program

import (
	"os/exec"
	"syscall"
)

// run runs a program so that it can be killed with everything that it started. A separate
// process group also means that it does not get a Ctrl-C that is meant for spcheck: it may
// be storing the only copy of a value. A program with a dialog stays in the terminal's
// group, so its descendants are killed one by one.
func run(cmd *exec.Cmd, dialog bool) error {
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if !dialog {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		return cmd.Run()
	}
	cmd.Cancel = func() error {
		below := descendants(cmd.Process.Pid)
		err := cmd.Process.Kill()
		for _, pid := range below {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		return err
	}
	return cmd.Run()
}
