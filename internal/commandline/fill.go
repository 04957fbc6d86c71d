package commandline

import "strings"

// Fill writes a line that is more than a list of words. In the template %s stands for a
// value as an argument, and %q for one as a string in an expression. The template must be a
// constant of the program. The result is empty if a value cannot be written in the shell.
func Fill(shell Shell, template string, values ...string) []Line {
	var b strings.Builder
	rest := template
	for _, value := range values {
		before, after, found := strings.Cut(rest, "%")
		if !found || after == "" {
			return nil
		}
		write := quote
		if after[0] == 'q' || strings.HasPrefix(value, "-") { // which would be a flag
			write = literal
		}
		text, ok := write(shell, value)
		if !ok {
			return nil
		}
		b.WriteString(before)
		b.WriteString(text)
		rest = after[1:]
	}
	b.WriteString(rest)
	return []Line{{shell, b.String()}}
}

// literal writes a value as a string of the shell, always in quotes.
func literal(shell Shell, value string) (string, bool) {
	text, ok := quote(shell, value)
	if !ok || text != value {
		return text, ok
	}
	if shell == cmd {
		return `"` + value + `"`, true
	}
	return "'" + value + "'", true
}

// Document writes a command whose last word is a JSON document, for the shells that pass it
// to a program unchanged. In cmd a quote in it is written \", as the C runtime of the
// program reads it, and there is no line if cmd itself would interpret a character. Windows
// PowerShell drops such quotes.
func Document(document string, words ...string) []Line {
	var lines []Line
	if text, ok := Join(sh, append(words[:len(words):len(words)], document)...); ok {
		lines = append(lines, Line{sh, text})
	}
	if head, ok := Join(cmd, words...); ok && !strings.ContainsAny(document, `%!^&|<>\`) && !strings.ContainsFunc(document, unprintable) {
		lines = append(lines, Line{cmd, head + ` "` + strings.ReplaceAll(document, `"`, `\"`) + `"`})
	}
	return lines
}
