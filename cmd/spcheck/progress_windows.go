package main

import win "golang.org/x/sys/windows"

// movesCursor turns on the sequences that move the cursor, and reports whether the
// console supports them. Consoles before Windows 10 do not.
func movesCursor(fd uintptr) bool {
	console := win.Handle(fd)
	var mode uint32
	if win.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return win.SetConsoleMode(console, mode|win.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
