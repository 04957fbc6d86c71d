package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const (
	alder = "0b6f1c2e-94d7-4e53-8a1f-c27d5e903b64"
	birch = "7d40a8f3-1b6c-4925-9e7d-38c5f0b2a614"
	cedar = "e19b5d76-83a2-4c0f-b5e4-6f7a2d18c903"
)

// provider is the environment and config file of somebody who looks after the
// three tenants of the scenario several-tenants.
func provider(t *testing.T, more string) []string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config.yaml")
	text := fmt.Sprintf(`
profiles:
  alder: {tenant: %s, clientId: 5a1d7c93-0e2b-4f86-b7c4-91d3e6f8a025, clientSecret: {env: ALDER}, reader: self}
  birch: {tenant: %s, clientId: 6c2e8d04-1f3c-4a97-88d5-02e4f7a9b136, clientSecret: {env: BIRCH}, reader: self}
  birch-by-name: {tenant: birch-demo.onmicrosoft.com, clientId: 6c2e8d04-1f3c-4a97-88d5-02e4f7a9b136, clientSecret: {env: BIRCH}, reader: self}
  cedar: {tenant: %s, clientId: 7d3f9e15-204d-4ba8-99e6-13f508bac247, clientSecret: {env: CEDAR}, reader: self}
%s`, alder, birch, cedar, more)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"SPCHECK_CONFIG=" + config, "ALDER=alder-Reader-77!", "BIRCH=birch-Reader-78!", "CEDAR=cedar-Reader-79!"}
}

// scanned runs a scan with JSON output and holds it against its schema.
func scanned(t *testing.T, s *sandbox.Server, env []string, args ...string) (*result.Scan, ran) {
	t.Helper()
	r := spcheck(t, s, env, append([]string{"scan", "-o", "json"}, args...)...)
	schematest.Validate(t, "scan", []byte(r.stdout))
	var out result.Scan
	if err := json.Unmarshal([]byte(r.stdout), &out); err != nil {
		t.Fatalf("%v\n%s", err, r.stderr)
	}
	if out.ExitCode != r.code {
		t.Errorf("the report says exit code %d, the process ended with %d", out.ExitCode, r.code)
	}
	return &out, r
}

func summary(s *result.Scan) []string {
	var out []string
	for _, f := range s.Findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Rule, f.Severity, *f.DisplayName))
	}
	slices.Sort(out)
	return out
}

func TestScanOfSeveralTenants(t *testing.T) {
	t.Parallel()
	s := serve(t, "several-tenants")
	out, r := scanned(t, s, provider(t, ""), "--all-profiles")
	if r.code != 2 || out.Status != result.Critical || out.Totals.TenantsUnknown != 1 || out.Totals.Tenants != 3 {
		t.Errorf("code %d, %s, %+v", r.code, out.Status, out.Totals)
	}
	want := []string{"ended critical Route Planner", "ended info Appointment Sync", "ending warning Lab Interface"}
	if !slices.Equal(summary(out), want) {
		t.Errorf("found %q, want %q", summary(out), want)
	}
	if out.Totals.Excluded["microsoft-application"] != 1 || out.Totals.Excluded["managed-identity"] != 1 {
		t.Errorf("excluded %v", out.Totals.Excluded)
	}
	for _, tenant := range out.Tenants {
		if bad := tenant.Tenant == cedar; bad != (!tenant.Error.IsZero()) || bad != (tenant.Status == result.Unknown) {
			t.Errorf("%+v", tenant)
		}
		if tenant.Tenant == birch && len(tenant.Profiles) != 2 {
			t.Errorf("two profiles are one tenant: %+v", tenant)
		}
	}
}

func TestScanExitCodesByFailOn(t *testing.T) {
	t.Parallel()
	s, env := serve(t, "several-tenants"), provider(t, "")
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"--profile", "alder"}, 1},
		{[]string{"--profile", "alder", "--fail-on", "critical"}, 0},
		{[]string{"--profile", "alder", "--within", "5d"}, 0},
		{[]string{"--profile", "alder", "--profile", "birch"}, 2},
		{[]string{"--profile", "alder", "--profile", "birch", "--fail-on", "never"}, 0},
		{[]string{"--profile", "alder", "--profile", "cedar"}, 3},
		{[]string{"--all-profiles", "--fail-on", "never"}, 3},
	} {
		if r := spcheck(t, s, env, append([]string{"scan", "-o", "plugin"}, c.args...)...); r.code != c.want {
			t.Errorf("%v: exit code %d, want %d: %s%s", c.args, r.code, c.want, r.stdout, r.stderr)
		}
	}
}

