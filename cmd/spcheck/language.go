package main

import (
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// lang is the language of what is said on standard error. Before the settings were
// read, or where they are in error, it is that of the command line or of the
// environment, as far as these can be told.
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

// wordAfter finds the value of a flag in the words of the command line, as far as
// a parser has not seen them.
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
