package report

import (
	"io"
	"path"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// Env looks an environment variable up.
type Env = func(name string) (string, bool)

// ColorWanted decides on colours for a stream: never with NO_COLOR, always with
// CLICOLOR_FORCE, else on a terminal that is not dumb. See no-color.org and
// bixense.com/clicolors.
func ColorWanted(env Env, terminal bool) bool {
	if v, _ := env("NO_COLOR"); v != "" {
		return false
	}
	if v, _ := env("CLICOLOR_FORCE"); v != "" && v != "0" {
		return true
	}
	t, _ := env("TERM")
	return terminal && t != "dumb"
}

// UnicodeWanted decides on symbols beyond ASCII: by the locale, and on Windows by
// the terminal, since the old console's fonts lack them.
func UnicodeWanted(env Env) bool { return unicodeWanted(env, runtime.GOOS) }

func unicodeWanted(env Env, goos string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, _ := env(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	session, _ := env("WT_SESSION")
	return goos == "windows" && session != ""
}

// WidthOf returns the width of a stream in columns: that of its terminal, else
// COLUMNS, else 0.
func WidthOf(w io.Writer, env Env) int {
	if f, ok := w.(interface{ Fd() uintptr }); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	v, _ := env("COLUMNS")
	if n, err := strconv.Atoi(v); err == nil && n > 0 && n < 10000 {
		return n
	}
	return 0
}

// ShellOf guesses the shell whose commands are shown: powershell on Windows and
// where SHELL names it, else sh.
func ShellOf(env Env) string { return shellOf(env, runtime.GOOS) }

func shellOf(env Env, goos string) string {
	shell, _ := env("SHELL")
	shell = path.Base(strings.ReplaceAll(shell, `\`, "/"))
	switch {
	case strings.HasPrefix(shell, "pwsh"):
		return "powershell"
	case goos == "windows" && (shell == "" || shell == "."):
		return "powershell"
	}
	return "sh"
}
