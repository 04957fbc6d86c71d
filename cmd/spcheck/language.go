package main

import (
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/msg"
)

// lang returns the language for standard error and for the help. Before the settings are
// read, or if they are invalid, it looks at the command line, the profile and the
// environment.
func (a *app) lang() string {
	if a.language != "" {
		return a.language
	}
	asked := a.wordAfter("--lang")
	if asked == "" {
		flags := config.Flags{}
		for _, name := range []string{"config", "profile"} {
			if word := a.wordAfter("--" + name); word != "" {
				flags[name] = word
			}
		}
		if s, err := config.Resolve(flags, a.env); err == nil {
			asked = s.Value(config.Lang)
		}
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

// say translates a text of the help. Each paragraph is looked up separately.
func (a *app) say(english string) string {
	paragraphs := strings.Split(english, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = msg.FromData(p).In(a.language)
	}
	return strings.Join(paragraphs, "\n\n")
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