func TestScanFormats(t *testing.T) {
	t.Parallel()
	s, env := serve(t, "several-tenants"), provider(t, "")
	r := spcheck(t, s, env, "scan", "--profile", "alder", "-o", "ndjson")
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[2], `{"totals":{`) {
		t.Errorf("%q", lines)
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
	if r := spcheck(t, s, env, "scan", "--profile", "alder", "-o", "csv"); strings.Count(r.stdout, "\r\n") != 3 {
		t.Errorf("%q", r.stdout)
	}
	if r := spcheck(t, s, env, "scan", "--profile", "alder", "-o", "yaml"); r.code != 64 {
		t.Errorf("a format that does not exist: exit code %d", r.code)
	}
	text := spcheck(t, s, env, "scan", "--profile", "alder").stdout
	if !strings.Contains(text, "Lab Interface") || !strings.Contains(text, "The credential expires within the warning window (1)") || strings.Contains(text, "Appointment Sync") {
		t.Errorf("the text shows what is not alarming, or hides what is:\n%s", text)
	}
}

func TestScanPartsMerge(t *testing.T) {
	t.Parallel()
	s, env := serve(t, "several-tenants"), provider(t, "")
	dir := t.TempDir()
	var parts []string
	for i := range 3 {
		part := filepath.Join(dir, fmt.Sprintf("part-%d.json", i))
		parts = append(parts, part)
		args := []string{"scan", "--profile", "alder", "--profile", "birch", "--profile", "cedar", "--shard", fmt.Sprintf("%d/3", i), "-o", "json", "--output-file", part}
		if r := spcheck(t, s, env, args...); r.stdout != "" || r.code == 64 {
			t.Fatalf("%d: %s", r.code, r.stderr)
		}
	}
	merged := spcheck(t, nil, nil, append([]string{"render", "-o", "json"}, parts...)...)
	schematest.Validate(t, "scan", []byte(merged.stdout))
	var whole result.Scan
	if err := json.Unmarshal([]byte(merged.stdout), &whole); err != nil {
		t.Fatal(err)
	}
	direct, _ := scanned(t, s, env, "--profile", "alder", "--profile", "birch", "--profile", "cedar")
	if merged.code != 2 || !slices.Equal(summary(&whole), summary(direct)) || whole.Totals.Credentials != direct.Totals.Credentials || whole.Totals.TenantsUnknown != 1 {
		t.Errorf("code %d, %q, %+v", merged.code, summary(&whole), whole.Totals)
	}
	if r := spcheck(t, nil, nil, "render", parts[0], parts[0]); r.code != 64 || !strings.Contains(r.stderr, "more than one of the reports") {
		t.Errorf("the same part twice: %d %s", r.code, r.stderr)
	}
	if r := spcheck(t, s, env, "scan", "--profile", "alder", "--profile", "birch", "--tenant", birch); r.code != 64 {
		t.Errorf("one tenant for two profiles: %d %s", r.code, r.stderr)
	}
	if r := spcheck(t, s, env, "scan", "--profile", "alder", "--shard", "1/2"); r.code != 64 || !strings.Contains(r.stderr, "cannot be split") {
		t.Errorf("one tenant in two parts: %d %s", r.code, r.stderr)
	}
}

