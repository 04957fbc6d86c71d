package program

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// run runs a program in a job, so that it can be killed with everything that it started.
// Except for a dialog, it gets a separate process group, so that it does not get a Ctrl-C
// that is meant for spcheck: it may be storing the only copy of a value.
func run(cmd *exec.Cmd, dialog bool) error {
	if !dialog {
		cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return cmd.Run()
	}
	defer func() { _ = windows.CloseHandle(job) }()
	kill := cmd.Cancel
	cmd.Cancel = func() error {
		_ = windows.TerminateJobObject(job, 1)
		return kill()
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	take(job, uint32(cmd.Process.Pid))
	return cmd.Wait()
}

// take puts a process into the job. This fails if it has already exited.
func take(job windows.Handle, pid uint32) {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return
	}
	_ = windows.AssignProcessToJobObject(job, process)
	_ = windows.CloseHandle(process)
}
