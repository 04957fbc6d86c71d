package program

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// run starts a program within a job, which takes in all that it starts and ends it
// with it. But for a dialog it gets a process group of its own, so that a Ctrl-C that
// is meant for spcheck passes it: it may be storing the only copy of a value.
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

// take puts a process into the job. One that has ended already, or may not be
// taken, ends alone.
func take(job windows.Handle, pid uint32) {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return
	}
	_ = windows.AssignProcessToJobObject(job, process)
	_ = windows.CloseHandle(process)
}
