package report

import (
	"slices"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// This file contains what the Markdown and HTML formats have in common.

// shellCommand is a command with the names of all shells that accept it unchanged.
type shellCommand struct {
	Shells, Language, Command string
}

// mergeShells lists each command once, with all shells that accept it. The reader of a
// document may use another shell than the machine that wrote it.
func mergeShells(list []result.Command) []shellCommand {
	var merged []shellCommand
	for _, c := range list {
		name, language := shellName(c.Shell)
		command := neutral.Block(c.Command)
		if i := slices.IndexFunc(merged, func(m shellCommand) bool { return m.Command == command }); i >= 0 {
			merged[i].Shells += ", " + name
			continue
		}
		merged = append(merged, shellCommand{Shells: name, Language: language, Command: command})
	}
	return merged
}

// shellName returns the name of a shell, and the name of its language for syntax
// highlighting.
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

// nestedCheck is a check with its depth in the tree of causes and symptoms.
type nestedCheck struct {
	result.Check
	Depth int
}

// maxDepth limits the indentation of symptoms. In practice there are two levels.
const maxDepth = 4

// nested lists checks, each followed by the symptoms that it caused.
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
