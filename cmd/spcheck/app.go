package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/redact"
)

// app holds everything that commands use from outside: streams, environment, clock.
type app struct {
	in       io.Reader
	out, err io.Writer
	// inTTY, outTTY and errTTY tell whether each stream is a terminal.
	inTTY, outTTY, errTTY bool
	env                   config.Env
	// environ is the environment for programs that spcheck starts, without spcheck's
	// own secrets.
	environ []string
	now     func() time.Time
	version version
	// line shows the progress on standard error. It is nil if there is none to show.
	line *statusLine
	// clients are the HTTP clients by their CA file; see httpClient.
	clients map[string]*http.Client
	// support collects a support bundle. It is nil if none was requested.
	support *support
	// context holds the flags that say which application the run is about.
	context runContext
	// args is the command line, for messages before it has been parsed.
	args []string
	// language is the language of the run. It is empty until the settings are read; see
	// lang.
	language string
	// garbage decides when garbage is collected; it may be nil.
	garbage *collection
}

func newApp() *app {
	tty := func(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }
	env, children := takeEnvironment()
	_, growthGiven := env("GOGC")
	return &app{
		in: os.Stdin, out: redact.Writer(os.Stdout), err: redact.Writer(os.Stderr),
		inTTY: tty(os.Stdin), outTTY: tty(os.Stdout), errTTY: tty(os.Stderr),
		env: env, environ: children,
		now:     time.Now,
		version: readVersion(),
		garbage: &collection{given: growthGiven},
	}
}

// exitCode is returned by a command that has already printed everything and only sets
// the exit code.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// exitWith returns the error for an exit code, or nil for 0.
func exitWith(code int) error {
	if code == fail.CodeOK {
		return nil
	}
	return exitCode(code)
}

// run runs the program and returns its exit code; it never exits the process. Every
// error is turned into its message and exit code here, and nowhere else.
func (a *app) run(ctx context.Context, args []string) int {
	a.args = args
	redact.HideTyped(args...)
	redact.HideTyped(a.settingsOf(a.environ)...)
	root := newRootCommand(a, args...)
	args = intended(root, commandFirst(root, args))
	cmd := commandFor(root, args)
	args = askedForHelp(cmd, args)
	root.SetArgs(args)
	completing := len(args) > 0 && hidden(args[0])
	if completing {
		addCompletions(a, root)
		a.language = a.lang()
		a.plainUsages(root)
	}
	err := unknownWord(root, args)
	if err == nil && !completing {
		err = a.failed(cmd, oneHyphen(cmd, args))
	}
	if err == nil {
		err = root.ExecuteContext(withTyped(ctx, args))
	}
	var code exitCode
	switch {
	case err == nil:
		return fail.CodeOK
	case errors.As(err, &code):
		return int(code)
	}
	e := advised(cmd, err)
	a.complain(e)
	return e.Code
}

// settingsOf returns the values of the environment variables of spcheck, the Azure
// libraries and Terraform.
func (a *app) settingsOf(environ []string) []string {
	var values []string
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "AZURE_") || strings.HasPrefix(name, "SPCHECK_") || strings.HasPrefix(name, "ARM_") {
			values = append(values, value)
		}
	}
	return values
}

// complain prints an error and its hints on standard error, in the form of the
// command-line contract.
func (a *app) complain(e *fail.Error) {
	lang := a.lang()
	fmt.Fprintf(a.err, "spcheck: error: %s\n", neutral.Line(e.What.In(lang)))
	for _, h := range e.Hints {
		fmt.Fprintf(a.err, "spcheck: hint: %s\n", neutral.Line(a.context.hint(h.In(lang))))
	}
}

// note prints a notice on standard error.
func (a *app) note(t msg.Text) { fmt.Fprintf(a.err, "spcheck: %s\n", neutral.Line(t.In(a.lang()))) }

// bareFile removes what copy and paste left around a path, such as quotes, and prints a
// warning if there was anything.
func (a *app) bareFile(path string) string {
	bare, removed := config.BareFile(path)
	if len(removed) > 0 {
		a.note(msg.New("warning: %s", msg.New("the path %s has %s around it; they are ignored", bare, msg.Join(removed, ", "))))
	}
	return bare
}

// newRootCommand creates the root command with the subcommands that args need. Without
// args it creates all of them.
func newRootCommand(a *app, args ...string) *cobra.Command {
	root := &cobra.Command{
		Use:     "spcheck",
		Version: a.version.number,
		Short:   "Find out why a Microsoft Entra service principal cannot sign in",
		Long: `Find out why a Microsoft Entra ID service principal cannot sign in, which credential
is to blame, where it is stored, and how to renew it.

To try it without a tenant:  spcheck sandbox -- spcheck diagnose`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate(a.version.String())
	addCommands(a, root, args)
	addOneSetting(root.PersistentFlags(), config.Lang)
	annotate(root.PersistentFlags(), flagDefault, "from LC_ALL, LC_MESSAGES, LANG", "lang")
	root.SetUsageFunc(a.printUsage)
	root.SetHelpFunc(a.printHelp)
	return root
}
