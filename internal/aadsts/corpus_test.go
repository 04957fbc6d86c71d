package aadsts_test

import (
	"bufio"
	"encoding/json"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
)

// shared returns the path of a reference file, and skips the test if there is none.
func shared(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("SPCHECK_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skip("the reference is not at hand: ", err)
	}
	return path
}

type sample struct {
	ID       int      `json:"id"`
	Text     string   `json:"text"`
	Codes    []string `json:"codes"`
	Decisive string   `json:"decisive"`
	Cause    string   `json:"cause"`
}

func samples(t *testing.T) []sample {
	file, err := os.Open(shared(t, "corpus/aadsts-messages.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []sample
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// Real messages, with codes and causes from an expert, are recognised as they are and in the
// forms in which logs contain them.
func TestCorpus(t *testing.T) {
	for name, wrap := range wrappings() {
		t.Run(name, func(t *testing.T) {
			for _, s := range samples(t) {
				s.Text = wrap(s.Text)
				s.check(t)
			}
		})
	}
}

func (s *sample) check(t *testing.T) {
	t.Helper()
	matches, err := aadsts.FindString(s.Text)
	if err != nil {
		t.Fatalf("%d: %v", s.ID, err)
	}
	var codes []string
	decisive, caused := false, false
	for _, m := range matches {
		if m.FoundBy == aadsts.ByCode {
			codes = append(codes, m.Codes...)
		}
		decisive = decisive || m.Decisive == s.Decisive
		ids := m.IDs()
		caused = caused || slices.Contains(ids[:min(2, len(ids))], causes.ID(s.Cause))
	}
	want := slices.Sorted(slices.Values(s.Codes))
	slices.Sort(codes)
	if !slices.Equal(codes, want) {
		t.Errorf("%d: codes %v, want %v", s.ID, codes, want)
	}
	switch {
	case s.Cause == "none":
	case !caused:
		t.Errorf("%d: cause %s is not among the first two of %v", s.ID, s.Cause, matches[0].IDs())
	case s.Decisive == "" && len(matches) < 2:
		t.Errorf("%d: several errors became one", s.ID)
	case s.Decisive != "" && !decisive:
		t.Errorf("%d: decisive %s, want %s", s.ID, matches[0].Decisive, s.Decisive)
	}
}

// wrappings are the changes that programs make to a message.
func wrappings() map[string]func(string) string {
	quote := func(s string) string {
		data, _ := json.Marshal(s)
		return string(data)
	}
	return map[string]func(string) string{
		"as it is":        func(s string) string { return s },
		"json":            func(s string) string { return `{"message":` + quote(s) + `}` },
		"json in json":    func(s string) string { return `{"log":` + quote(`{"message":`+quote(s)+`}`) + `}` },
		"json three deep": func(s string) string { return quote(quote(quote(s))) },
		"form encoded":    func(s string) string { return "error_description=" + url.QueryEscape(s) },
		"path encoded":    func(s string) string { return "x?d=" + url.PathEscape(s) },
		"html":            func(s string) string { return "<p>" + html.EscapeString(s) + "</p>" },
		"html in json":    func(s string) string { return quote("<p>" + html.EscapeString(s) + "</p>") },
		"windows lines":   func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"indented":        func(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") },
		"framed":          func(s string) string { return "╷\n│ " + strings.ReplaceAll(s, "\n", "\n│ ") + "\n╵" },
		"dated": func(s string) string {
			const date = "2026-05-01T06:00:00.1234567Z "
			return date + strings.ReplaceAll(s, "\n", "\n"+date)
		},
		"journald": func(s string) string {
			const prefix = "Nov 26 00:01:02 mail01 sync[4711]: "
			return prefix + strings.ReplaceAll(s, "\n", "\n"+prefix)
		},
		"wrapped at 37":           func(s string) string { return hardWrap(s, 37, "") },
		"wrapped at 60":           func(s string) string { return hardWrap(s, 60, "") },
		"wrapped at 79, indented": func(s string) string { return hardWrap(s, 79, "   ") },
		"wrapped at 100, framed":  func(s string) string { return hardWrap(s, 100, "│ ") },
	}
}

// hardWrap breaks lines at a fixed width, inside words, as consoles do.
func hardWrap(s string, width int, indent string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		for runes := []rune(line); ; runes = runes[width:] {
			if len(runes) <= width {
				b.WriteString(indent + string(runes) + "\n")
				break
			}
			b.WriteString(indent + string(runes[:width]) + "\n")
		}
	}
	return b.String()
}
