package main

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// leakCommand is a command line that has secrets at hand. A new command of the
// program gets a row here.
type leakCommand struct {
	name string
	args []string
	// kind gives the formats that the command writes; empty is text alone.
	kind result.Kind
	// plain commands take no settings, and so no flags of a world.
	plain bool
	// everywhere says that the command runs in every world.
	everywhere bool
	// stdin is what the command reads.
	stdin string
	// gives says that standard output is where the new secret goes by design.
	gives bool
}

// leakCommands are all commands. folder is the run's own: what lies in its
// folder target is where a renewed secret goes by design.
func leakCommands(folder, vault string) []leakCommand {
	target := filepath.Join(folder, "target")
	const app = "Roster Bridge"
	return []leakCommand{
		{name: "diagnose", args: []string{"diagnose"}, kind: "diagnose", everywhere: true},
		{name: "diagnose with a bundle", args: []string{"diagnose", "--bundle", filepath.Join(folder, "home", "support.zip")}, kind: "diagnose", everywhere: true},
		{name: "diagnose as environment", args: []string{"diagnose", "--reader", "environment", "--sp", app}, kind: "diagnose", everywhere: true},
		{name: "diagnose as Azure CLI", args: []string{"diagnose", "--reader", "azure-cli"}, kind: "diagnose"},
		{name: "diagnose an error", args: []string{"diagnose", "--error-text", "-"}, kind: "diagnose", stdin: "AADSTS7000215: Invalid client secret provided."},
		{name: "list-secrets", args: []string{"list-secrets", "--sp", app}, kind: "list-secrets", everywhere: true},
		{name: "list-secrets as Azure CLI", args: []string{"list-secrets", "--sp", app, "--reader", "azure-cli"}, kind: "list-secrets"},
		{name: "where", args: []string{"where", "--sp", app, "--reader", "environment", filepath.Join(folder, "home")}, kind: "where"},
		{name: "mcp", args: []string{"mcp"}, plain: true, stdin: askAssistant},
		{name: "scan", args: []string{"scan", "--reader", "environment"}, kind: "scan", everywhere: true},
		{name: "explain", args: []string{"explain", "7000215"}, kind: "explain", plain: true},
		{name: "renew-secret, planned", args: []string{"renew-secret", "--sp", app, "--dry-run", "--to", "file:" + filepath.Join(target, "plan")}, kind: "renew-secret"},
		{name: "renew-secret to a file", args: []string{"renew-secret", "--sp", app, "--verify-timeout", "3s", "--to", "file:" + filepath.Join(target, "secret")}, kind: "renew-secret"},
		{name: "renew-secret to a variable", args: []string{"renew-secret", "--sp", app, "--verify-timeout", "3s", "--to", "env-file:" + filepath.Join(target, "env") + "#SECRET"}, kind: "renew-secret"},
		{name: "renew-secret to a program", args: []string{"renew-secret", "--sp", app, "--verify-timeout", "3s", "--to", "command:" + filepath.Join(folder, "bin", "taker")}, kind: "renew-secret"},
		{name: "renew-secret to a program that fails", args: []string{"renew-secret", "--sp", app, "--verify-timeout", "3s", "--to", "command:" + filepath.Join(folder, "bin", "refuser")}, kind: "renew-secret"},
		{name: "renew-secret to nowhere", args: []string{"renew-secret", "--sp", app, "--to", "file:" + filepath.Join(folder, "no", "such", "folder")}, kind: "renew-secret"},
		{name: "renew-secret to standard output", args: []string{"renew-secret", "--sp", app, "--verify-timeout", "3s", "--to", "stdout"}, kind: "renew-secret", gives: true},
		{name: "renew-secret to a vault", args: []string{"renew-secret", "--sp", app, "--verify-timeout", "3s", "--to", "keyvault:" + vault + "/product"}, kind: "renew-secret"},
		{name: "renew-secret to a keyring that is not there", args: []string{"renew-secret", "--sp", app, "--to", "keyring:product"}, kind: "renew-secret"},
		{name: "remove-secret, planned", args: []string{"remove-secret", "--sp", app, "--expired", "--dry-run"}, kind: "remove-secret"},
		{name: "remove-secret", args: []string{"remove-secret", "--sp", app, "--expired", "--yes"}, kind: "remove-secret"},
		{name: "renew-certificate, planned", args: []string{"renew-certificate", "--sp", app, "--dry-run", "--to", "pem:" + filepath.Join(target, "plan.pem")}, kind: "renew-certificate"},
		{name: "renew-certificate", args: []string{"renew-certificate", "--sp", app, "--verify-timeout", "3s", "--to", "pem:" + filepath.Join(target, "certificate.pem")}, kind: "renew-certificate"},
		{name: "federate, planned", args: []string{"federate", "--sp", app, "--github", "contoso/roster:pull_request", "--dry-run"}, kind: "federate", everywhere: true},
		{name: "federate", args: []string{"federate", "--sp", app, "--verify-timeout", "3s", "--issuer", "https://issuer.contoso.example", "--subject", "roster"}, kind: "federate"},
		{name: "plan", args: []string{"plan", "-f", filepath.Join(folder, "renewals.yaml")}, kind: "plan"},
		{name: "apply", args: []string{"apply", filepath.Join(folder, "renewals.yaml"), "--verify-timeout", "3s"}, kind: "apply"},
		{name: "config show", args: []string{"config", "show"}, everywhere: true},
		{name: "config check", args: []string{"config", "check"}, plain: true, everywhere: true},
		{name: "version", args: []string{"version"}, plain: true},
		{name: "completion", args: []string{"completion", "bash"}, plain: true},
		{name: "completion of names", args: []string{"__complete", "list-secrets", "--reader", "environment", "--sp", ""}, plain: true, everywhere: true},
		{name: "interrupted", args: []string{"diagnose", "--timeout", "40ms"}, kind: "diagnose"},
	}
}

