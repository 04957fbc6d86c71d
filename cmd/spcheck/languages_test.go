package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// sameInBoth are the runs of three words that are no sentence, and read alike in
// English and German: names of products, permissions and settings.
var sameInBoth = []string{
	"microsoft entra id", "microsoft graph powershell", "azure key vault", "global secure access",
	"azure resource manager", "in microsoft graph", "in microsoft entra", "microsoft entra admin", "entra admin center",
	// Names of activities of the audit log.
	"update service principal",
}

// loanwords are English function words that are in German names and nowhere
// else.
var loanwords = map[string]bool{"on-premises": true}

// englishOnly are words that no German sentence has, and hardly any English one
// lacks.
var englishOnly = regexp.MustCompile(`(?i)^(the|is|are|of|has|have|had|with|not|cannot|could|from|for|and|this|that|those|these|by|or|to|it|its|which|when|where|who|whose|nobody|nothing|only|after|before|while|there|their|they|was not|does|did|do|be|been|than|since|until|behind|ahead|left|read|ended|ends|expired|expires)$`)

// What is masked before two languages are compared: what a tenant, a machine or a
// person named, and what is to be typed.
var masks = []*regexp.Regexp{
	regexp.MustCompile(`^\s*│.*|AADSTS\d+: .*|Certificates and secrets management`),
	// Names that the sandbox gives.
	regexp.MustCompile(`\(this run only\)|Service principals only from the office`),
	// A rule's ID, where it is not part of a sentence.
	regexp.MustCompile(`^ *•? ?[a-z-]+ \((critical|warning|info|\d+)\b`),
	regexp.MustCompile(`"[^"]*"|‚[^‘]*‘|'[^' ]*'`),
	regexp.MustCompile(`^\s*(spcheck|az|sudo|timedatectl|w32tm|curl|Connect-\w+|Get-\w+|Set-\w+|New-\w+|Remove-\w+|Update-\w+|Add-\w+|Resolve-\w+|nslookup|openssl|printf|set|export|\$\w+|unset|chmod|icacls|dir|ls|env|cmdkey|secret-tool|security) .*$`),
	regexp.MustCompile(`\b(spcheck|az) [a-z-]+( .*)?$`),
	regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`),
	regexp.MustCompile(`https?://\S+`),
	regexp.MustCompile(`(^|\s)--?[a-z][a-z-]*([= ]\w+)?`),
	regexp.MustCompile(`\S*[/\\@_]\S*`),
	regexp.MustCompile(`\S*[a-zA-Z0-9]\.[a-zA-Z]\S*`),
	regexp.MustCompile(`\b[A-Za-z]*[a-z][A-Z]\w*\b`),
	regexp.MustCompile(`\S*\d\S*`),
}

// quoted is what is repeated word by word, over the end of a line, too; cells
// are next to one another.
var (
	betweenWords = regexp.MustCompile(`[^\p{L}’' -]+`)

	quoted = regexp.MustCompile(`„[^“]{0,400}“|“[^”]{0,400}”`)
	cells  = regexp.MustCompile(`\s{2,}|\s-\s`)
)

// unworded is a duration as Go writes it.
var unworded = regexp.MustCompile(`\b(\d+h\d+m\d+(\.\d+)?s|\d+m\d+(\.\d+)?s|\d+\.\d+m?s)\b`)

// wordRuns are the words of a line between what is masked and punctuation.
func wordRuns(line string) [][]string {
	for _, m := range masks {
		line = m.ReplaceAllString(line, " | ")
	}
	line = cells.ReplaceAllString(line, " | ")
	var runs [][]string
	for _, part := range betweenWords.Split(line, -1) {
		if words := strings.Fields(strings.ToLower(part)); len(words) > 0 {
			runs = append(runs, words)
		}
	}
	return runs
}

// threes are the runs of three words in a text.
func threes(text string) map[string]bool {
	text = quoted.ReplaceAllString(text, "|")
	found := map[string]bool{}
	for line := range strings.Lines(text) {
		for _, words := range wordRuns(line) {
			for i := range len(words) - 2 {
				found[strings.Join(words[i:i+3], " ")] = true
			}
		}
	}
	return found
}

// englishIn lists the lines of a German text that are English, in whole or in
// part.
func englishIn(german, english string) []string {
	same := threes(english)
	german = quoted.ReplaceAllString(german, "|")
	var bad []string
	for line := range strings.Lines(german) {
		line = strings.TrimRight(line, "\n")
		why := ""
		for _, words := range wordRuns(line) {
			for i, w := range words {
				if englishOnly.MatchString(w) && !loanwords[w] {
					why = w
				}
				if i+2 < len(words) {
					if run := strings.Join(words[i:i+3], " "); same[run] && !slices.Contains(sameInBoth, run) {
						why = run
					}
				}
			}
		}
		if m := unworded.FindString(line); m != "" {
			why = m
		}
		if why != "" {
			bad = append(bad, fmt.Sprintf("%s   (%s)", strings.TrimSpace(line), why))
		}
	}
	return bad
}

