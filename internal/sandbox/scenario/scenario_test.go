package scenario_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/sandbox/scenario"
	"github.com/spcheck/spcheck/internal/secrets"
)

var instant = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// withSecret returns a scenario with this client secret.
const withSecret = `
title: t
tenants:
  - domains: [t.example]
    apps:
      - name: a
        application:
          passwords:
            - {as: made, generate: current}
            - {as: old, generate: previous, start: 2024-02-29, end: none}
            - {as: given, secret: "p4$$word"}
client:
  secret:
`

func build(t *testing.T, text string) *scenario.Built {
	t.Helper()
	s, err := scenario.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Build(instant)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDamage(t *testing.T) {
	made := *build(t, withSecret+"    of: made\n").Client.Secret
	if !secrets.ValidChecksum(made) {
		t.Fatal("a made secret has a wrong checksum")
	}
	given := func(damage string) string { return "    of: given\n    damage: [" + damage + "]\n" }
	for _, c := range []struct{ client, want string }{
		{given(`{append: "\n"}`), "p4$$word\n"},
		{given(`{prepend: " "}`), " p4$$word"},
		{given(`{wrap: "{}"}`), "{p4$$word}"},
		{given(`{wrap: "“”"}`), "“p4$$word”"},
		{given(`{drop: 1}`), "4$$word"},
		{given(`{drop: -1}`), "p4$$wor"},
		{given(`{alter: 2}`), "px$$word"},
		{given(`{remove: "$"}`), "p4$word"},
		{given(`{mask: 3}`), "p4$*****"},
		{given(`{percentEncode: true}`), "p4%24%24word"},
		{given(`{base64: true}, {append: "\r\n"}`), "cDQkJHdvcmQ=\r\n"},
		{"    text: ''\n", ""},
		{"    text: 'as it is '\n", "as it is "},
	} {
		if got := *build(t, withSecret+c.client).Client.Secret; got != c.want {
			t.Errorf("%s: got %q", c.client, got)
		}
	}
	if encoded := *build(t, withSecret+"    of: made\n    damage: [{percentEncode: true}]\n").Client.Secret; !strings.Contains(encoded, "8Q%7E") {
		t.Error("the tilde of a made secret is not encoded")
	}
}

func TestTimesAndHints(t *testing.T) {
	app := build(t, withSecret+"    of: made\n").World.Tenants[0].Applications[0]
	made, old, given := app.Passwords[0], app.Passwords[1], app.Passwords[2]
	if made.Hint != made.Secret[:3] || given.Hint != "" {
		t.Errorf("hints %q and %q", made.Hint, given.Hint)
	}
	if want := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC); !old.Start.Equal(want) || old.End != nil {
		t.Errorf("from %v to %v", old.Start, old.End)
	}
}

// An expiry date in whole days must not be at the edge of a day, or diagnose and
// list-secrets, which run at different moments, could report different days left.
func TestDaysLeftAreThoseWritten(t *testing.T) {
	for written, days := range map[string]int{"-1d": -1, "+12d": 12, "-2w": -14} {
		text := strings.Replace(withSecret, "end: none", "end: "+written, 1)
		end := build(t, text+"    of: made\n").World.Tenants[0].Applications[0].Passwords[1].End
		for _, later := range []time.Duration{0, time.Second, 20 * time.Minute} {
			if left := int(math.Floor(end.Sub(instant.Add(later)).Hours() / 24)); left != days {
				t.Errorf("end %s: %d days left after %s", written, left, later)
			}
		}
	}
}

// TestBuildIsTheSameInEveryRun allows comparing reports of scenarios.
func TestBuildIsTheSameInEveryRun(t *testing.T) {
	one, two := build(t, withSecret+"    of: made\n"), build(t, withSecret+"    of: made\n")
	if diff := cmp.Diff(one.World.Tenants, two.World.Tenants); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesAreErrorsWithTheirPlace(t *testing.T) {
	head := "title: t\ntenants:\n  - domains: [t.example]\n    apps:\n      - name: a\n"
	for _, c := range []struct{ text, want string }{
		{"title: t\ntenant: x\n", "[2:1]"},
		{head + "        only: nothing\n", "only must be"},
		{head + "        application: {passwords: [{start: yesterday}]}\n", "yesterday"},
		{head + "        application: {passwords: [{start: +9999999999999d}]}\n", "too long"},
		{"tenants: [{domains: [t.example]}]\n", "title is missing"},
		{"title: t\n", "tenants is missing"},
		{head + "clockOffset: soon\n", "soon"},
		{head + "faults: [{at: moon, kind: reset}]\n", "moon"},
		{head + "client: {secret: {of: x, damage: [{drop: 1, alter: 1}]}}\n", "exactly one"},
		{head + "client: {secret: {of: x}, certificate: {of: y}}\n", "give only one of"},
		{"title: [\n", "test"},
	} {
		_, err := scenario.Parse("test", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ client, want string }{
		{"    of: nowhere\n", "nowhere"},
		{"    of: given\n    damage: [{drop: 99}]\n", "no character 99"},
		{"    generate: future\n", "formats are"},
	} {
		s, err := scenario.Parse("test", []byte(withSecret+c.client))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Build(instant); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.client, err, c.want)
		}
	}
}

