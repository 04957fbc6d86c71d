package main

import (
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// lang returns the language for standard error. Before the settings are read, or if
// they are invalid, it looks at the command line and the environment.
func (a *app) lang() string {
	if a.language != "" {
		return a.language
	}
	asked := a.wordAfter("--lang")
	if asked == "" {
		asked, _ = a.env("SPCHECK_LANG")
	}
	if l, err := msg.Language(asked, a.env); err == nil {
		return l
	}
	l, err := msg.Language("", a.env)
	if err != nil {
		return msg.English
	}
	return l
}

// wordAfter returns the value of a flag from the unparsed command line.
func (a *app) wordAfter(flag string) string {
	for i, word := range a.args {
		switch value, ok := strings.CutPrefix(word, flag+"="); {
		case word == "--":
			return ""
		case ok:
			return value
		case word == flag && i+1 < len(a.args):
			return a.args[i+1]
		}
	}
	return ""
}
