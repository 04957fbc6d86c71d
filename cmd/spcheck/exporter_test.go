package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// exporting starts the exporter on a free port and returns its address.
func exporting(t *testing.T, s *sandbox.Server, env []string, args ...string) (string, *exec.Cmd) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a console interrupt cannot be sent to one process on Windows")
	}
	cmd := exec.Command(binary, append([]string{"exporter", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(environOf(t, s, nil), env...)
	trace, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() }) // it may have ended by itself
	lines := bufio.NewScanner(trace)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "serves /metrics at "); ok {
			go func() { _, _ = io.Copy(io.Discard, trace) }()
			return strings.Fields(rest)[0], cmd
		}
	}
	t.Fatal("the exporter did not start")
	return "", nil
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}

// eventually waits for a condition of a server on loopback.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("never: " + what)
}

func TestExporter(t *testing.T) {
	t.Parallel()
	s := serve(t, "mailstore")
	address, cmd := exporting(t, s, nil)
	url := "http://" + address
	if code, _ := get(t, url+"/-/healthy"); code != 200 {
		t.Errorf("healthy: %d", code)
	}
	eventually(t, "ready", func() bool { code, _ := get(t, url+"/-/ready"); return code == 200 })
	_, body := get(t, url+"/metrics")
	for _, want := range []string{
		`spcheck_tenant_up{tenant="3f0d2f6e-0b8c-4a57-9c37-6d1f5a2b7e10"} 1`,
		`key_id="e5f1c3a7-48d6-4b02-9e7f-2c8a6d0b4f93",kind="password",object_id="6b94e0d1-7f3a-4e28-8d5c-0a2c4f6e8b17",purpose="signIn",replaced="false",stored_on="servicePrincipal"`,
		`spcheck_findings{rule="ended",severity="critical",tenant="3f0d2f6e-0b8c-4a57-9c37-6d1f5a2b7e10"} 1`,
		"spcheck_scans_total 1",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	// Scrapes cause no read, and none has happened since: the interval is an hour.
	for range 3 {
		_, body = get(t, url+"/metrics")
	}
	if !strings.Contains(body, "spcheck_scans_total 1\n") {
		t.Error("a scrape caused a read")
	}
	if r := spcheck(t, s, nil, "exporter", "--listen", address); r.code != 64 || !strings.Contains(r.stderr, "cannot listen on") {
		t.Errorf("a port in use: %d %s", r.code, r.stderr)
	}
	_ = cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Errorf("a graceful stop: %v", err)
	}
}

// What a tenant's last whole read showed stays while it cannot be read, so that
// no alert falls silent; that it could not be read is told.
func TestExporterKeepsWhatItKnew(t *testing.T) {
	t.Parallel()
	s := serve(t, "mailstore")
	address, _ := exporting(t, s, nil, "--interval", "1s")
	url := "http://" + address + "/metrics"
	eventually(t, "ready", func() bool { _, body := get(t, url); return strings.Contains(body, "spcheck_tenant_up{") })
	if err := s.SetFaults(sandbox.Fault{At: "graph", Kind: "portal"}); err != nil {
		t.Fatal(err)
	}
	var body string
	eventually(t, "a failed read shows", func() bool {
		_, body = get(t, url)
		return strings.Contains(body, `spcheck_tenant_up{tenant="3f0d2f6e-0b8c-4a57-9c37-6d1f5a2b7e10"} 0`)
	})
	if !strings.Contains(body, `key_id="e5f1c3a7-48d6-4b02-9e7f-2c8a6d0b4f93"`) || strings.Contains(body, `spcheck_tenant_last_success_timestamp_seconds{tenant="3f0d2f6e-0b8c-4a57-9c37-6d1f5a2b7e10"} 0`) {
		t.Errorf("the last whole read is gone:\n%s", body)
	}
}

// A tenant that was never read has no number of objects: none would look as if
// there were none.
func TestExporterCountsNothingUnread(t *testing.T) {
	t.Parallel()
	s := serve(t, "mailstore")
	if err := s.SetFaults(sandbox.Fault{At: "graph", Kind: "portal"}); err != nil {
		t.Fatal(err)
	}
	address, _ := exporting(t, s, nil, "--interval", "1s")
	var body string
	eventually(t, "a failed read shows", func() bool {
		_, body = get(t, "http://"+address+"/metrics")
		return strings.Contains(body, `spcheck_tenant_up{tenant="3f0d2f6e-0b8c-4a57-9c37-6d1f5a2b7e10"} 0`)
	})
	if strings.Contains(body, "spcheck_tenant_objects{") {
		t.Errorf("objects are counted:\n%s", body)
	}
}

