package main

import (
	"strings"
	"testing"
)

// What somebody typed in a hurry is refused with what was meant.
func TestTyposAreAnswered(t *testing.T) {
	t.Parallel()
	for line, wants := range map[string][]string{
		"lst-secrets --sp x":                     {`unknown command "lst-secrets"`, "did you mean: spcheck list-secrets"},
		"-diagnose":                              {"no hyphens", "did you mean: spcheck diagnose\n"},
		"--list-secrets --sp x":                  {"no hyphens", "did you mean: spcheck list-secrets\n"},
		"scann":                                  {"did you mean: spcheck scan"},
		"rotate":                                 {"did you mean: spcheck renew-secret"},
		"config shw":                             {"did you mean: spcheck config show"},
		"completion tcsh":                        {`unknown command "tcsh"`, "spcheck completion --help"},
		"help digagnose":                         {"did you mean: spcheck diagnose"},
		"diagnose --tennant x":                   {"did you mean: --tenant"},
		"diagnose --clientid x":                  {"did you mean: --client-id"},
		"diagnose --clientId x":                  {"did you mean: --client-id"},
		"diagnose --client-secret x":             {"did you mean: --client-secret-file"},
		"diagnose --reader azurecli":             {"must be one of", "did you mean: --reader azure-cli"},
		"diagnose --fail-on warn":                {"did you mean: --fail-on warning"},
		"diagnose --lang=“de”":                   {"did you mean: --lang de"},
		"diagnose --lang fr":                     {"hint: --lang: language of reports"},
		"diagnose --cloud germany":               {"hint: --cloud: national cloud (default: public)"},
		"diagnose --within=":                     {"flag --within is empty", "--within: "},
		"diagnose -o JSON":                       {"did you mean json?"},
		"diagnose --shell fish":                  {"it must be one of sh, powershell, cmd"},
		"diagnose list-secrets":                  {"two commands were given: diagnose and list-secrets"},
		"renew-secret MailStoreSP":               {"but 1 was given", "did you mean: spcheck renew-secret --sp MailStoreSP"},
		"diagnose Mail Store":                    {"but 2 were given", "did you mean: spcheck diagnose --sp 'Mail Store'"},
		"scan MailStoreSP":                       {"spcheck list-secrets --sp MailStoreSP"},
		"diagnose 7000222":                       {"spcheck explain 7000222"},
		"diagnose --json":                        {"did you mean: -o json"},
		"--json scan":                            {"did you mean: -o json"},
		"--sp x":                                 {"the flag --sp belongs to a command", "for example: spcheck diagnose --sp"},
		"-o json":                                {"the flag -o belongs to a command"},
		"scan --csv":                             {"did you mean: -o csv"},
		"list-secrets --name x":                  {"did you mean: --sp"},
		"diagnose --app-id x":                    {"did you mean: --client-id"},
		"diagnose --tenant-id x":                 {"did you mean: --tenant"},
		"diagnose --no-color":                    {"NO_COLOR=1"},
		"scan --shard 5/4":                       {"--shard has the value"},
		"scan --parallel 0 --tenant contoso.com": {"--parallel must be between 1 and 64"},
		"scan --max-secrets=-1 --tenant c.com":   {"--max-secrets must not be negative"},
		"exporter --listen foo":                  {"not an address to listen on"},
		"exporter --interval 5":                  {"--interval has the value", "it must be a time such as"},
		"exporter --interval 10ms":               {"--interval has the value", "it must be at least 1 second"},
		"exporter --interval 0s":                 {"it must be longer than zero"},
		"exporter --within soon":                 {"--within has the value", "it must be a time such as"},
		"diagnose -error AADSTS7000222":          {"two hyphens", "did you mean: --error-text"},
		"diagnose -eror-text=AADSTS7000222":      {"two hyphens", "did you mean: --error-text"},
		"diagnose -ErrorText AADSTS7000222":      {"two hyphens", "did you mean: --error-text"},
		"diagnose -output json":                  {"two hyphens", "did you mean: --output"},
		"-output json diagnose":                  {"two hyphens", "did you mean: --output"},
		"-sp MailStoreSP":                        {"two hyphens", "did you mean: --sp"},
		"list-secrets -ServicePrincipal x":       {"two hyphens", "did you mean: --sp"},
		"diagnose -client-secret-file x":         {"two hyphens", "did you mean: --client-secret-file"},
		"diagnose -client-secret x":              {"no flag takes a secret's value", "AZURE_CLIENT_SECRET"},
		"diagnose --Error_Text x":                {"unknown flag\n", "did you mean: --error-text"},
		"diagnose -O json":                       {"unknown flag -O\n", "did you mean: -o"},
		"list-secrets /sp MailStoreSP":           {"did you mean: --sp"},
		"-version":                               {"two hyphens", "did you mean: --version"},
		"-v diagnos":                             {`unknown command "diagnos"`, "did you mean: spcheck diagnose"},
		"--lang=en diagnos":                      {`unknown command "diagnos"`, "did you mean: spcheck diagnose"},
		"apply -f renewals.yaml":                 {"unknown flag -f", "usage: spcheck apply PLAN"},
		"apply --file renewals.yaml":             {"unknown flag --file", "usage: spcheck apply PLAN"},
		"scan --max-secrets many":                {"--max-secrets takes a whole number"},
		"renew-secret --tenant c.com --sp x --to secrets/new.txt":    {"not recognised", "--to file:secrets/new.txt"},
		"renew-secret --tenant c.com --sp x --to FILE:new.txt":       {"not recognised", "did you mean: --to file:PATH\n"},
		`renew-secret --tenant c.com --sp x --to C:\secrets\new.txt`: {"not recognised", `file:C:\secrets\new.txt`},
		"render nowhere.json":                     {"nowhere.json cannot be opened: there is no such file or folder"},
		"list-secrets \u2013\u2013sp MailStoreSP": {"with a dash", "did you mean: --sp"},
		"diagnose \u2014error-text=x":             {"with a dash", "did you mean: --error-text"},
		"explain \u2013-file x":                   {"with a dash", "did you mean: --file"},
		"diagnose \u2014help":                     {"with a dash", "did you mean: --help"},
		"plan --init -f nowhere/renewals.yaml":    {"cannot be written: there is no such file or folder", "another file with -f"},
		"sandbox --scenario expierd-secret":       {"did you mean: --scenario expired-secret"},
		"scan --quiet=maybe":                      {"--quiet takes no value"},
	} {
		got := spcheck(t, nil, nil, strings.Fields(line)...)
		if got.code != 64 || got.stdout != "" || !strings.HasPrefix(got.stderr, "spcheck: error: ") || !strings.Contains(got.stderr, "\nspcheck: hint: ") {
			t.Errorf("%s: exit code %d\n%s%s", line, got.code, got.stdout, got.stderr)
		}
		for _, want := range wants {
			if !strings.Contains(got.stderr, want) {
				t.Errorf("%s: %q is not in\n%s", line, want, got.stderr)
			}
		}
	}
}