func TestScanComparesWithABaseline(t *testing.T) {
	t.Parallel()
	s, env := serve(t, "several-tenants"), provider(t, "")
	dir := t.TempDir()
	base, other := filepath.Join(dir, "base.json"), filepath.Join(dir, "other.json")
	spcheck(t, s, env, "scan", "--profile", "alder", "-o", "json", "--output-file", base)
	spcheck(t, s, env, "scan", "--profile", "birch", "-o", "json", "--output-file", other)

	// Since then: a credential nobody expected, a renewal, and one is gone.
	w := s.World()
	w.Lock()
	for _, a := range w.Tenants[0].Applications {
		switch a.DisplayName {
		case "Provider Watch":
			a.AddPassword(time.Now(), directory.PasswordRequest{DisplayName: "backdoor"})
		case "Lab Interface":
			a.AddPassword(time.Now(), directory.PasswordRequest{DisplayName: "renewal"})
		case "Appointment Sync":
			_ = a.RemovePassword(time.Now(), a.Passwords[0].KeyID)
		}
	}
	w.Unlock()
	// Windows PowerShell saves as UTF-16.
	data, _ := os.ReadFile(base)
	wide, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(data)
	_ = os.WriteFile(base, wide, 0o600)
	out, _ := scanned(t, s, env, "--profile", "alder", "--baseline", base)
	if c := out.Changes; c == nil || c.New != 1 || c.Renewed != 1 || c.Gone != 1 || len(c.List) != 3 {
		t.Fatalf("%+v", out.Changes)
	}
	if got := summary(out); !slices.Contains(got, "appeared warning Provider Watch") || !slices.Contains(got, "appeared info Lab Interface") {
		t.Errorf("found %q", got)
	}
	for _, ch := range out.Changes.List {
		if ch.Item.DisplayName == nil {
			t.Errorf("a change without a name: %+v", ch)
		}
	}

	// Baselines that are none.
	version := filepath.Join(dir, "version.json")
	_ = os.WriteFile(version, bytes.Replace(data, []byte(`"schemaVersion": "1"`), []byte(`"schemaVersion": "7"`), 1), 0o600)
	cut := filepath.Join(dir, "cut.json")
	_ = os.WriteFile(cut, data[:len(data)/2], 0o600)
	// A report of what is critical may be incomplete, too.
	partial := filepath.Join(dir, "partial.json")
	_ = os.WriteFile(partial, bytes.Replace(data, []byte(`"error": null`), []byte(`"error": "applications: cut"`), 1), 0o600)
	lines := filepath.Join(dir, "lines.json")
	spcheck(t, s, env, "scan", "--profile", "alder", "-o", "ndjson", "--output-file", lines)
	for path, want := range map[string]string{
		other: "is for different tenants", partial: "did not read the tenant completely", lines: "is not a scan report", version: `schema version "7"`, cut: "cannot be read as a JSON report",
		filepath.Join(dir, "none.json"): "there is no baseline",
	} {
		r := spcheck(t, s, env, "scan", "--profile", "alder", "--baseline", path)
		if r.code != 64 || !strings.Contains(r.stderr, want) {
			t.Errorf("%s: %d %s, want %q", filepath.Base(path), r.code, r.stderr, want)
		}
	}
}

func TestScanExclusions(t *testing.T) {
	t.Parallel()
	s := serve(t, "several-tenants")
	env := provider(t, "exclude:\n  - {rule: ending, app: lab interface, reason: is being replaced, until: 2999-01-01}\n")
	out, r := scanned(t, s, env, "--profile", "alder")
	if r.code != 0 || out.Totals.Excluded["is being replaced"] != 1 {
		t.Errorf("code %d, %+v", r.code, out.Totals)
	}
	env = provider(t, "exclude:\n  - {rule: ending, app: lab interface, reason: is being replaced, until: 2020-01-31}\n")
	out, r = scanned(t, s, env, "--profile", "alder")
	if out.Totals.Excluded["is being replaced"] != 0 || !strings.Contains(r.stderr, `the exclusion "is being replaced" expired on 2020-01-31`) {
		t.Errorf("an exclusion that has ended: %+v, %s", out.Totals, r.stderr)
	}
	env = provider(t, "exclude:\n  - {rule: endnig, app: x, reason: r}\n")
	if r := spcheck(t, s, env, "scan", "--profile", "alder"); r.code != 64 || !strings.Contains(r.stderr, `names the rule "endnig"`) || !strings.Contains(r.stderr, "did you mean: ending") {
		t.Errorf("%d %s", r.code, r.stderr)
	}
}

func TestScanBadInput(t *testing.T) {
	t.Parallel()
	env := provider(t, "")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--rules", "endet"}, `there is no rule "endet"`},
		{[]string{"--profile", "nobody"}, `there is no profile "nobody"`},
		{[]string{"--profile", "alder", "--all-profiles"}, "cannot be used together"},
		{[]string{"--shard", "5/4", "--all-profiles"}, "--shard has the value"},
		{[]string{"--max-lifetime", "soon", "--profile", "alder"}, "--max-lifetime has the value"},
		{[]string{"--parallel", "0", "--profile", "alder"}, "--parallel"},
		{nil, "no tenant is configured"},
	} {
		r := spcheck(t, nil, env, append([]string{"scan"}, c.args...)...)
		if r.code != 64 || !strings.Contains(r.stderr, c.want) {
			t.Errorf("%v: %d %s, want %q", c.args, r.code, r.stderr, c.want)
		}
	}
}

