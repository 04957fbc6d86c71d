package report

import (
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// What Markdown and HTML have in common.

// shellCommand is a command with the shells that take it as it stands.
type shellCommand struct {
	Shells, Language, Command string
}

// mergeShells lists each command once, with the shells that take it: a document
// is read elsewhere than where it was made.
func mergeShells(list []result.Command) []shellCommand {
	var merged []shellCommand
	for _, c := range list {
		name, language := shellName(c.Shell)
		known := false
		for i := range merged {
			if merged[i].Command == neutral.Block(c.Command) {
				merged[i].Shells += ", " + name
				known = true
			}
		}
		if !known {
			merged = append(merged, shellCommand{Shells: name, Language: language, Command: neutral.Block(c.Command)})
		}
	}
	return merged
}

// shellName is how a shell is called, and how highlighters call its language.
func shellName(shell string) (name, language string) {
	switch shell {
	case "sh":
		return "sh", "sh"
	case "powershell":
		return "PowerShell", "powershell"
	case "cmd":
		return "cmd", "bat"
	}
	return neutral.Bound(shell, 20), "text"
}

// A nestedCheck is one check; Depth says how far it follows from others.
type nestedCheck struct {
	result.Check
	Depth int
}

// maxDepth bounds how deep symptoms are indented; real ones go two levels.
const maxDepth = 4

// nested lists checks, each symptom behind the check that caused it.
func nested(checks []result.Check) []nestedCheck {
	below := children(checks)
	var lines []nestedCheck
	var walk func(list []result.Check, depth int)
	walk = func(list []result.Check, depth int) {
		for _, c := range list {
			lines = append(lines, nestedCheck{c, depth})
			if c.ID != "" {
				walk(below[c.ID], min(depth+1, maxDepth))
			}
		}
	}
	walk(below[""], 0)
	return lines
}
