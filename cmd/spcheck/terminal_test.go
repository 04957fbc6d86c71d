package main

import (
	"bytes"
	"testing"

	"github.com/spcheck/spcheck/internal/config"
)

func TestTerminal(t *testing.T) {
	t.Parallel()
	env := func(pairs ...string) config.Env {
		return func(name string) (string, bool) {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1], true
				}
			}
			return "", false
		}
	}
	for _, c := range []struct {
		env      config.Env
		terminal bool
		want     bool
	}{
		{env(), true, true},
		{env(), false, false},
		{env("NO_COLOR", "1"), true, false},
		{env("NO_COLOR", ""), true, true},
		{env("NO_COLOR", "1", "CLICOLOR_FORCE", "1"), true, false},
		{env("CLICOLOR_FORCE", "1"), false, true},
		{env("CLICOLOR_FORCE", "0"), false, false},
		{env("TERM", "dumb"), true, false},
	} {
		if got := colorWanted(c.env, c.terminal); got != c.want {
			t.Errorf("colorWanted = %v, want %v for %+v", got, c.want, c)
		}
	}
	for _, c := range []struct {
		env  config.Env
		goos string
		want bool
	}{
		{env("LANG", "de_DE.UTF-8"), "linux", true},
		{env("LANG", "C.utf8"), "linux", true},
		{env("LC_ALL", "C", "LANG", "de_DE.UTF-8"), "linux", false},
		{env(), "linux", false},
		{env(), "windows", false},
		{env("WT_SESSION", "1"), "windows", true},
		{env("WT_SESSION", "1"), "linux", false},
	} {
		if got := unicodeWanted(c.env, c.goos); got != c.want {
			t.Errorf("unicodeWanted = %v, want %v for %+v", got, c.want, c)
		}
	}
	if got := widthOf(&bytes.Buffer{}, env("COLUMNS", "72")); got != 72 {
		t.Errorf("width %d", got)
	}
	if got := widthOf(&bytes.Buffer{}, env("COLUMNS", "-3")); got != 0 {
		t.Errorf("width %d", got)
	}
	for _, c := range []struct {
		env        config.Env
		goos, want string
	}{
		{env(), "windows", "powershell"},
		{env("SHELL", "/usr/bin/bash"), "windows", "sh"},
		{env("SHELL", "/usr/bin/pwsh"), "linux", "powershell"},
		{env(), "linux", "sh"},
	} {
		if got := shellOf(c.env, c.goos); got != c.want {
			t.Errorf("shellOf = %q, want %q", got, c.want)
		}
	}
}
