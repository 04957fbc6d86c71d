// Package commandline writes the commands that reports tell people to type. Each word is
// quoted for the shell, so that no name from a tenant and no setting can become a command.
package commandline

import (
	"runtime"
	"slices"
	"strings"
	"unicode"
)

// Shell is one of the shells that commands are shown for.
type Shell string

// The shells, as --shell names them.
const (
	sh         Shell = "sh"
	PowerShell Shell = "powershell"
	cmd        Shell = "cmd"
)

// Here returns the shell that people most likely use on this machine.
func Here() Shell {
	if runtime.GOOS == "windows" {
		return PowerShell
	}
	return sh
}

// Line is a command in the syntax of a shell.
type Line struct {
	Shell Shell
	Text  string
}

// Typed writes a command for every shell in which all its words can be written.
func Typed(words ...string) []Line {
	var lines []Line
	for _, shell := range []Shell{sh, PowerShell, cmd} {
		if text, ok := Join(shell, words...); ok {
			lines = append(lines, Line{shell, text})
		}
	}
	return lines
}

// Words is a command in a sentence. It is printed for the shell of Here. A word that cannot
// be written there is replaced by VALUE.
type Words []string

// String writes the command.
func (w Words) String() string {
	quoted := slices.Clone(w)
	for i, word := range w {
		var ok bool
		if quoted[i], ok = quote(Here(), word); !ok {
			quoted[i] = "VALUE"
		}
	}
	return strings.Join(quoted, " ")
}

// Join writes a command for a shell. ok is false if a word cannot be written safely, because
// no command is better than one that does something else.
func Join(shell Shell, words ...string) (text string, ok bool) {
	quoted := make([]string, len(words))
	for i, word := range words {
		text, ok := quote(shell, word)
		if !ok {
			return "", false
		}
		quoted[i] = text
	}
	return strings.Join(quoted, " "), true
}

func quote(shell Shell, word string) (string, bool) {
	if strings.ContainsFunc(word, unprintable) {
		return "", false
	}
	switch shell {
	case PowerShell:
		return quotePowerShell(word)
	case cmd:
		return quoteCmd(word)
	}
	return quoteSh(word), true
}

// unprintable reports characters that a terminal interprets or does not show. They could
// hide what a command does.
func unprintable(r rune) bool {
	return r == unicode.ReplacementChar || !unicode.IsPrint(r)
}

// plain reports whether a word consists of ASCII letters, digits and the given characters.
func plain(word, signs string) bool {
	return word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && !strings.ContainsRune(signs, r)
	})
}

// quoteSh uses single quotes, in which no character is special (POSIX).
func quoteSh(word string) string {
	if plain(word, "_@%+=:,./-") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// singleQuotes are the characters that PowerShell treats as a single quote.
// Source: about_Quoting_Rules and the tokenizer's IsSingleQuote.
const singleQuotes = "'\u2018\u2019\u201a\u201b"

// quotePowerShell uses a literal string, in which a quote is doubled. Windows PowerShell does
// not pass double quotes to a program correctly, nor a backslash at the end of a word with
// spaces.
func quotePowerShell(word string) (string, bool) {
	switch {
	case plain(word, `_+=:./\-`):
		return word, true
	case strings.ContainsRune(word, '"'), strings.HasSuffix(word, `\`):
		return "", false
	}
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune(singleQuotes, r) {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	return "'" + b.String() + "'", true
}

// quoteCmd uses double quotes, in which only % and, in some sessions, ! are special. These
// cannot be escaped at the prompt, and programs disagree on how to escape a double quote.
func quoteCmd(word string) (string, bool) {
	switch {
	case plain(word, `_@+:./\-`):
		return word, true
	case strings.ContainsAny(word, `%!"`), strings.HasSuffix(word, `\`):
		return "", false
	}
	return `"` + word + `"`, true
}