// A tenant that throttles for ever becomes unknown, and the others are read.
func TestScanOfATenantThatThrottlesForEver(t *testing.T) {
	t.Parallel()
	s := serve(t, "several-tenants")
	if err := s.SetFaults(sandbox.Fault{At: "graph", Kind: "throttle", RetryAfter: "0.01"}); err != nil {
		t.Fatal(err)
	}
	out, r := scanned(t, s, provider(t, ""), "--profile", "alder")
	if r.code != 3 || out.Tenants[0].Error.IsZero() || out.Totals.Throttled == 0 {
		t.Errorf("code %d, %+v", r.code, out.Tenants)
	}
}

// Every page of a large tenant is read, with throttling in between in each form
// of Retry-After.
func TestScanOfALargeTenant(t *testing.T) {
	t.Parallel()
	s := serve(t, "several-tenants")
	w := s.World()
	w.Lock()
	directory.Populate(w.Tenants[0], 5000, 7, time.Now())
	want, secrets := len(w.Tenants[0].Applications), 0
	for _, a := range w.Tenants[0].Applications {
		secrets += len(a.Passwords)
	}
	for _, p := range w.Tenants[0].ServicePrincipals {
		if p.OwnerTenant == alder && p.Type == "Application" {
			secrets += len(p.Passwords)
		}
	}
	w.Unlock()
	if err := s.SetFaults(
		sandbox.Fault{At: "graph", Kind: "throttle", Skip: 2, Times: 1, RetryAfter: "0.3"},
		sandbox.Fault{At: "graph", Kind: "throttle", Skip: 4, Times: 1, RetryAfter: "date"},
		sandbox.Fault{At: "graph", Kind: "cut", Skip: 3, Times: 1},
	); err != nil {
		t.Fatal(err)
	}
	out, _ := scanned(t, s, provider(t, ""), "--profile", "alder")
	if e := out.Tenants[0].Error; !e.IsZero() {
		t.Fatal(e)
	}
	if tenant := out.Tenants[0]; tenant.Applications != want || tenant.Credentials != secrets {
		t.Errorf("%+v, want %d applications and %d credentials", tenant, want, secrets)
	}
	if out.Totals.Throttled != 2 || len(out.Inventory) != secrets {
		t.Errorf("throttled %d times, %d in the inventory", out.Totals.Throttled, len(out.Inventory))
	}
}

// What was read before Ctrl-C is written, and marked.
func TestScanInterrupted(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a console interrupt cannot be sent to one process on Windows")
	}
	s := serve(t, "several-tenants")
	// birch's pages never end; alder is read at once.
	if err := s.SetFaults(sandbox.Fault{At: "graph", Kind: "latency", Skip: 5, Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "scan", "--profile", "alder", "--profile", "birch", "--parallel", "1", "--skip-owners", "-o", "json", "--debug")
	cmd.Env = append(environOf(t, s, nil), provider(t, "")...)
	var out bytes.Buffer
	cmd.Stdout = &out
	trace, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Five listings of the first tenant have answered, and those of the second
	// hang: its token request is the second one.
	tokens, answers := 0, 0
	lines := bufio.NewScanner(trace)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "/oauth2/v2.0/token") {
			tokens++
		}
		if strings.Contains(lines.Text(), "/v1.0/") {
			answers++
		}
		if tokens >= 2 && answers >= 5 {
			time.Sleep(200 * time.Millisecond)
			_ = cmd.Process.Signal(os.Interrupt)
			break
		}
	}
	for lines.Scan() {
	}
	_ = cmd.Wait()
	schematest.Validate(t, "scan", out.Bytes())
	var partial result.Scan
	if err := json.Unmarshal(out.Bytes(), &partial); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if code := cmd.ProcessState.ExitCode(); code != 130 || !partial.Partial || len(partial.Findings) == 0 || partial.Totals.TenantsUnknown != 1 {
		t.Errorf("code %d, %+v", code, partial.Totals)
	}
}
