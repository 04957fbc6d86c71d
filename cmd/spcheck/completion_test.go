package main

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// offered are the words that the program offers a shell.
func offered(got ran) []string {
	var words []string
	for line := range strings.Lines(got.stdout) {
		if word, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t"); !strings.HasPrefix(word, ":") {
			words = append(words, word)
		}
	}
	return words
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config.yaml")
	writeFile(t, config, "defaultProfile: gone\nprofiles:\n  archive: {}\n  batch: {}\n")
	for name, c := range map[string]struct {
		args    []string
		want    []string // all of these, and nothing that starts otherwise
		refused []string
	}{
		"commands":     {[]string{"rene"}, []string{"renew-secret"}, nil},
		"no docs":      {[]string{""}, []string{"diagnose", "completion"}, []string{"docs"}},
		"profiles":     {[]string{"diagnose", "--config", config, "--profile", ""}, []string{"archive", "batch"}, nil},
		"readers":      {[]string{"diagnose", "--config", config, "--reader", ""}, []string{"profile:archive", "azure-cli"}, []string{"profile:NAME"}},
		"scenarios":    {[]string{"sandbox", "--scenario", "mail"}, []string{"mailstore"}, nil},
		"formats":      {[]string{"explain", "-o", ""}, []string{"text", "json"}, []string{"ics"}},
		"formats of":   {[]string{"list-secrets", "-o", ""}, []string{"text", "json"}, []string{"ndjson"}},
		"closed words": {[]string{"diagnose", "--fail-on", ""}, []string{"warning", "critical", "never"}, nil},
		"codes":        {[]string{"explain", "70002"}, []string{"7000222", "7000215"}, []string{"50012"}},
		"no codes yet": {[]string{"explain", ""}, nil, []string{"7000222"}},
		"rules":        {[]string{"scan", "--rules", "default,un"}, []string{"default,unused"}, []string{"unused"}},
		"targets":      {[]string{"renew-secret", "--to", ""}, []string{"file:", "env-file:", "stdout"}, []string{"file:PATH"}},
		"free words":   {[]string{"diagnose", "--client-id", ""}, nil, []string{"diagnose"}},
	} {
		words := offered(spcheck(t, nil, nil, append([]string{"__complete"}, c.args...)...))
		for _, w := range c.want {
			if !slices.Contains(words, w) {
				t.Errorf("%s: %q is not among %q", name, w, words)
			}
		}
		for _, w := range c.refused {
			if slices.Contains(words, w) {
				t.Errorf("%s: %q is among them", name, w)
			}
		}
	}
}

// patiently asks again where nothing is offered: names are given up after two
// seconds, which a busy machine may need.
func patiently(ask func() ran) ran {
	for range 9 {
		if got := ask(); len(offered(got)) > 0 {
			return got
		}
	}
	return ask()
}

// The names come from the tenant itself; one that a shell would take for more
// than words is offered by its ID.
func TestCompletionOfPrincipals(t *testing.T) {
	t.Parallel()
	server := serve(t, clientsTenant(t))
	got := patiently(func() ran { return spcheck(t, server, nil, "__complete", "list-secrets", "--sp", "") })
	words := offered(got)
	if !slices.Contains(words, "Ledger Export") || slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, "'&") }) {
		t.Errorf("offered %q", words)
	}
	if !strings.Contains(got.stdout, "\tO'Dowd") {
		t.Errorf("the quoted name is not described:\n%s", got.stdout)
	}
	got = patiently(func() ran { return spcheck(t, server, nil, "__complete", "diagnose", "--sp", "Led") })
	if words := offered(got); !slices.Equal(words, []string{"Ledger Export"}) {
		t.Errorf("offered %q", words)
	}
}

// What is given instead of an ID is offered no more than a name is, and no
// name makes a candidate of its own.
func TestCompletionOfHostilePrincipals(t *testing.T) {
	t.Parallel()
	place := newFront(t, serve(t, "mailstore"), editingJSON(isList, func(_ *http.Request, body map[string]any) {
		body["value"] = []any{
			map[string]any{"id": "1", "appId": "$(id)", "displayName": "Plain Name"},
			map[string]any{"id": "2", "appId": "$(id)", "displayName": "`id`"},
			map[string]any{"id": "3", "appId": "7b7f1c52-0d3e-4d5a-9c1e-2f3a4b5c6d7e\nextra\tword", "displayName": "Other Name"},
			map[string]any{"id": "4", "appId": "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26", "displayName": "a\nextra\x1b[2J\u2028\u202e"},
		}
	}))
	got := patiently(func() ran {
		return spcheckAt(t, place, "__complete", "list-secrets", "--reader", "environment", "--sp", "")
	})
	if words := offered(got); !slices.Equal(words, []string{"Plain Name", "Other Name", "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26"}) {
		t.Errorf("offered %q", words)
	}
	holdHarmless(t, "completion", got.stdout)
}