func TestEnglishIsFoundInGerman(t *testing.T) {
	english := "What happened: 127.0.0.1:1 refused the connection\n"
	for german, want := range map[string]int{
		"Was geschah: 127.0.0.1:1 refused the connection\n":                                1,
		"Was geschah: 127.0.0.1:1 hat die Verbindung abgelehnt\n":                          0,
		"✗ Vorprüfung: the tenant has no …\n":                                              1,
		"Die Uhr geht 20m0s nach\n":                                                        1,
		"Die Uhr geht 20 Minuten nach\n":                                                   0,
		"  spcheck renew-secret --sp x --to file:new-secret.txt\n":                         0,
		"Im Portal heißt das „Certificates & secrets of the application“ und so weiter.\n": 0,
	} {
		if got := englishIn(german, english); len(got) != want {
			t.Errorf("%q: %q", german, got)
		}
	}
}

// A spoken is one command that is run in both languages.
type spoken struct {
	name  string
	args  []string
	env   []string
	stdin string
	// names are those of tenants and applications, which stay as they are.
	names []string
}

// foreign collects what is English in German output, each line once.
type foreign struct {
	mu    sync.Mutex
	lines map[string]string
}

func (f *foreign) add(where string, lines []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range lines {
		if f.lines[l] == "" {
			f.lines[l] = where
		}
	}
}

// compare runs a command in both languages and notes what is English in German.
// Each run has a home of its own, so that the second one finds what the first
// found.
func (f *foreign) compare(t *testing.T, server func() *sandbox.Server, c spoken) {
	t.Helper()
	say := func(lang string) string {
		s := server() // nil for what needs none
		got := inside(t, s, append(slices.Clone(c.env), "SPCHECK_LANG="+lang, "LC_ALL="+map[string]string{"en": "C.UTF-8", "de": "de_DE.UTF-8"}[lang]), c.stdin, c.args...)
		return got.stdout + got.stderr
	}
	var english string
	done := make(chan struct{})
	go func() {
		defer close(done)
		english = say("en")
	}()
	german := say("de")
	<-done
	if german == english && strings.TrimSpace(german) != "" && len(threes(german)) > 0 {
		f.add(c.name, []string{"nothing of it is German: " + strings.Join(c.args, " ")})
	}
	for _, name := range c.names {
		if name == "" {
			continue
		}
		english, german = strings.ReplaceAll(english, name, "|"), strings.ReplaceAll(german, name, "|")
	}
	f.add(c.name+": "+strings.Join(c.args, " "), englishIn(german, english))
}

// TestGermanHasNoEnglish runs every scenario and every command in both languages,
// and fails for each line of the German run that is English in whole or in part.
func TestGermanHasNoEnglish(t *testing.T) {
	t.Parallel()
	list, err := sandbox.List()
	if err != nil {
		t.Fatal(err)
	}
	found := &foreign{lines: map[string]string{}}
	t.Run("runs", func(t *testing.T) {
		for i, info := range list {
			if testing.Short() && i%6 != 0 {
				continue
			}
			t.Run(info.Name, func(t *testing.T) {
				t.Parallel()
				server := serve(t, info.Name)
				for _, c := range scenarioRuns(t, info.Name) {
					found.compare(t, func() *sandbox.Server { return server }, c)
				}
			})
		}
		t.Run("changes", func(t *testing.T) {
			t.Parallel()
			sideBySide(changeRuns(t), func(c spoken) {
				c.names = []string{"archive 2024", "archive 2025"}
				// A change needs the tenant as it was.
				found.compare(t, func() *sandbox.Server { return serveRenewal(t).server }, c)
			})
		})
		t.Run("tenants", func(t *testing.T) {
			t.Parallel()
			server := serve(t, "several-tenants")
			env := provider(t, "")
			for _, args := range [][]string{{"scan", "--all-profiles", "-v"}, {"scan", "--all-profiles", "--rules", "all"}, {"scan", "--list-rules"}} {
				found.compare(t, func() *sandbox.Server { return server }, spoken{name: "several-tenants", args: args, env: env})
			}
		})
		t.Run("commands", func(t *testing.T) {
			t.Parallel()
			compareCommands(t, found)
		})
		t.Run("errors", func(t *testing.T) {
			t.Parallel()
			sideBySide(errorRuns(t), func(c spoken) {
				found.compare(t, func() *sandbox.Server { return nil }, c)
			})
		})
	})
	for line, where := range found.lines {
		t.Errorf("%s\n\tin %s", line, where)
	}
}