// A word that may be a secret is not repeated, be it taken for a command's.
func TestWordsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"diagnose s3cr3t~value", "list-secrets s3cr3t~value", "diagnose --s3cr3t~value", "version s3cr3t~value",
		"diagnose -s3cr3t~value", "diagnose -qs3cr3t~value", "diagnose -error-s3cr3t", "-s3cr3t~value", "diagnose -client-secret=s3cr3t~value",
		"diagnose -key~s3cr3t~value", "diagnose --key~s3cr3t~value", "diagnose -error=s3cr3t~value"} {
		if got := spcheck(t, nil, nil, strings.Fields(line)...); got.code != 64 || strings.Contains(got.stderr, "3cr3t") {
			t.Errorf("%s: exit code %d\n%s", line, got.code, got.stderr)
		}
	}
}

// Only who types what may be a secret gets advice on secrets.
func TestAdviceOnSecretsIsForSecrets(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"diagnose -error x": false, "diagnose -output json": false, "diagnose -t 30s": false, "explain 7000222 -q": false, "diagnose --error_text x": false,
		"diagnose -p x": true, "diagnose -pvalue": true, "diagnose -Qx7k~value": true, "diagnose --client-secret x": true,
	} {
		if got := spcheck(t, nil, nil, strings.Fields(line)...); strings.Contains(got.stderr, "AZURE_CLIENT_SECRET") != want {
			t.Errorf("%s: advice on secrets is %v\n%s", line, !want, got.stderr)
		}
	}
}

