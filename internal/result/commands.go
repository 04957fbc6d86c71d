package result

import "github.com/spcheck/spcheck/internal/commandline"

// Commands are lines as a report carries them. Nothing else makes a Command.
func Commands(lines ...commandline.Line) []Command {
	list := []Command{}
	for _, l := range lines {
		list = append(list, Command{Shell: string(l.Shell), Command: l.Text})
	}
	return list
}

// constant is text that is in the program's source. Other packages cannot name
// the type, so that they can give a literal and never a variable: no value of a
// tenant, setting or file becomes syntax.
type constant string

// PowerShell is a line of PowerShell with values in it, which are in the template
// as %s where they are an argument, and as %q within an expression.
func PowerShell(template constant, values ...string) []Command {
	return Commands(commandline.Fill(commandline.PowerShell, string(template), values...)...)
}

// Typed is a command for every shell that can carry its words.
func Typed(words ...string) []Command { return Commands(commandline.Typed(words...)...) }
