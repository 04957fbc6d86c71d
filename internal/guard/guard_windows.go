package guard

import "golang.org/x/sys/windows"

// Harden keeps Windows Error Reporting from collecting the process's memory after a crash.
// Source: SetErrorMode, SEM_NOGPFAULTERRORBOX.
func Harden() {
	const failCriticalErrors, noFaultBox = 0x0001, 0x0002
	windows.SetErrorMode(failCriticalErrors | noFaultBox)
}
