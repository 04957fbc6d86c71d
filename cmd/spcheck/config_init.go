package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
)

func newConfigInitCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Ask a few questions and write a first profile",
		Long: `Ask a few questions and write a first profile.

The secret itself is never asked for and never written: the profile says where
it is kept. What --tenant, --client-id and --profile say is not asked for.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.initConfig(given(cmd)) },
	}
	cmd.Flags().String("config", "", "config `file` to write")
	cmd.Flags().String("profile", "", "`name` of the profile")
	cmd.Flags().String("tenant", "", "`tenant`: a GUID or a verified domain")
	cmd.Flags().String("client-id", "", "application (client) `ID`")
	return cmd
}

func (a *app) initConfig(flags config.Flags) error {
	path, err := a.configPath(flags)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fail.Usage("the config file "+path+" exists already, and is left as it is",
			"add a profile to it with an editor, or name another file with --config")
	}
	q := questions{app: a, lines: bufio.NewScanner(a.in), flags: flags}
	name := q.ask("profile", "Name of the profile", "default")
	p := &config.Profile{
		Tenant:   q.ask("tenant", "Tenant (a GUID or a domain)", ""),
		ClientID: q.ask("client-id", "Application (client) ID", ""),
	}
	p.ClientSecret = secretRef(q.ask("", "Where is the client secret kept? env:NAME, file:PATH or keyring:NAME", "env:AZURE_CLIENT_SECRET"))
	if q.err != nil {
		return q.err
	}
	if p.ClientSecret == nil {
		return fail.Usage("the place of the secret is one of env:NAME, file:PATH and keyring:NAME", "nothing was written")
	}
	return a.writeConfig(path, name, p)
}

func (a *app) configPath(flags config.Flags) (string, error) {
	if p := flags["config"]; p != "" {
		return p, nil
	}
	if p, _ := a.env("SPCHECK_CONFIG"); p != "" {
		return p, nil
	}
	path, ok := config.DefaultPath(a.env)
	if !ok {
		return "", fail.Usage("there is no configuration directory", "name a file with --config")
	}
	return path, nil
}

// questions asks on standard error and reads answers from standard input, so
// that a file of answers works as well as a person.
type questions struct {
	app   *app
	lines *bufio.Scanner
	flags config.Flags
	err   error
}

func (q *questions) ask(flag, question, fallback string) string {
	if v := q.flags[flag]; flag != "" && v != "" || q.err != nil {
		return v
	}
	if fallback != "" {
		question += " [" + fallback + "]"
	}
	fmt.Fprintf(q.app.err, "%s: ", question)
	if !q.lines.Scan() {
		q.err = fail.Usage("an answer is missing: "+question, "nothing was written")
		return ""
	}
	answer := strings.TrimSpace(q.lines.Text())
	if answer == "" {
		answer = fallback
	}
	if answer == "" {
		q.err = fail.Usage("an answer is missing: "+question, "nothing was written")
	}
	return answer
}

func secretRef(answer string) *config.SecretRef {
	kind, name, _ := strings.Cut(answer, ":")
	switch {
	case name == "":
		return nil
	case kind == "env":
		return &config.SecretRef{Env: name}
	case kind == "file":
		return &config.SecretRef{File: name}
	case kind == "keyring":
		return &config.SecretRef{Keyring: name}
	}
	return nil
}

func (a *app) writeConfig(path, name string, p *config.Profile) error {
	data, err := config.Format(&config.File{DefaultProfile: name, Profiles: map[string]*config.Profile{name: p}})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail.Usagef("the folder %s cannot be made", filepath.Dir(path))
	}
	// maybe writes atomically where the system can, and plainly on Windows.
	if err := maybe.WriteFile(path, data, 0o600); err != nil {
		return fail.Usagef("the config file %s cannot be written", path)
	}
	_, err = fmt.Fprintf(a.out, "wrote %s\nnext: spcheck diagnose\n", path)
	return err
}
