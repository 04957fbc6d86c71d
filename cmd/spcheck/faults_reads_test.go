package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/result"
)

// scanKept scans twice with a state: what a bad answer left in it must not make the
// second report better than a scan that reads everything.
func (p *faultPlace) scanKept(t *testing.T, row faultRow) {
	t.Helper()
	state := filepath.Join(t.TempDir(), "state")
	for range 2 {
		p.scan(t, row, "--state", state)
	}
}

// scanTelling checks that a scan that could not read the tenant tells people so, and
// that its report is written whole.
func (p *faultPlace) scanTelling(t *testing.T, row faultRow) {
	t.Helper()
	sent := make(chan string, 8)
	hook := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		sent <- string(body)
	}))
	hook.Config.ErrorLog = log.New(io.Discard, "", 0)
	hook.StartTLS()
	defer hook.Close()
	defer hook.CloseClientConnections()
	told := p.with(map[string]string{"HOOK": hook.URL + "/hooks/of-a-test", "NO_PROXY": "127.0.0.1"})
	if ca, ok := p.env["SPCHECK_CA_FILE"]; ok {
		trusted, err := os.ReadFile(ca)
		if err != nil {
			t.Fatal(err)
		}
		told.env["SPCHECK_CA_FILE"] = filepath.Join(t.TempDir(), "both.pem")
		putFile(t, told.env["SPCHECK_CA_FILE"], string(trusted)+pemOf(hook.Certificate()))
	}
	last := filepath.Join(t.TempDir(), "last.json")
	args := []string{"scan", "--reader", "environment", "--baseline", last, "--output-file", last, "--notify", "env:HOOK", "-o", "json"}
	got, took := told.run(t, row.deadline(), args...)
	if took > row.deadline()+faultGrace {
		t.Errorf("scan --notify took %s", took)
	}
	data, err := os.ReadFile(last)
	if err != nil {
		t.Fatalf("scan --notify left no report: %v\n%s", err, got.stderr)
	}
	var s result.Scan
	if err := json.Unmarshal(data, &s); err != nil || s.Notification == nil || s.ExitCode != got.code {
		t.Fatalf("scan --notify: exit code %d, %v\n%s%s", got.code, err, data, got.stderr)
	}
	holdTold(t, row, &s, sent)
}

func holdTold(t *testing.T, row faultRow, s *result.Scan, sent <-chan string) {
	t.Helper()
	whole := len(s.Tenants) == 1 && s.Tenants[0].Error.IsZero() && !s.Partial
	switch {
	case !row.harmless && (whole || s.ExitCode == 0 || s.ExitCode == 1):
		t.Errorf("scan --notify: nothing is said of the fault\n%+v", s.Header)
	case s.Notification.Status == result.NothingNew:
		t.Errorf("scan --notify: the tenant was unread, or has findings, and nobody was told\n%+v", s.Tenants)
	case s.Notification.Status == result.NotificationSent && len(sent) == 0:
		t.Error("scan --notify: it was sent, the report says, and nothing arrived")
	case s.Notification.Status == result.NotificationSent && !whole:
		if text := <-sent; !strings.Contains(text, "could not be read") && !strings.Contains(text, "no longer be read") {
			t.Errorf("scan --notify: the message says nothing of the unread tenant\n%s", text)
		}
	}
}

// incident checks that a history whose sources could not be read is no quiet one.
func (p *faultPlace) incident(t *testing.T, row faultRow) {
	t.Helper()
	got := p.try(t, row, "incident", "scan", "--incident", "Dock Planner", "--reader", "environment")
	var n result.Incident
	if err := json.Unmarshal([]byte(got.stdout), &n); err != nil {
		t.Fatal(err)
	}
	unread := slices.ContainsFunc(n.Sources, func(s result.IncidentSource) bool { return s.Status == "partial" || s.Status == "unreadable" })
	if got.code == 0 && (unread || len(n.Histories) != 1) {
		t.Errorf("scan --incident: exit code 0 with %d histories\n%s", len(n.Histories), got.stdout)
	}
}

