//go:build !windows

package program

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C that is meant for spcheck from the program: it may be
// storing the only copy of a value. A program that has to be stopped is stopped
// with all that it started.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
