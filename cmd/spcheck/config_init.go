package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

func newConfigInitCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Ask a few questions and write a first profile",
		Long: `Ask a few questions and write a first profile.

The secret itself is never asked for and never written: the profile only says where
it is stored. --tenant, --client-id and --profile answer their questions.

With --renewals it also writes a first file of applications to renew for the same
tenant, as spcheck plan --init does.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			renewals, _ := cmd.Flags().GetString("renewals")
			return a.initConfig(given(cmd), renewals)
		},
	}
	cmd.Flags().String("config", "", "config `file` to write")
	cmd.Flags().String("profile", "", "`name` of the profile")
	cmd.Flags().String("tenant", "", "`tenant`: a GUID or a verified domain")
	cmd.Flags().String("client-id", "", "application (client) `ID`")
	cmd.Flags().String("renewals", "", "also write a first renewals `file`, such as renewals.yaml")
	return cmd
}

func (a *app) initConfig(flags config.Flags, renewals string) error {
	path, err := a.configPath(flags)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fail.Usage(msg.New("the config file %s already exists; it was not changed", path),
			msg.New("add a profile to it with an editor, or choose another file with --config"))
	}
	if _, err := os.Lstat(renewals); renewals != "" && err == nil {
		return fail.Usage(msg.New("the file %s already exists; nothing was changed", renewals), msg.New("choose another file with %s", "--renewals"))
	}
	q := questions{app: a, lines: bufio.NewScanner(a.in), flags: flags}
	p := &config.Profile{}
	name := q.ask("profile", msg.New("Name of the profile"), "default", nil)
	p.Tenant = q.ask("tenant", msg.New("Tenant (a GUID or a domain)"), "", tenantProblem)
	p.ClientID = q.ask("client-id", msg.New("Application (client) ID"), "", clientIDProblem)
	q.ask("", msg.New("Where is the credential kept? %s", credentialForms()), "env:AZURE_CLIENT_SECRET", func(answer string) msg.Text { return keepCredential(p, answer) })
	if q.err != nil {
		return q.err
	}
	if err := a.writeConfig(flags, path, name, p); err != nil {
		return err
	}
	if renewals != "" {
		return a.firstRenewals("--renewals", renewals, p.Tenant)
	}
	a.note(msg.New("to renew many secrets from a file: %s", "spcheck plan --init"))
	return nil
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
		return "", fail.Usage(msg.New("there is no configuration directory"), msg.New("choose a file with --config"))
	}
	return path, nil
}

// questions asks on standard error and reads answers from standard input, so the
// answers can also come from a file.
type questions struct {
	app   *app
	lines *bufio.Scanner
	flags config.Flags
	err   error
}

// ask returns the flag's value if it was given, and otherwise asks. If problem rejects the
// answer, a person at a terminal is asked again, a few times. The answer is never
// repeated, because it may be the secret itself.
func (q *questions) ask(flag string, question msg.Text, fallback string, problem func(string) msg.Text) string {
	const tries = 5
	for try := 1; q.err == nil; try++ {
		answer, typed := q.flags[flag], false
		if flag == "" || answer == "" {
			answer, typed = q.answer(question, fallback), true
		}
		what := msg.Text{}
		if problem != nil && q.err == nil {
			what = problem(answer)
		}
		if what.IsZero() {
			return answer
		}
		if !typed || !q.app.inTTY || try == tries {
			q.err = fail.Usage(what, msg.New("nothing was written"))
		} else {
			q.app.note(what)
		}
	}
	return ""
}

func (q *questions) answer(question msg.Text, fallback string) string {
	if fallback != "" {
		question = msg.New("%s [%s]", question, fallback)
	}
	fmt.Fprintf(q.app.err, "%s: ", question.In(q.app.lang()))
	if !q.lines.Scan() {
		q.err = fail.Usage(msg.New("a required answer is missing: %s", question), msg.New("nothing was written"))
		return ""
	}
	answer := strings.TrimSpace(q.lines.Text())
	if answer == "" {
		answer = fallback
	}
	if answer == "" {
		q.err = fail.Usage(msg.New("a required answer is missing: %s", question), msg.New("nothing was written"))
	}
	return answer
}

// credentialForms lists the places that keepCredential accepts.
func credentialForms() msg.Text {
	return msg.New("env:NAME, file:PATH, keyring:NAME, certificate:PATH or federated-token:PATH")
}

// variableName matches a valid name of an environment variable.
var variableName = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

// keepCredential sets the place of the credential in the profile. It returns what is
// wrong with the answer, or a zero text.
func keepCredential(p *config.Profile, answer string) msg.Text {
	kind, name, _ := strings.Cut(answer, ":")
	switch {
	case name == "":
	case kind == "env" && !variableName().MatchString(name):
		return msg.New("that is not the name of an environment variable; the secret itself is never written")
	case kind == "env":
		p.ClientSecret = &secrets.Source{Env: name}
		return msg.Text{}
	case kind == "file":
		p.ClientSecret = &secrets.Source{File: name}
		return msg.Text{}
	case kind == "keyring":
		p.ClientSecret = &secrets.Source{Keyring: name}
		return msg.Text{}
	case kind == "certificate":
		p.Certificate = name
		return msg.Text{}
	case kind == "federated-token":
		p.FederatedTokenFile = name
		return msg.Text{}
	}
	return msg.New("where the credential is kept must be one of %s", credentialForms())
}

// tenantProblem and clientIDProblem return what is wrong with the form of an ID.
func tenantProblem(tenant string) msg.Text {
	if objects.IsTenant(tenant) {
		return msg.Text{}
	}
	return msg.New("the tenant is neither a GUID nor a domain such as contoso.onmicrosoft.com")
}

func clientIDProblem(id string) msg.Text {
	if objects.IsGUID(id) {
		return msg.Text{}
	}
	return msg.New("the application (client) ID is not a GUID such as %s", "3c4c8f60-8b7c-4f56-9d0c-1b5c9d0f7a11")
}

func (a *app) writeConfig(flags config.Flags, path, name string, p *config.Profile) error {
	data, err := yaml.Marshal(&config.File{DefaultProfile: name, Profiles: map[string]*config.Profile{name: p}})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail.Usage(msg.New("the folder %s cannot be created", filepath.Dir(path)))
	}
	// maybe.WriteFile writes atomically where the system supports it, and writes
	// plainly on Windows.
	if err := maybe.WriteFile(path, data, 0o600); err != nil {
		return fail.Usage(msg.New("the config file %s cannot be written", path))
	}
	next := commandline.Words{"spcheck", "diagnose"}
	if flags["config"] != "" {
		next = append(next, "--config", path)
	}
	_, err = fmt.Fprintln(a.out, msg.New("wrote %s", path).In(a.lang())+"\n"+msg.New("next: %s", next).In(a.lang()))
	return err
}
