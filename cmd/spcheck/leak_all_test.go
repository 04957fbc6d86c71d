package main

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// noLeakRow are the commands without a row in the matrix of leaks, and why.
var noLeakRow = map[string]string{
	"exporter":              "TestNoLeakByTheExporter, as it ends only when told to",
	"sandbox":               "it gives the program that it starts made-up secrets, by design",
	"docs":                  "it writes the pages of the commands, and reads no settings",
	"help":                  "it prints what the program is built with",
	"config":                "it prints its help",
	"completion zsh":        "as completion bash: it prints what the program is built with",
	"completion fish":       "as completion zsh",
	"completion powershell": "as completion zsh",
}

// quietFlags bring no secret, and nothing that could lead to one: what they say is a
// number, a time, a choice or a name. A secret that is typed there by mistake is
// another matter (TestNoLeakOfATypedFlag).
var quietFlags = strings.Fields(`
	app audience days display-name expiring-within force full-after if-expiring-within key-id list-rules max-lifetime
	max-secrets name no-descriptions no-probe not-used-since on parallel rules shard skip-owners skip-sync until
	wait-retire`)

// Every command and every flag that the program offers has a row, or a reason.
func TestLeakCommandsAreAllCommands(t *testing.T) {
	m := matrix{commands: noLeakRow, flags: map[string][]string{anyCommand: quietFlags}}
	for _, c := range leakCommands("", "") {
		m.lines = append(m.lines, c.args)
	}
	m.hold(t)
}

// A secret that is typed behind a flag, whichever it is, is not repeated.
func TestNoLeakOfATypedFlag(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the program a hundred times")
	}
	server := serve(t, "mailstore")
	secret := newSecret()
	m := newMarks()
	m.add("what was typed", secret)
	runs := 0
	for name := range everyCommand() {
		for i, flag := range valuedFlags(t, name) {
			if !thorough() && (i+len(name))%8 != 0 {
				continue
			}
			args := append(typicalLine(t, name), "--"+flag+"="+secret)
			got := briefly(t, environOf(t, server, nil), args...)
			runs++
			if found := m.find(got.stdout + "\n" + got.stderr); len(found) > 0 {
				t.Errorf("%s --%s: %v\n%s%s", name, flag, found, got.stdout, got.stderr)
			}
			if strings.Contains(got.stderr, "panic:") {
				t.Errorf("%s --%s panics\n%s", name, flag, got.stderr)
			}
		}
	}
	figure(t, "Flags with a secret typed behind them", int64(runs))
}

// commandOf returns a command by its words.
func commandOf(t *testing.T, name string) *cobra.Command {
	t.Helper()
	a, _, _ := sandboxApp()
	cmd, _, err := newRootCommand(a).Find(strings.Fields(name))
	if err != nil {
		t.Fatal(err)
	}
	return cmd
}

// valuedFlags are the flags of a command that take a value.
func valuedFlags(t *testing.T, name string) (flags []string) {
	t.Helper()
	commandOf(t, name).Flags().VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() != "bool" {
			flags = append(flags, f.Name)
		}
	})
	return flags
}

// typicalLine is a command line that is complete, so that a flag more is what it is
// about.
func typicalLine(t *testing.T, name string) []string {
	t.Helper()
	args := strings.Fields(name)
	switch name {
	case "explain":
		args = append(args, "7000222")
	case "render", "apply":
		args = append(args, filepath.Join(t.TempDir(), "none"))
	}
	flags := commandOf(t, name).Flags()
	for _, f := range [][2]string{{"sp", "MailStoreSP"}, {"reader", "environment"}, {"timeout", "5s"}, {"listen", "127.0.0.1:0"}, {"dry-run", "true"},
		{"to", map[bool]string{true: "pem:", false: "file:"}[name == "renew-certificate"] + filepath.Join(t.TempDir(), "new")}} {
		if flags.Lookup(f[0]) != nil {
			args = append(args, "--"+f[0]+"="+f[1])
		}
	}
	return args
}

// briefly runs the program, and stops it where it serves.
func briefly(t *testing.T, env []string, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = env
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	_ = cmd.Run() // most end with a code
	return ran{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}
