package main

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
)

const webhookSecret = "Zq9-Kestrel_41xUvW-77"

// webhook is a service on loopback, and the environment of a scan that sends to it.
func webhook(t *testing.T, s *sandbox.Server, status *atomic.Int64) (env []string, bodies func() []string) {
	t.Helper()
	got := make(chan string, 16)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- string(body)
		w.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(w, r.URL.String())
	}))
	t.Cleanup(server.Close)
	sandboxCA, err := os.ReadFile(setting(s, "SPCHECK_CA_FILE"))
	if err != nil {
		t.Fatal(err)
	}
	both := filepath.Join(t.TempDir(), "ca.pem")
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(both, append(sandboxCA, own...), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"HOOK=" + server.URL + "/hooks/" + webhookSecret, "SPCHECK_CA_FILE=" + both}, func() []string {
		var all []string
		for {
			select {
			case b := <-got:
				all = append(all, b)
			default:
				return all
			}
		}
	}
}

// A nightly run with one file: the first sends everything, one whose message is refused
// prints its report whole and ends with 3, the next sends what is missing, and then there
// is nothing to send.
func TestScanTellsWhatIsNew(t *testing.T) {
	t.Parallel()
	s := serve(t, "owners")
	status := &atomic.Int64{}
	status.Store(500)
	env, bodies := webhook(t, s, status)
	last := filepath.Join(t.TempDir(), "last.json")
	night := func(wantCode int) *result.Scan {
		t.Helper()
		r := spcheck(t, s, env, "scan", "--baseline", last, "--output-file", last, "-o", "json", "--notify", "env:HOOK")
		data, err := os.ReadFile(last)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(r.stdout+r.stderr+string(data), "Kestrel") || r.code != wantCode {
			t.Errorf("exit code %d, want %d\n%s\n%s", r.code, wantCode, r.stderr, data)
		}
		schematest.Validate(t, "scan", data)
		var out result.Scan
		if err := json.Unmarshal(data, &out); err != nil || len(out.Findings) == 0 || out.Notification == nil || out.ExitCode != r.code {
			t.Fatalf("%v, %+v", err, out.Notification)
		}
		return &out
	}
	first := night(3)
	if n := first.Notification; n.Status != result.NotificationFailed || n.Findings != 4 || len(n.Pending.Findings) != 4 || n.Deliveries[0].To != "environment HOOK" || len(bodies()) != 1 {
		t.Errorf("%+v", n)
	}
	status.Store(200)
	second := night(2)
	sent := bodies()
	if n := second.Notification; n.Status != result.NotificationSent || n.Findings != 4 || n.Pending != nil || len(sent) != 1 || !strings.Contains(sent[0], "Payroll Export") {
		t.Errorf("%+v, %q", n, sent)
	}
	if third := night(2); third.Notification.Status != result.NothingNew || len(bodies()) != 0 {
		t.Errorf("%+v", third.Notification)
	}
}

// A URL on the command line is refused and not repeated; what makes no sense is said.
func TestScanRefusesToTell(t *testing.T) {
	t.Parallel()
	s := serve(t, "owners")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--baseline", "x.json", "--output-file", "x.json", "-o", "json", "--notify", "https://hooks.slack.com/" + webhookSecret}, "not the URL itself"},
		{[]string{"--notify", "env:HOOK"}, "needs --baseline"},
		{[]string{"--notify-owners"}, "needs --notify"},
		{[]string{"--baseline", "x.json", "--output-file", "x.json", "--notify", "env:HOOK"}, "add: -o json"},
		{[]string{"--baseline", "x.json", "--output-file", "x.json", "-o", "json", "--notify", "env:HOOK", "--notify-owners"}, "needs a URL for mail"},
	} {
		got := spcheck(t, s, []string{"HOOK=https://example.com/" + webhookSecret}, append([]string{"scan"}, c.args...)...)
		if got.code != 64 || !strings.Contains(got.stderr, c.want) || strings.Contains(got.stderr+got.stdout, "Kestrel") {
			t.Errorf("%v: exit code %d\n%s%s", c.args, got.code, got.stdout, got.stderr)
		}
	}
}

// A profile's places hold for scans that compare, config show names them without
// reading them, and a URL that is not there never costs the report.
func TestProfileNamesWhomToTell(t *testing.T) {
	t.Parallel()
	s := serve(t, "owners")
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	text := "defaultProfile: one\nprofiles:\n  one: {notify: [{env: ABSENT_HOOK}, {file: hook.txt}]}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"SPCHECK_CONFIG=" + config}
	if got := spcheck(t, s, env, "config", "show"); !strings.Contains(got.stdout, "profile one (environment variable ABSENT_HOOK)") || !strings.Contains(got.stdout, "hook.txt") {
		t.Error(got.stdout)
	}
	if got := spcheck(t, s, env, "scan"); got.code != 2 || strings.Contains(got.stdout, "Notification") {
		t.Errorf("%+v", got)
	}
	last := filepath.Join(dir, "last.json")
	got := spcheck(t, s, env, "scan", "--baseline", last, "--output-file", last, "-o", "json")
	data, _ := os.ReadFile(last)
	if got.code != 3 || !strings.Contains(got.stderr, "ABSENT_HOOK") || !strings.Contains(string(data), "Payroll Export") {
		t.Errorf("%+v\n%s", got, data)
	}
}