// sideBySide does something with each of many runs that mostly wait.
func sideBySide(runs []spoken, do func(spoken)) {
	var all errgroup.Group
	all.SetLimit(16)
	for _, c := range runs {
		all.Go(func() error { do(c); return nil })
	}
	_ = all.Wait() // nothing returns an error
}

// givenNames are the names that a scenario gives, which stay as they are.
func givenNames(s *sandbox.Scenario) []string {
	var names []string
	for _, tenant := range s.Tenants {
		names = append(names, tenant.Name)
		for _, p := range tenant.Policies {
			names = append(names, p.Name)
		}
		for _, a := range tenant.Apps {
			names = append(names, a.Name)
			if a.Application == nil {
				continue // a service principal alone, such as a managed identity's
			}
			names = append(names, a.Application.Notes)
			for _, p := range a.Application.Passwords {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// scenarioRuns are the commands that are run in a scenario: diagnose by the
// readers that the scenario expects something of, list-secrets and scan.
func scenarioRuns(t *testing.T, name string) []spoken {
	t.Helper()
	s, err := sandbox.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	names := givenNames(s)
	var runs []spoken
	for _, e := range s.Expect {
		runs = append(runs, spoken{name: name, args: append([]string{"diagnose", "-v", "--timeout", "4s", "--reader", e.Reader}, e.Args...)})
	}
	for _, command := range []string{"list-secrets", "scan"} {
		runs = append(runs, spoken{name: name, args: []string{command, "-v", "--timeout", "4s"}})
	}
	for i := range runs {
		runs[i].names = names
	}
	return runs
}

// changeRuns change secrets, or are refused to.
func changeRuns(t *testing.T) []spoken {
	t.Helper()
	dir := t.TempDir()
	plan := filepath.Join(dir, "renewals.yaml")
	text := "applications: [{app: Invoice Archive, to: ['file:" + filepath.Join(dir, "d") + "']}, {app: Q7X, to: ['kubernetes:a/b#c']}]\n"
	if err := os.WriteFile(plan, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var runs []spoken
	for _, args := range [][]string{
		{"plan", "-f", plan},
		{"plan", "-f", filepath.Join(dir, "none")},
		{"apply", plan},
		{"apply"},
		{"renew-secret", "--dry-run", "--to", "file:" + filepath.Join(dir, "a")},
		{"renew-secret", "--to", "file:" + filepath.Join(dir, "b")},
		{"renew-secret", "--to", "env-file:" + filepath.Join(dir, "c") + ":SECRET"},
		{"renew-secret", "--to", "command:false"},
		{"renew-secret", "--to", "nowhere"},
		{"renew-secret", "--to", "file:/proc/none/x"},
		{"renew-secret", "--days", "9999", "--to", "stdout"},
		{"renew-secret", "--until", "2020-01-01", "--to", "stdout"},
		{"renew-secret", "--resume"},
		{"renew-secret", "--resume", "--days", "3"},
		{"renew-secret"},
		{"renew-secret", "--to", "stdout", "-o", "json", "--on", "moon"},
		{"renew-secret", "--to", "stdout", "--verify-for", "x"},
		{"renew-secret", "--to", "stdout", "--if-expiring-within", "1d"},
		{"renew-certificate", "--dry-run", "--to", "pem:" + filepath.Join(dir, "p.pem")},
		{"renew-certificate", "--to", "pem:" + filepath.Join(dir, "q.pem"), "-v"},
		{"renew-certificate", "--to", "pfx:" + filepath.Join(dir, "q.pfx"), "--on", "service-principal"},
		{"renew-certificate", "--to", "pem:/proc/none/x"},
		{"renew-certificate", "--to", "file:x"},
		{"renew-certificate", "--to", "pem:x", "--password-file", filepath.Join(dir, "none")},
		{"renew-certificate", "--to", "pem:" + filepath.Join(dir, "none.pem"), "--if-expiring-within", "1d"},
		{"renew-certificate", "--resume"},
		{"renew-certificate"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "invoices", "--dry-run"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "invoices", "-v"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "Invoices"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "invoices", "--audience", "api://other"},
		{"federate", "--issuer", "https://10.0.0.1", "--subject", "invoices"},
		{"federate", "--issuer", "x", "--subject", "invoices"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "a*"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "a", "--name", "a b"},
		{"federate", "--github", "contoso@1/sync@2:environment:production"},
		{"federate", "--github", "contoso/sync:ref:main"},
		{"federate", "--github", "contoso"},
		{"federate", "--kubernetes", "sync"},
		{"federate", "--kubernetes", "a/b", "--azure-pipelines", "a/b/c"},
		{"federate", "--azure-pipelines", "a/b"},
		{"federate", "--azure-pipelines", "a/b/c", "--issuer", "https://vstoken.dev.azure.com/x"},
		{"federate", "--azure-pipelines", "a/b/c", "--issuer", "https://login.microsoftonline.com/x/v2.0"},
		{"federate", "--from-token", filepath.Join(dir, "no-token")},
		{"federate"},
		{"remove-secret", "--expired", "--dry-run"},
		{"remove-secret", "--expired", "--yes"},
		{"remove-secret", "--expired"},
		{"remove-secret", "--key-id", "b1b1b1b1-0000-4000-8000-000000000001", "--yes"},
		{"remove-secret", "--key-id", "x"},
		{"remove-secret"},
	} {
		runs = append(runs, spoken{name: "renewal", args: args})
	}
	return runs
}

// errorRuns go wrong before anything is reached, or because nothing is.
func errorRuns(t *testing.T) []spoken {
	t.Helper()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const guid, other = "3f0d2f6e-0b8c-4a57-9c37-6d1f5a2b7e10", "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26"
	closed := []string{"AZURE_TENANT_ID=" + guid, "AZURE_CLIENT_ID=" + other, "AZURE_CLIENT_SECRET=xyz-a-real-Secret-1",
		"AZURE_AUTHORITY_HOST=https://127.0.0.1:1", "SPCHECK_GRAPH_ENDPOINT=https://127.0.0.1:1"}
	var runs []spoken
	add := func(env []string, lines ...string) {
		for _, line := range lines {
			runs = append(runs, spoken{name: "errors", args: strings.Fields(line), env: env})
		}
	}
	add(nil, "diagnose", "list-secrets", "list-secrets --sp X", "scan", "renew-secret --sp X --to stdout", "remove-secret --expired",
		"explain", "explain --file /nowhere/at/all", "explain 7000222", "explain 9999999", "explain nothing to see here",
		"diagnoze", "diagnose --nonsense", "diagnose --sp", "diagnose --sp=", "diagnose -o nonsense", "diagnose -o jsn", "diagnose --lang xx",
		"diagnose --client-secret abc", "diagnose --timeout soon", "diagnose --timeout 0s", "diagnose --within x", "diagnose --cloud mars",
		"diagnose --reader nobody", "diagnose --reader profile:none", "diagnose --profile none", "diagnose --config /nowhere/at/all.yaml",
		"diagnose --ca-file /nowhere/ca.pem", "diagnose --shell fish", "diagnose --fail-on no", "diagnose --authority-host http://x.example",
		"diagnose --authority-host https://x.example/path", "diagnose --tenant common --client-id x", "diagnose MailStoreSP", "diagnose scan",
		"diagnose --certificate /nowhere/cert.pem --federated-token-file /nowhere/token", "config check", "config show -o xml", "render", "render /nowhere/report.json",
		"scan --rules none", "scan --parallel 0", "scan --max-lifetime x", "scan --shard 9", "scan --baseline /nowhere/b.json", "scan --profile a --all-profiles",
		"exporter --interval x", "exporter --listen x", "sandbox --scenario none", "sandbox extra", "sandbox -- /nowhere/program", "version extra")
	add(closed, "diagnose --reader none --ca-file "+file("ca.pem", "no certificate"), "diagnose --client-secret-file /nowhere/secret", "diagnose --client-secret-file "+file("empty", ""),
		"diagnose --certificate "+file("c.pem", "no certificate"), "diagnose --certificate /nowhere/c.pem", "diagnose --federated-token-file /nowhere/t", "diagnose --federated-token-file "+file("t", "no token"),
		"diagnose --reader environment", "list-secrets --reader none")
	add(closed, "diagnose", "diagnose --reader azure-cli", "list-secrets", "list-secrets --reader self", "scan", "renew-secret --to stdout", "remove-secret --expired --yes", "diagnose --tenant nowhere")
	for name, text := range map[string]string{
		"unknown.yaml": "profils: {}\n", "twice.yaml": "profiles: {a: {tenant: b}}\nprofiles: {}\n", "literal.yaml": "profiles: {a: {clientSecret: abc}}\n",
		"kind.yaml": "profiles: [a]\n", "broken.yaml": "profiles: {a: \n", "exclude.yaml": "exclude: [{rule: expired}]\n", "tenant.yaml": "profiles: {a: {tenant: b c}}\n",
		"ref.yaml": "profiles: {a: {clientSecret: {env: A, file: B}}}\n",
	} {
		add(nil, "config check --config "+file(name, text))
	}
	runs = append(runs, spoken{name: "errors", args: []string{"explain", "-"}, stdin: "2026-01-01 ERROR AADSTS7000222: The provided client secret keys for app 'x' are expired. Trace ID: a\nAADSTS700016 and then AADSTS90002\n"})
	return runs
}
