package guard

import "golang.org/x/sys/windows"

// noCoreDumps keeps Windows Error Reporting from collecting the process's memory
// after a crash. Source: SetErrorMode, SEM_NOGPFAULTERRORBOX.
func noCoreDumps() {
	const failCriticalErrors, noFaultBox = 0x0001, 0x0002
	windows.SetErrorMode(failCriticalErrors | noFaultBox)
}