// Help comes however it is asked for, but not for a value, and not for the command that
// the sandbox runs.
func TestWaysToAskForHelp(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"/?", "-?", "-help", "diagnose /?", "diagnose --sp MailStoreSP -?", "config show -help"} {
		if got := spcheck(t, nil, nil, strings.Fields(line)...); got.code != 0 || got.stderr != "" || !strings.Contains(got.stdout, "\nUsage:\n") {
			t.Errorf("%s: exit code %d\n%s%s", line, got.code, got.stdout, got.stderr)
		}
	}
	for _, line := range []string{"list-secrets --sp /?", "sandbox -- /?"} {
		if got := spcheck(t, nil, nil, strings.Fields(line)...); got.code != 64 || got.stdout != "" {
			t.Errorf("%s: exit code %d\n%s%s", line, got.code, got.stdout, got.stderr)
		}
	}
}

// What pflag understands after one hyphen stays: letters together, and a value at its
// letter. A failure before the run is a report where one was asked for.
func TestOneHyphen(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"explain -ojson 7000222", "explain -o=json 7000222", "explain -o json -- AADSTS7000222 -error"} {
		if got := spcheck(t, nil, nil, strings.Fields(line)...); got.code != 0 || !strings.Contains(got.stdout, `"matches"`) {
			t.Errorf("%s: exit code %d\n%s%s", line, got.code, got.stdout, got.stderr)
		}
	}
	if got := spcheck(t, nil, nil, "diagnose", "-o", "json", "-error", "x"); got.code != 64 || !strings.Contains(got.stdout, `"status": "unknown"`) {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if got := spcheck(t, nil, nil, "diagnose", "-error", "x", "--lang", "de"); !strings.Contains(got.stderr, "zwei Bindestrichen") {
		t.Errorf("not in German:\n%s", got.stderr)
	}
}

func TestVersionFlag(t *testing.T) {
	t.Parallel()
	command, flag := spcheck(t, nil, nil, "version"), spcheck(t, nil, nil, "--version")
	if flag.code != 0 || flag.stdout != command.stdout {
		t.Errorf("--version prints %q, version %q", flag.stdout, command.stdout)
	}
}

// The help of a command fits the terminal, and puts what is its own first.
func TestHelpFitsTheTerminal(t *testing.T) {
	t.Parallel()
	got := spcheck(t, nil, []string{"COLUMNS=80"}, "diagnose", "--help")
	for line := range strings.Lines(got.stdout) {
		if len([]rune(line)) > 81 && !strings.Contains(line, "--error-text \"") {
			t.Errorf("%d columns: %s", len([]rune(line)), line)
		}
	}
	own, connection := strings.Index(got.stdout, "--error-text message"), strings.Index(got.stdout, connectionFlags)
	if own < 0 || connection < own || !strings.Contains(got.stdout[connection:], outputFlags) {
		t.Errorf("the flags are not in their groups:\n%s", got.stdout)
	}
	for _, name := range commandNames(newRootCommand(newApp())) {
		if !strings.Contains(spcheck(t, nil, nil).stdout, "\n  "+name+" ") {
			t.Errorf("%s is not listed", name)
		}
	}
}