// askAssistant has the server for assistants diagnose and list.
const askAssistant = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"diagnose","arguments":{}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_secrets","arguments":{"sp":"Roster Bridge"}}}
`

// leakLook is how a report is asked for.
type leakLook struct {
	format, language string
	verbose, debug   bool
}

func (l leakLook) args(c leakCommand) []string {
	if c.plain && c.kind == "" {
		return nil
	}
	args := []string{"--lang", l.language, "--output", l.format}
	if l.verbose && c.kind != "" && c.kind != "explain" && c.kind != "scan" {
		args = append(args, "--verbose")
	}
	if l.debug && !c.plain {
		args = append(args, "--debug")
	}
	return args
}

// looks are all ways to ask for a report of a kind.
func looks(kind result.Kind) []leakLook {
	formats := report.Formats(result.New(kind))
	if len(formats) == 0 {
		formats = []string{"text", "json"}
	}
	var all []leakLook
	for i, format := range formats {
		for j, language := range []string{"en", "de"} {
			// Each format in each language; verbosity and trace change with both, so that
			// each of the four ways meets each language.
			all = append(all, leakLook{format, language, (i+j)%2 == 0, i%4 != 3})
		}
	}
	return all
}

// children writes programs that keep their arguments and their environment, and
// then do their work: az, a taker of secrets and a refuser.
func children(t *testing.T, folder, az string) {
	t.Helper()
	plan := "applications: [{app: Roster Bridge, to: ['file:" + filepath.Join(folder, "target", "planned") + "']}, {app: Nobody's, to: ['command:refuser']}]\n"
	if err := os.WriteFile(filepath.Join(folder, "renewals.yaml"), []byte(plan), 0o600); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		return // the commands then find no az
	}
	bin, seen := filepath.Join(folder, "bin"), filepath.Join(folder, "children")
	for _, dir := range []string{bin, seen, filepath.Join(folder, "target")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	keep := "#!/bin/sh\n{ printf '%s\\n' \"$0\" \"$@\"; env; } >" + "'" + seen + "'/$$\n"
	for name, does := range map[string]string{
		"az":      az,
		"taker":   "cat >/dev/null\n",
		"refuser": "cat; cat >&2; exit 9\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(keep+does), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// encodePFX packs a certificate and its key.
func encodePFX(certificate, key []byte, password string) ([]byte, error) {
	leaf, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, err
	}
	private, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pkcs12.Modern.Encode(private, leaf, nil, password)
}

// Every command that the program offers has a row, or is named here.
func TestLeakCommandsAreAllCommands(t *testing.T) {
	left := []string{"sandbox", "help", "docs", "render", "exporter"} // the last has a test of its own
	a, _, _ := sandboxApp()
	for _, cmd := range newRootCommand(a).Commands() {
		if cmd.IsAdditionalHelpTopicCommand() {
			continue // a page to read
		}
		has := slices.ContainsFunc(leakCommands("", ""), func(c leakCommand) bool { return c.args[0] == cmd.Name() })
		if !has && !slices.Contains(left, cmd.Name()) {
			t.Errorf("no row looks for secrets in what %s does", cmd.Name())
		}
	}
}
