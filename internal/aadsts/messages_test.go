package aadsts_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
)

type wanted struct {
	Decisive    string    `yaml:"decisive"`
	Codes       []string  `yaml:"codes"`
	By          string    `yaml:"by"`
	Cause       causes.ID `yaml:"cause"`
	First       causes.ID `yaml:"first"`
	App         string    `yaml:"app"`
	Tenant      string    `yaml:"tenant"`
	Trace       string    `yaml:"trace"`
	Correlation string    `yaml:"correlation"`
	Time        string    `yaml:"time"`
	Thumbprint  string    `yaml:"thumbprint"`
	Resource    string    `yaml:"resource"`
	Issuer      string    `yaml:"issuer"`
	Subject     string    `yaml:"subject"`
	Audience    string    `yaml:"audience"`
	Place       string    `yaml:"place"` // words about where the product has its credential
	Line        int       `yaml:"line"`
	Count       int       `yaml:"count"`
	Notes       int       `yaml:"notes"`
}

func TestMessages(t *testing.T) {
	for _, name := range []string{"messages.yaml", "products.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var cases []message
		if err := yaml.UnmarshalWithOptions(data, &cases, yaml.Strict()); err != nil {
			t.Fatal(name, err)
		}
		testMessages(t, cases)
	}
}

type message struct {
	Name string   `yaml:"name"`
	Text string   `yaml:"text"`
	Want []wanted `yaml:"want"`
}

func testMessages(t *testing.T, cases []message) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			got, err := aadsts.FindString(c.Text)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.Want) {
				for _, m := range got {
					t.Logf("%s %v %q", m.FoundBy, m.Codes, m.Excerpt)
				}
				t.Fatalf("%d matches, want %d", len(got), len(c.Want))
			}
			for i := range got {
				c.Want[i].compare(t, &got[i])
			}
		})
	}
}

func (w *wanted) compare(t *testing.T, m *aadsts.Match) {
	t.Helper()
	when := ""
	if m.Timestamp != nil {
		when = m.Timestamp.Format(time.RFC3339)
	}
	for _, f := range []struct{ name, got, want string }{
		{"decisive", m.Decisive, w.Decisive}, {"found by", string(m.FoundBy), w.By},
		{"app", m.AppID, w.App}, {"tenant", m.Tenant, w.Tenant},
		{"trace", m.TraceID, w.Trace}, {"correlation", m.CorrelationID, w.Correlation}, {"time", when, w.Time},
		{"thumbprint", m.Details.Thumbprint, w.Thumbprint}, {"resource", m.Details.Resource, w.Resource},
		{"issuer", m.Details.Issuer, w.Issuer}, {"subject", m.Details.Subject, w.Subject}, {"audience", m.Details.Audience, w.Audience},
	} {
		if f.want == "none" && f.got != "" || f.want != "" && f.want != "none" && f.got != f.want {
			t.Errorf("%s: %s is %q, want %q", w.Decisive, f.name, f.got, f.want)
		}
	}
	if w.Codes != nil && !slices.Equal(m.Codes, w.Codes) {
		t.Errorf("codes %v, want %v", m.Codes, w.Codes)
	}
	if w.Place != "" && !slices.ContainsFunc(m.Places(), func(p msg.Text) bool { return strings.Contains(p.String(), w.Place) }) {
		t.Errorf("%s: the credential is at %q, want %q", w.Decisive, m.Places(), w.Place)
	}
	ids := m.IDs()
	if w.First != "" && (len(ids) == 0 || ids[0] != w.First) {
		t.Errorf("%s: causes %v, want %s first", w.Decisive, ids, w.First)
	}
	if w.Cause != "" && !slices.Contains(ids[:min(2, len(ids))], w.Cause) {
		t.Errorf("%s: causes %v, want %s among the first two", w.Decisive, ids, w.Cause)
	}
	for _, n := range []struct {
		name      string
		got, want int
	}{{"line", m.Line, w.Line}, {"count", m.Count, w.Count}, {"notes", len(m.Notes), w.Notes}} {
		if n.want != 0 && n.got != n.want {
			t.Errorf("%s: %s is %d, want %d", w.Decisive, n.name, n.got, n.want)
		}
	}
}
