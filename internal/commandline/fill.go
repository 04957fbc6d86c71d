package commandline

import "strings"

// Fill writes a line whose syntax is more than words. In the template %s is a value
// as an argument, and %q a value as a string, where an expression needs one. The template is the program's own
// text (result.PowerShell takes no other). There
// is no line where the shell cannot carry a value.
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

// literal is a value as a string of the shell, in quotes even where it could do
// without.
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

// Document writes a command whose last word is a JSON document, for the shells that
// hand it to a program as it is. In cmd a quote inside of it is written \", as the C
// runtime of the programs reads it; what cmd itself would read makes it no line.
// Windows PowerShell loses such quotes on the way.
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
