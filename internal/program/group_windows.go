package program

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C that is meant for spcheck from the program: it may be
// storing the only copy of a value.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
