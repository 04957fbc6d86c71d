package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

func newExplainCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain [TEXT... | CODE... | -]",
		Short: "Explain errors of Entra and related programs in any text, offline",
		Long: `Find errors of Microsoft Entra in any text (a message, a log, JSON or a web page, in
any language), and explain what each one means, what causes it and what to do.

Many programs hide Entra's code behind their own message. These messages are found
too: those of Exchange, SharePoint, Azure, Power BI and other services that reject a
token, and those about missing settings, unreadable certificates, proxies, TLS and
name resolution.

The excerpt shows only the parts that spcheck understands: codes, known messages,
identifiers and times. A secret in the text is never repeated.

The text comes from the command line, from a file (which may be compressed with
gzip), or from standard input (-, or a pipe). Nothing is sent anywhere.
The exit code is 0 if something was found, and 3 if nothing was.`,
		Example: `  spcheck explain 7000222
  spcheck explain "AADSTS700016: Application with identifier '…' was not found"
  spcheck explain --file sync.log
  journalctl -u sync | spcheck explain -`,
		Args: cobra.ArbitraryArgs,
		RunE: a.explain,
	}
	cmd.Flags().String("file", "", "read the text from a `file`; - reads standard input")
	addSettings(cmd, config.Reporting)
	return cmd
}

func (a *app) explain(cmd *cobra.Command, args []string) error {
	_, out, err := a.begin(cmd)
	if err != nil {
		return err
	}
	path, _ := cmd.Flags().GetString("file")
	text, err := a.explainText(path, args)
	if err != nil {
		return err
	}
	defer func() { _ = text.Close() }()
	found, err := aadsts.Explain(cmd.Context(), text, a.now())
	switch {
	case errors.Is(err, aadsts.ErrTooMany):
		a.note(msg.Of(err))
	case err != nil:
		return explainFailure(err)
	}
	return out.write(found)
}

// explainText opens the text to explain. It takes exactly one of the arguments, a file
// or standard input.
func (a *app) explainText(path string, args []string) (io.ReadCloser, error) {
	switch {
	case path != "" && len(args) > 0:
		return nil, fail.Usage(msg.New("explain takes a text or --file, not both"))
	case path == "-", len(args) == 1 && args[0] == "-", path == "" && len(args) == 0 && !a.inTTY:
		return io.NopCloser(a.in), nil
	case path != "":
		f, err := a.open(path)
		if err != nil {
			return nil, fail.Usage(notRead(path, err), msg.New("check the path and its permissions"))
		}
		return f, nil
	case len(args) == 0:
		return nil, fail.Usage(msg.New("explain needs a text"), msg.New("give a code or a message: spcheck explain 7000222"),
			msg.New("or a file: spcheck explain --file PATH"), msg.New("or a pipe: some-command | spcheck explain -"))
	case len(args) == 1 && !bareCode().MatchString(args[0]) && namesFile(args[0]):
		return nil, fileToExplain(args[0])
	}
	return io.NopCloser(strings.NewReader(strings.Join(asCodes(args), " "))), nil
}

// bareCode matches a code without its prefix AADSTS.
var bareCode = lazyregexp.New(`^[0-9]{5,8}$`)

// asCodes treats arguments that are all numbers as codes, whether known or not. In any
// other text, a number counts as a code only if it is known.
func asCodes(args []string) []string {
	codes := make([]string, len(args))
	for i, arg := range args {
		if !bareCode().MatchString(arg) {
			return args
		}
		codes[i] = "AADSTS" + arg
	}
	return codes
}

// explainFailure says which file could not be read, and why.
func explainFailure(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return fail.Unknown(notRead(path.Path, err), msg.New("check the path and its permissions"))
	}
	return err
}

func notRead(path string, err error) msg.Text {
	return msg.New("cannot read %s: %s", path, msg.OfSystem(err))
}
