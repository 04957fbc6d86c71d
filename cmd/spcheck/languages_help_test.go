package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v2"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/sandbox"
)

// helpIn is an app whose help is in a language, and the buffer that it is printed to.
func helpIn(lang string) (*app, *bytes.Buffer) {
	var out bytes.Buffer
	none := func(string) (string, bool) { return "", false }
	return &app{in: strings.NewReader(""), out: &out, err: &out, env: none, args: []string{"--lang", lang}}, &out
}

// helpTexts are the paragraphs that the help of a command and of its subcommands
// consists of, as the source has them.
func helpTexts(cmd *cobra.Command) []string {
	texts := append(strings.Split(strings.TrimSpace(cmd.Long), "\n\n"), cmd.Short)
	for _, g := range cmd.Groups() {
		texts = append(texts, g.Title)
	}
	for _, line := range usual(cmd.Name()) {
		texts = append(texts, line[1])
	}
	cmd.InitDefaultHelpFlag()
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "version" {
			texts = append(append(texts, f.Usage), f.Annotations[flagDefault]...)
		}
	})
	for _, sub := range cmd.Commands() {
		texts = append(texts, helpTexts(sub)...)
	}
	return slices.DeleteFunc(texts, func(s string) bool {
		code := strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "#### ") // of cobra's own pages
		return s == "" || code || strings.HasPrefix(s, "  ") && !hasPhrases(s)
	})
}

// hasPhrases reports whether a table has more than single words and names.
func hasPhrases(table string) bool {
	return slices.ContainsFunc(strings.Split(table, "\n"), func(line string) bool {
		return slices.ContainsFunc(wordRuns(line), func(words []string) bool { return len(words) > 1 })
	})
}

// Every text of the help has a translation, and no translation is left over.
func TestTheHelpIsTranslated(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../internal/msg/translations/de/help.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		EN string `yaml:"en"`
	}
	if err := yaml.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	a, _ := helpIn("de")
	texts := append(helpTexts(newRootCommand(a)), "Usage:", "Examples:", "Commands:", "[flags]", "COMMAND", "show this help", "print the version",
		topicsTitle, ownFlags, connectionFlags, outputFlags)
	scenarios, err := sandbox.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		texts = append(texts, s.Title)
	}
	for _, e := range entries {
		if !slices.Contains(texts, e.EN) {
			t.Errorf("no help has this text any more; remove it from help.yaml or correct its English: %q", e.EN)
		}
	}
	slices.Sort(texts)
	for _, text := range slices.Compact(texts) {
		if msg.FromData(text).In("de") == text {
			t.Errorf("add to internal/msg/translations/de/help.yaml:\n%s", pasted(text))
		}
	}
}

// pasted is an entry for a translation file that lacks its German.
func pasted(english string) string {
	if !strings.Contains(english, "\n") {
		return "- en: " + strconv.Quote(english) + "\n  de: \"\""
	}
	return "- en: |2-\n    " + strings.ReplaceAll(english, "\n", "\n    ") + "\n  de: |2-\n    "
}

// whereCommand hides the name of the command that is an English word too.
var whereCommand = strings.NewReplacer("where ", "| ")

// The help of each command and topic has no English sentence in German.
func TestTheGermanHelpHasNoEnglish(t *testing.T) {
	t.Parallel()
	english := helpPages("en")
	for name, german := range helpPages("de") {
		for _, line := range englishIn(whereCommand.Replace(german), english[name]) {
			t.Errorf("%s: %s", name, line)
		}
	}
}

// In every language the help fits 80 columns, apart from command lines and addresses, and
// loses no word when its lines are broken.
func TestTheHelpFitsEightyColumns(t *testing.T) {
	t.Parallel()
	for _, lang := range msg.Languages() {
		for name, page := range helpPages(lang) {
			for line := range strings.Lines(page) {
				command := strings.HasPrefix(line, "  spcheck ") || strings.HasPrefix(line, "\t") || strings.Contains(line, "https://")
				if n := columnsOf(strings.TrimSuffix(line, "\n")); n > helpWidth && !command {
					t.Errorf("%s, %s: %d columns: %s", lang, name, n, line)
				}
			}
		}
	}
	a, _ := helpIn("de")
	a.language = "de"
	for _, cmd := range newRootCommand(a).Commands() {
		for _, width := range []int{narrowHelp, helpWidth, 200} {
			if long := a.say(cmd.Long); !slices.Equal(strings.Fields(laidOut(long, width)), strings.Fields(long)) {
				t.Errorf("%s at %d columns:\n%s", cmd.Name(), width, laidOut(long, width))
			}
		}
	}
}

// Lists, tables and code stay what they are when lines are broken.
func TestHelpIsLaidOut(t *testing.T) {
	t.Parallel()
	const text = "One sentence that is\nbroken anew.\n\n  a     the first row,\n        which goes on\n  bb    the second row\n\nCode:\n\n\tspcheck  completion bash\n\n  x y\n          an explanation that stands\n          below"
	const want = "One sentence that is broken anew.\n\n  a     the first row, which goes\n        on\n  bb    the second row\n\nCode:\n\n\tspcheck  completion bash\n\n  x y\n          an explanation that\n          stands below"
	if got := laidOut(text, 33); got != want {
		t.Errorf("%s\ninstead of\n%s", got, want)
	}
}

// The names of flags' values are ASCII in every language: pflag counts their bytes for the
// width of its columns.
func TestValueNamesOfFlagsAreASCII(t *testing.T) {
	t.Parallel()
	for _, lang := range msg.Languages() {
		a, _ := helpIn(lang)
		a.language = lang
		var walk func(*cobra.Command)
		walk = func(cmd *cobra.Command) {
			cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
				name, _ := pflag.UnquoteUsage(&pflag.Flag{Usage: a.usage(f), Value: noValue{}})
				if strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
					t.Errorf("%s: the value of --%s of %s is called %s", lang, f.Name, cmd.CommandPath(), name)
				}
			})
			for _, sub := range cmd.Commands() {
				walk(sub)
			}
		}
		walk(newRootCommand(a))
	}
}

// The help is in the language of the flag, the profile or the environment.
func TestTheHelpIsInTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte("defaultProfile: a\nprofiles: {a: {lang: de}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for line, lang := range map[string]string{
		"diagnose --help --lang de": "LANG=C", "help diagnose --lang=de": "LANG=C", "--lang de diagnose -h": "LANG=en_GB.UTF-8",
		"diagnose --help": "LC_ALL=de_AT.UTF-8", "help exit-codes": "LANG=de_DE", "sandbox --help": "SPCHECK_CONFIG=" + config,
		"diagnose --help --config " + config: "LANG=C", "help": "SPCHECK_CONFIG=" + config,
	} {
		a, out := helpIn("en")
		name, value, _ := strings.Cut(lang, "=")
		a.env = func(n string) (string, bool) { return map[string]string{name: value}[n], n == name }
		if code := a.run(t.Context(), strings.Fields(line)); code != 0 || len(englishIn(whereCommand.Replace(out.String()), "")) > 0 {
			t.Errorf("%s with %s: exit code %d\n%s", line, lang, code, out)
		}
	}
}

// helpPages is the help of each command and topic in a language, by its path.
func helpPages(lang string) map[string]string {
	pages := map[string]string{}
	a, out := helpIn(lang)
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		out.Reset()
		_ = cmd.Help()
		pages[cmd.CommandPath()] = out.String()
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRootCommand(a))
	return pages
}
