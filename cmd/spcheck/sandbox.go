package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/sandbox"
)

// sandboxOptions are the flags of spcheck sandbox.
type sandboxOptions struct {
	scenario, listen, shell string
	faults                  []string
	list, proxy             bool
}

func newSandboxCommand(a *app) *cobra.Command {
	o := &sandboxOptions{}
	cmd := &cobra.Command{
		Use:   "sandbox [flags] [-- COMMAND [ARG…]]",
		Short: "Run a small test tenant on this machine",
		Long: `Run a small Entra ID tenant with Microsoft Graph on loopback, over TLS and with its
own certificate authority. Nothing leaves this machine.

Without a COMMAND it prints the settings for another shell, and runs until Ctrl-C.
With a COMMAND it runs that with these settings, stops when it ends, and returns its
exit code. With --proxy, clients with built-in Microsoft host names, such as Azure
CLI, work with it unchanged.`,
		Example: `  spcheck sandbox -- spcheck diagnose
  spcheck sandbox --list
  spcheck sandbox --scenario expired-secret -- spcheck diagnose --reader none
  spcheck sandbox --proxy -- bash`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && cmd.ArgsLenAtDash() != 0 {
				return fail.Usage(msg.New("spcheck sandbox takes a command only after two hyphens"),
					msg.New("put two hyphens before the command: spcheck sandbox -- spcheck diagnose"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.sandbox(cmd.Context(), o, args) },
	}
	f := cmd.Flags()
	f.StringVar(&o.scenario, "scenario", sandbox.DefaultScenario, "`name` of a scenario, or the path of a scenario file")
	f.StringVar(&o.listen, "listen", sandbox.DefaultListen, "`address` to listen on; port 0 picks a free port")
	f.StringVar(&o.shell, "shell", string(commandline.Here()), "`shell` to print the settings for")
	annotate(f, flagDefault, "the current one", "shell")
	_ = f.SetAnnotation("shell", flagValues, remedyShells())
	f.BoolVar(&o.list, "list", false, "list the scenarios and exit")
	f.BoolVar(&o.proxy, "proxy", false, "also start a proxy that sends Microsoft's host names to the sandbox and refuses all others")
	f.StringArrayVar(&o.faults, "fault", nil, "make answers fail: `KIND[=TIMES|=DURATION][@token|@discovery|@graph]`, such as throttle=3@graph or latency=2s (repeatable)")
	return cmd
}

func (a *app) sandbox(ctx context.Context, o *sandboxOptions, command []string) error {
	if o.list {
		return a.listScenarios()
	}
	quote, ok := shells[o.shell]
	if !ok {
		return fail.Usage(msg.New("unknown shell %q", o.shell), msg.New("shells are: sh, powershell, cmd"))
	}
	options, err := o.build()
	if err != nil {
		return err
	}
	// The command handles an interrupt itself, so the sandbox must outlive it.
	s, err := sandbox.Start(context.WithoutCancel(ctx), options)
	if err != nil {
		return listenFailure(err)
	}
	if len(command) > 0 {
		err = a.runIn(s, command)
	} else {
		err = a.serve(ctx, s, quote)
	}
	return errors.Join(err, s.Close())
}

// build turns the flags into the sandbox's options.
func (o *sandboxOptions) build() (sandbox.Options, error) {
	out := sandbox.Options{Listen: o.listen, Proxy: o.proxy}
	if !validAddress(o.listen) {
		return out, fail.Usage(msg.New("%q is not an address to listen on", o.listen), msg.New("use a host and a port, such as 127.0.0.1:8443"))
	}
	for _, text := range o.faults {
		f, err := sandbox.ParseFault(text)
		if err != nil {
			return out, notAFault(text)
		}
		out.Faults = append(out.Faults, f)
	}
	var err error
	var form *sandbox.ScenarioFormError
	fields := msg.New("the fields of a scenario are described in docs/sandbox-scenarios.md")
	out.Scenario, err = sandbox.Load(o.scenario)
	switch {
	case errors.As(err, &form):
		return out, config.Misread(o.scenario, form.Err, fields)
	case errors.Is(err, sandbox.ErrUnknownScenario):
		return out, unknownScenario(o.scenario)
	case err != nil:
		return out, fail.Usage(msg.Of(err), fields)
	}
	return out, nil
}

func notAFault(text string) error {
	return fail.Usage(msg.New("%q is not a fault", text), msg.New("for example --fault throttle=3@graph or --fault latency=2s"),
		msg.New("kinds are %s; places are %s", strings.Join(sandbox.FaultKinds(), ", "), strings.Join(sandbox.FaultPlaces(), ", ")))
}

func unknownScenario(name string) error {
	e := fail.Usage(msg.New("there is no scenario %q", name))
	all, _ := sandbox.List() // an error leaves out the suggestion
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	similar := near.Words(name, names)
	for _, meant := range similar[:min(3, len(similar))] {
		e = e.Hint(msg.New("did you mean: %s", "--scenario "+meant))
	}
	return e.Hint(msg.New("list the scenarios with: spcheck sandbox --list")).Hint(msg.New("use a path for your own file, such as ./my.yaml"))
}

// validAddress reports whether an address has a host and a port number.
func validAddress(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// listenFailure words a failure to start.
func listenFailure(err error) error {
	var listen *sandbox.ListenError
	if !errors.As(err, &listen) {
		return err
	}
	return fail.Usage(msg.New("%s: %s", msg.Of(listen), listen.Reason()),
		msg.New("choose another port with --listen, or leave it out to take a free one"))
}

func (a *app) listScenarios() error {
	all, err := sandbox.List()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	a.language = a.lang()
	for _, s := range all {
		fmt.Fprintf(w, "%s\t%s\n", s.Name, a.say(s.Title))
	}
	return w.Flush()
}

// serve prints the settings and waits for an interrupt. That is the normal end of a
// sandbox, not a failure.
func (a *app) serve(ctx context.Context, s *sandbox.Server, quote func(name, value string) string) error {
	for _, v := range s.Env() {
		if _, err := fmt.Fprintln(redact.Plain(a.out), quote(v.Name, v.Value)); err != nil {
			return fail.Unknown(msg.New("the settings could not be written"))
		}
	}
	a.note(msg.New("the sandbox serves scenario %s at %s until it is interrupted (Ctrl-C)", s.Name, s.URL()))
	if !s.Loopback() {
		a.note(msg.New("other machines can reach it, and its secrets are public"))
	}
	<-ctx.Done()
	return nil
}

// shells writes one setting in the syntax of each shell.
var shells = map[string]func(name, value string) string{
	"sh": func(name, value string) string {
		return "export " + name + "='" + strings.ReplaceAll(value, "'", `'\''`) + "'"
	},
	"powershell": func(name, value string) string {
		return "$env:" + name + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
	},
	"cmd": func(name, value string) string {
		if strings.ContainsAny(value, "\r\n\"%!^") {
			return "rem " + name + " cannot be written for cmd; use --shell powershell, or: spcheck sandbox -- COMMAND"
		}
		return `set "` + name + "=" + value + `"`
	},
}
