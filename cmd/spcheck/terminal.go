package main

import (
	"io"
	"path"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/spcheck/spcheck/internal/config"
)

// colorWanted decides whether a stream gets colours: never with NO_COLOR, always with
// CLICOLOR_FORCE, otherwise on a terminal that is not dumb. See no-color.org and
// bixense.com/clicolors.
func colorWanted(env config.Env, terminal bool) bool {
	if v, _ := env("NO_COLOR"); v != "" {
		return false
	}
	if v, _ := env("CLICOLOR_FORCE"); v != "" && v != "0" {
		return true
	}
	t, _ := env("TERM")
	return terminal && t != "dumb"
}

// unicodeWanted decides whether to use symbols beyond ASCII. It looks at the locale,
// and on Windows at the terminal, because the fonts of the old console lack them.
func unicodeWanted(env config.Env, goos string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, _ := env(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	session, _ := env("WT_SESSION")
	return goos == "windows" && session != ""
}

// widthOf returns the width of a stream in columns. It uses the terminal's width, then
// COLUMNS, and otherwise returns 0.
func widthOf(w io.Writer, env config.Env) int {
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

// shellOf guesses the shell for printed commands: powershell on Windows or if SHELL
// names it, otherwise sh.
func shellOf(env config.Env, goos string) string {
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