// where checks that what lies on this machine is found whatever becomes of the
// requests, and that its status is then unknown.
func (p *faultPlace) where(t *testing.T, row faultRow) {
	t.Helper()
	// The name of a test can look like a secret in a path, and is not shown then.
	folder, err := os.MkdirTemp("", "where")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	place := filepath.Join(folder, "product.env")
	putFile(t, place, "AZURE_CLIENT_ID="+p.env["AZURE_CLIENT_ID"]+"\nAZURE_CLIENT_SECRET="+p.env["AZURE_CLIENT_SECRET"]+"\n")
	got := p.try(t, row, "where", "where", "--sp", "Dock Planner", "--reader", "environment", "--in", "environment", "--prove", place)
	var w result.Where
	if err := json.Unmarshal([]byte(got.stdout), &w); err != nil {
		t.Fatal(err)
	}
	found := slices.ContainsFunc(w.Places, func(p result.Place) bool { return strings.Contains(fmt.Sprint(p), place) })
	if got.code == 0 && !found {
		t.Errorf("where: the place is not found\n%s", got.stdout)
	}
	if strings.Contains(got.stdout+got.stderr, p.env["AZURE_CLIENT_SECRET"]) {
		t.Error("where: the value is shown")
	}
}

// configCheck checks that a profile is fine only if it signed in.
func (p *faultPlace) configCheck(t *testing.T, row faultRow) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	putFile(t, path, fmt.Sprintf("profiles:\n  a: {tenant: %q, clientId: %q, clientSecret: {env: AZURE_CLIENT_SECRET}, timeout: %s}\n",
		p.env["AZURE_TENANT_ID"], p.env["AZURE_CLIENT_ID"], row.deadline()))
	got, took := p.runPlain(t, "", 0, "config", "check", "--online", "--config", path)
	if took > row.deadline()+faultGrace {
		t.Errorf("config check took %s", took)
	}
	if said := strings.Contains(got.stdout, "profile a: ok"); said != (got.code == 0) {
		t.Errorf("config check: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if got.code == 0 && !row.harmless && row.at != atGraph {
		t.Errorf("config check: a false ok\n%s", got.stdout)
	}
	if got.code != 0 && !strings.Contains(got.stderr, "spcheck: error: profile a: ") {
		t.Errorf("config check: it does not say what is wrong\n%s%s", got.stdout, got.stderr)
	}
}

// assistant checks that an assistant is answered, and told of nothing healthy that
// could not be read.
func (p *faultPlace) assistant(t *testing.T, row faultRow) {
	t.Helper()
	const ask = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_secrets","arguments":{"sp":"Dock Planner"}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"scan_summary","arguments":{}}}
`
	path := filepath.Join(t.TempDir(), "config.yaml")
	putFile(t, path, fmt.Sprintf("defaultProfile: a\nprofiles:\n  a: {timeout: %s}\n", row.deadline()))
	got, took := p.with(map[string]string{"SPCHECK_READER": "environment", "SPCHECK_CONFIG": path}).runPlain(t, ask, 3, "mcp")
	if took > row.deadline()+faultGrace {
		t.Errorf("mcp took %s", took)
	}
	answered := 0
	for line := range strings.Lines(got.stdout) {
		var answer struct {
			ID     int `json:"id"`
			Result *struct {
				IsError bool              `json:"isError"`
				Content []json.RawMessage `json:"content"`
			} `json:"result"`
		}
		if err := json.Unmarshal([]byte(line), &answer); err != nil || answer.ID < 2 || answer.Result == nil {
			continue
		}
		answered++
		if text := fmt.Sprintf("%s", answer.Result.Content); !row.harmless && !answer.Result.IsError && !strings.Contains(text, "unknown") {
			t.Errorf("mcp: a false answer\n%s", line)
		}
	}
	if answered != 2 {
		t.Errorf("mcp: %d of 2 calls were answered\n%s%s", answered, got.stdout, got.stderr)
	}
}

// with is the place with more in its environment.
func (p *faultPlace) with(more map[string]string) *faultPlace {
	other := &faultPlace{front: p.front, env: maps.Clone(p.env)}
	maps.Copy(other.env, more)
	return other
}
