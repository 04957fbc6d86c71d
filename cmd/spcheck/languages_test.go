package main

import (
	"fmt"
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
	// Of the help.
	"microsoft entra in", "model context protocol", "systemctl restart name", "run -c tools", "go run -c",
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
		got := inside(t, s, append(slices.Clone(c.env), "LC_ALL="+map[string]string{"en": "C.UTF-8", "de": "de_DE.UTF-8"}[lang]), c.stdin, c.args...)
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
			names = append(names, a.Application.Object.Notes)
			for _, p := range a.Application.Object.Passwords {
				names = append(names, p.Name)
			}
		}
	}
	return names
}
