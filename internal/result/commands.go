package result

import "github.com/spcheck/spcheck/internal/commandline"

// Commands converts command lines for a report. No other function creates a Command.
func Commands(lines ...commandline.Line) []Command {
	list := []Command{}
	for _, l := range lines {
		list = append(list, Command{Shell: string(l.Shell), Command: l.Text})
	}
	return list
}

// constant is text from the program's source. Other packages cannot name the type, so
// they can only pass a literal. A value from a tenant, setting or file can never become
// shell syntax.
type constant string

// PowerShell returns a line of PowerShell with values in it. In the template, %s stands
// for an argument and %q for a string within an expression.
func PowerShell(template constant, values ...string) []Command {
	return Commands(commandline.Fill(commandline.PowerShell, string(template), values...)...)
}

// Typed returns a command in the syntax of each shell that can express its arguments.
func Typed(words ...string) []Command { return Commands(commandline.Typed(words...)...) }
