//go:build !windows

package target

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C that is meant for spcheck from the program: it is
// storing the only copy of the value.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
