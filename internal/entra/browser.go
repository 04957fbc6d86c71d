package entra

import (
	"errors"
	"os/exec"
	"runtime"
	"strings"
)

var errNoBrowser = errors.New("no browser could be opened")

// openBrowser opens a page with the system's own means. The library that MSAL would use
// lets the browser write to standard output, which is reserved for data.
func openBrowser(url string) error {
	if !strings.HasPrefix(url, "https://") {
		return errNoBrowser
	}
	for _, command := range browserCommands(runtime.GOOS) {
		path, err := exec.LookPath(command[0])
		if err != nil {
			continue
		}
		cmd := exec.Command(path, append(command[1:], url)...)
		if cmd.Start() == nil {
			go func() { _ = cmd.Wait() }() // avoids a zombie process
			return nil
		}
	}
	return errNoBrowser
}

func browserCommands(system string) [][]string {
	switch system {
	case "windows":
		return [][]string{{"rundll32", "url.dll,FileProtocolHandler"}}
	case "darwin":
		return [][]string{{"open"}}
	}
	return [][]string{{"xdg-open"}, {"x-www-browser"}, {"www-browser"}}
}