// Pressing Tab asks nobody: no person, no program that gives a secret, no
// standard input.
func TestCompletionAsksNobody(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	dir := t.TempDir()
	for name, args := range map[string][]string{
		"device code":    {"--reader", "device-code"},
		"browser":        {"--reader", "browser"},
		"standard input": {"--reader", "self", "--client-secret-file", "-"},
		"command":        {"--reader", "profile:asking", "--config", filepath.Join(dir, "config.yaml")},
	} {
		writeFile(t, filepath.Join(dir, "config.yaml"), "profiles:\n  asking:\n    clientId: 8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26\n    clientSecret: {command: [touch, "+filepath.Join(dir, "asked")+"]}\n")
		got := spcheckIn(t, server, nil, "typed ahead", append(append([]string{"__complete", "list-secrets"}, args...), "--sp", "")...)
		if words := offered(got); len(words) > 0 {
			t.Errorf("%s: offered %q", name, words)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "asked")); len(files) > 0 {
		t.Error("the program that gives the secret was run")
	}
}

// in runs a program with the sandbox's settings and spcheck in its path.
func in(t *testing.T, server *sandbox.Server, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s here", name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = environOf(t, server, nil)
	for i, v := range cmd.Env {
		if path, ok := strings.CutPrefix(v, "PATH="); ok {
			cmd.Env[i] = "PATH=" + filepath.Dir(binary) + string(filepath.ListSeparator) + path
		}
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// Bash itself completes a name with a blank, and what it inserts is one word.
func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	// What the package bash-completion brings along, in short.
	script := `_get_comp_words_by_ref() { cur=${COMP_WORDS[COMP_CWORD]}; prev=${COMP_WORDS[COMP_CWORD-1]}; words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
eval "$(spcheck completion bash)"
COMP_WORDS=(spcheck list-secrets --sp Led) COMP_CWORD=3 COMP_LINE="spcheck list-secrets --sp Led" COMP_POINT=29 COMP_TYPE=9
__start_spcheck
printf '%s\n' "${COMPREPLY[@]}"`
	server := serve(t, clientsTenant(t))
	got := patiently(func() ran { return ran{stdout: strings.TrimSpace(in(t, server, "bash", "--norc", "-c", script))} }).stdout
	if got != `Ledger\ Export` {
		t.Errorf("completed to %q", got)
	}
}

// Fish asks its own engine, which names each word with what it is.
func TestCompletionInFish(t *testing.T) {
	t.Parallel()
	server := serve(t, clientsTenant(t))
	for line, want := range map[string]string{
		"spcheck list-secrets --sp Led":       "Ledger Export\t",
		"spcheck explain -o ma":               "markdown\n",
		"spcheck diagnose --output=js":        "--output=json\n",
		"spcheck sandbox --scenario supersed": "superseded-secret\tAn older, expired secret is configured, although a newer one is valid\n",
		"spcheck diagnose --tena":             "--tenant\ttenant: a GUID or a verified domain [AZURE_TENANT_ID]\n",
	} {
		got := patiently(func() ran {
			return ran{stdout: in(t, server, "fish", "--no-config", "-c", "spcheck completion fish | source; complete -C '"+line+"'")}
		}).stdout
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// Zsh completes on a terminal only, so it is given one, and Tab is pressed.
func TestCompletionInZsh(t *testing.T) {
	t.Parallel()
	server := serve(t, clientsTenant(t))
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "_spcheck"), spcheck(t, nil, nil, "completion", "zsh").stdout)
	for line, want := range map[string]string{
		"spcheck list-secrets --sp Led":       `--sp Ledger\ Export`,
		"spcheck sandbox --scenario supersed": "--scenario superseded-secret",
		"spcheck diagnose --output=jso":       "--output=json",
	} {
		script := `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT=; fpath=(` + dir + ` \$fpath); autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word"
zpty -w z 'print READY-$((1+1))'
zpty -r z out '*READY-2*'
zpty -n -w z "$1"
all=
for press in {1..40}; do
  zpty -n -w z $'\t'
  for wait in {1..60}; do
    while zpty -r -t z out; do all+=$out; done
    [[ $all == *"$2"* ]] && { print -r -- completed; exit 0 }
    sleep 0.1
  done
done`
		if got := in(t, server, "zsh", "-f", "-c", script, "zsh", line, want); !strings.Contains(got, "completed") {
			t.Errorf("%s: not completed to %s", line, want)
		}
	}
}

func TestPlainWords(t *testing.T) {
	for name, want := range map[string]bool{
		"MailStoreSP": true, "Ledger Export": true, "Übergabe_2.1-b": true,
		"": false, "-rf": false, "$(id)": false, "a`id`": false, "a;b": false, "a\nb": false, " a": false, "~root": false, "a*": false, "!x": false,
	} {
		if plainWords(name) != want {
			t.Errorf("plainWords(%q) is %v", name, !want)
		}
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