// TestErrorsShowNoSource checks that errors in users' files do not quote secrets.
func TestErrorsShowNoSource(t *testing.T) {
	_, err := scenario.Parse("test", []byte("title: t\ntenants:\n  - domains: [t.example]\n    apps:\n      - name: a\n        application: {passwords: [{secret: do-not-show, sart: now}]}\n"))
	if err == nil || strings.Contains(err.Error(), "do-not-show") {
		t.Errorf("got %v", err)
	}
}

func TestLoadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(path, []byte(withSecret+"    of: made\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Load(path)
	if err != nil || s.Name != "mine" {
		t.Errorf("got %v %v", s, err)
	}
	for _, name := range []string{"nowhere", path + ".not", filepath.Dir(path)} {
		if _, err := scenario.Load(name); err == nil {
			t.Errorf("%s was loaded", name)
		}
	}
}

// FuzzParse looks for files that crash the parser.
func FuzzParse(f *testing.F) {
	f.Add([]byte(withSecret + "    of: made\n"))
	f.Add([]byte("title: t\ntenants: [{domains: [x], users: 3}]\nclient: {secret: {text: a, damage: [{mask: 1}]}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := scenario.Parse("fuzz", data)
		if err == nil && len(s.Tenants) < 3 && len(data) < 2000 {
			for i := range s.Tenants {
				s.Tenants[i].Users, s.Tenants[i].Groups = new(int), new(int)
			}
			_, _ = s.Build(instant)
		}
	})
}

// An invalid lifetime must not make a policy without a limit.
func TestLifetimesOfPolicies(t *testing.T) {
	const file = "title: t\ntenants:\n  - domains: [a.example]\n    policy: {%s}\n"
	for text, good := range map[string]bool{
		"maxLifetime: P180D": true, "maxLifetime: P4DT12H30M5S": true, "certificateLifetime: PT12H": true,
		"maxLifetime: nonsense": false, "maxLifetime: P3M": false, "maxLifetime: P1Y": false, "maxLifetime: P": false, "maxLifetime: P1DT": false,
		"maxLifetime: -P90D": false, "maxLifetime: 90": false, "certificateLifetime: soon": false,
	} {
		_, err := scenario.Parse("t", fmt.Appendf(nil, file, text))
		if good != (err == nil) || !good && !strings.Contains(err.Error(), "such as P180D") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A misspelt restriction must not be ignored.
func TestUnknownRestrictions(t *testing.T) {
	for _, policy := range []string{"policy: {maxLifetme: P90D}", "policies: [{name: x, noPassword: true}]", "policies: [{name: x, maxLifetime: 90d}]", "policies: [{maxLifetime: P90D}]"} {
		if _, err := scenario.Parse("t", []byte("title: t\ntenants:\n  - domains: [a.example]\n    "+policy+"\n")); err == nil {
			t.Errorf("%s passes", policy)
		}
	}
}

func TestDeltaOfATenant(t *testing.T) {
	const file = "title: t\ntenants:\n  - domains: [a.example]\n    apps: [{name: a}]\n    delta: {%s}\n"
	for text, want := range map[string]string{
		"lifetime: 1h, expired: too-old, page: 5, minimal: true, misses: [passwordCredentials], repeats: true, contradicts: true, emptyPages: 2, tombstones: true": "",
		"links: 'https://evil.example'":      "",
		"lifetime: -1h":                      "negative",
		"lifetime: P7D":                      "not a duration",
		"expired: later":                     "gone, required, no-state, too-old",
		"page: 1000":                         "1 to 999",
		"emptyPages: 51":                     "up to 50",
		"misses: [passwordCredential]":       "passwordCredentials",
		"links: 'http://evil.example'":       "not an origin",
		"links: 'https://evil.example/v1.0'": "not an origin",
		"tokens: 3":                          "unknown field",
	} {
		s, err := scenario.Parse("t", fmt.Appendf(nil, file, text))
		if (want == "") != (err == nil) || want != "" && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
		if err == nil && !strings.HasPrefix(text, "links") {
			built, err := s.Build(instant)
			if err != nil {
				t.Fatal(err)
			}
			if d := built.World.Tenants[0].Delta; d.Lifetime != time.Hour || d.Expired != "too-old" || d.Page != 5 || !d.Minimal || len(d.Misses) != 1 || !d.Repeats || !d.Contradicts || d.EmptyPages != 2 || !d.Tombstones {
				t.Errorf("the tenant has %+v", d)
			}
		}
	}
}
