package main

import win "golang.org/x/sys/windows"

// movesCursor reports whether a console obeys the sequences that move its cursor,
// and has it do so. Those before Windows 10 do not.
func movesCursor(fd uintptr) bool {
	console := win.Handle(fd)
	var mode uint32
	if win.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return win.SetConsoleMode(console, mode|win.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