func TestExporterAsksForAPassword(t *testing.T) {
	t.Parallel()
	s := serve(t, "mailstore")
	web := filepath.Join(t.TempDir(), "web.yaml")
	hash, err := bcrypt.GenerateFromPassword([]byte("scrape"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(web, []byte("basic_auth_users:\n  prometheus: "+string(hash)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	address, _ := exporting(t, s, nil, "--web-config", web)
	if code, _ := get(t, "http://"+address+"/metrics"); code != http.StatusUnauthorized {
		t.Errorf("without a password: %d", code)
	}
	if code, _ := get(t, "http://prometheus:scrape@"+address+"/metrics"); code != http.StatusOK {
		t.Errorf("with the password: %d", code)
	}
	if err := os.WriteFile(web, []byte("tls_server_config: {cert_file: none.pem}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := spcheck(t, s, nil, "exporter", "--listen", "127.0.0.1:0", "--web-config", web); r.code != 64 {
		t.Errorf("a broken web configuration: %d %s", r.code, r.stderr)
	}
}

// Whoever may write the web configuration, or the key that it names, could let himself in.
func TestExporterRefusesAWebConfigurationOfOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("file modes")
	}
	s := serve(t, "mailstore")
	dir := t.TempDir()
	web, key := filepath.Join(dir, "web.yaml"), filepath.Join(dir, "key.pem")
	certificate(t, key)
	if err := os.WriteFile(web, []byte("tls_server_config: {cert_file: key.pem, key_file: key.pem}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{web, key} {
		if err := os.Chmod(file, 0o622); err != nil {
			t.Fatal(err)
		}
		r := spcheck(t, s, nil, "exporter", "--listen", "127.0.0.1:0", "--web-config", web)
		if r.code != 64 || !strings.Contains(r.stderr, file) || !strings.Contains(r.stderr, "chmod") {
			t.Errorf("%s: %d %s", file, r.code, r.stderr)
		}
		if err := os.Chmod(file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// certificate writes a key and a certificate of it.
func certificate(t *testing.T, path string) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	data := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (Debian package prometheus)", name)
	}
	return path
}

func TestAlertRules(t *testing.T) {
	t.Parallel()
	promtool := tool(t, "promtool")
	for _, args := range [][]string{
		{"check", "rules", "spcheck.rules.yaml"},
		{"test", "rules", "spcheck.rules.test.yaml"},
	} {
		cmd := exec.Command(promtool, args...)
		cmd.Dir = filepath.Join("..", "..", "deploy", "prometheus")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}

// promtool finds nothing to criticise in what is exported, nor in the textfile.
func TestMetricsAreWellMade(t *testing.T) {
	t.Parallel()
	promtool := tool(t, "promtool")
	s := serve(t, "mailstore")
	address, _ := exporting(t, s, nil)
	eventually(t, "ready", func() bool { code, _ := get(t, "http://"+address+"/-/ready"); return code == 200 })
	_, exported := get(t, "http://"+address+"/metrics")
	textfile := spcheck(t, s, nil, "scan", "-o", "prometheus").stdout
	for name, metrics := range map[string]string{"exporter": exported, "textfile": textfile} {
		cmd := exec.Command(promtool, "check", "metrics")
		cmd.Stdin = strings.NewReader(metrics)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s\n%s", name, err, out, metrics)
		}
	}
}

// The dashboard is JSON that Grafana can load, and asks for metrics that exist.
func TestDashboardAsksForMetricsThatExist(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "..", "deploy", "grafana", "spcheck.json"))
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(data, &board); err != nil || len(board.Panels) == 0 {
		t.Fatalf("%v: %+v", err, board)
	}
	s := serve(t, "mailstore")
	metrics := spcheck(t, s, nil, "scan", "-o", "prometheus").stdout + "spcheck_tenant_last_success_timestamp_seconds"
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			for _, word := range strings.FieldsFunc(target.Expr, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }) {
				if strings.HasPrefix(word, "spcheck_") && !strings.Contains(metrics, word) {
					t.Errorf("%s is asked for and not exported", word)
				}
			}
		}
	}
}

// A real Prometheus scrapes the exporter, and the alert fires for the secret of
// the story.
func TestPrometheusAlertsOfTheEndedSecret(t *testing.T) {
	t.Parallel()
	prometheus := tool(t, "prometheus")
	s := serve(t, "mailstore")
	address, _ := exporting(t, s, nil)
	dir := t.TempDir()
	rules, err := os.ReadFile(filepath.Join("..", "..", "deploy", "prometheus", "spcheck.rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	// The waiting times of the rules are for people, not for tests.
	rules = []byte(strings.NewReplacer("for: 5m", "for: 0s", "for: 1h", "for: 0s", "for: 15m", "for: 0s").Replace(string(rules)))
	config := fmt.Sprintf("global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yaml]\nscrape_configs:\n  - job_name: spcheck\n    static_configs: [{targets: [%q]}]\n", address)
	for name, text := range map[string]string{"rules.yaml": string(rules), "prometheus.yaml": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	port := freePort(t)
	cmd := exec.CommandContext(ctx, prometheus, "--config.file", filepath.Join(dir, "prometheus.yaml"), "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", port)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); _ = cmd.Wait() }()
	var body string
	eventually(t, "the alert", func() bool {
		_, body = get(t, "http://"+port+"/api/v1/alerts")
		return strings.Contains(body, `"EntraCredentialEnded"`) && strings.Contains(body, `"state":"firing"`)
	})
	if !strings.Contains(body, "e5f1c3a7-48d6-4b02-9e7f-2c8a6d0b4f93") || !strings.Contains(body, "MailStoreSP") {
		t.Errorf("the alert names something else: %s", body)
	}
}

// freePort is an address that nobody listens on just now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
