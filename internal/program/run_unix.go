//go:build !windows

package program

import (
	"os/exec"
	"syscall"
)

// run runs a program so that it ends with all that it has started. A group of its
// own also keeps a Ctrl-C that is meant for spcheck from it: it may be storing the
// only copy of a value. One that may ask the person at the terminal stays in the
// terminal's group; there its descendants are looked for.
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
