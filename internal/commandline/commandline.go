// Package commandline builds the commands that people are told to type. Words are
// given one by one and quoted for the shell at hand, so that no name of a tenant's
// and no setting becomes a command of its own.
package commandline

import (
	"runtime"
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

// shells lists every shell.
func shells() []Shell { return []Shell{sh, PowerShell, cmd} }

// Here is the shell that people most likely type in on this machine.
func Here() Shell {
	if runtime.GOOS == "windows" {
		return PowerShell
	}
	return sh
}

// Line is a command as a shell reads it.
type Line struct {
	Shell Shell
	Text  string
}

// Typed writes a command for every shell that can carry its words.
func Typed(words ...string) []Line {
	var lines []Line
	for _, shell := range shells() {
		if text, ok := Join(shell, words...); ok {
			lines = append(lines, Line{shell, text})
		}
	}
	return lines
}

// Words is a command that a sentence names. It prints itself for the shell that is
// Here; a word that cannot be written there is left to the reader, as VALUE.
type Words []string

// String writes the command.
func (w Words) String() string {
	quoted := make([]string, len(w))
	for i, word := range w {
		text, ok := quote(Here(), word)
		if !ok {
			text = "VALUE"
		}
		quoted[i] = text
	}
	return strings.Join(quoted, " ")
}

// Join writes a command in a shell's words. It reports false where a word cannot
// be written safely there; then no command is better than one that does something
// else.
func Join(shell Shell, words ...string) (string, bool) {
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

// unprintable reports characters that a terminal obeys or does not show, and that
// could hide what a command does.
func unprintable(r rune) bool {
	return r == unicode.ReplacementChar || !unicode.IsPrint(r)
}

// plain reports whether a word consists of letters and digits of ASCII and of the
// given signs.
func plain(word, signs string) bool {
	return word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && !strings.ContainsRune(signs, r)
	})
}

// quoteSh follows POSIX: within single quotes everything is itself.
func quoteSh(word string) string {
	if plain(word, "_@%+=:,./-") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// singleQuotes are the characters that PowerShell takes for a single quote.
// Source: about_Quoting_Rules and the tokenizer's IsSingleQuote.
const singleQuotes = "'\u2018\u2019\u201a\u201b"

// quotePowerShell uses a literal string, in which a quote is doubled. A double
// quote is lost on the way from Windows PowerShell to a program, and so is a
// backslash at the end of a word with blanks.
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

// quoteCmd uses double quotes, between which only % and, in some sessions, ! mean
// something to cmd; neither can be escaped at its prompt, and a double quote not in
// a way that all programs read.
func quoteCmd(word string) (string, bool) {
	switch {
	case plain(word, `_@+:./\-`):
		return word, true
	case strings.ContainsAny(word, `%!"`), strings.HasSuffix(word, `\`):
		return "", false
	}
	return `"` + word + `"`, true
}
