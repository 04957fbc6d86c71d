package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/spcheck/spcheck/internal/renew/target/vaulttest"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// renewing is a tenant for renewals, and a home that outlives one run.
type renewing struct {
	t      *testing.T
	server *sandbox.Server
	home   string
}

func serveRenewal(t *testing.T, changes ...func(*directory.Tenant)) *renewing {
	t.Helper()
	r := &renewing{t: t, server: serve(t, "renewal"), home: t.TempDir()}
	r.change(func(tenant *directory.Tenant) { tenant.PropagationDelay, tenant.DefaultPolicy = 0, nil })
	r.change(changes...)
	return r
}

func (r *renewing) change(changes ...func(*directory.Tenant)) {
	w := r.server.World()
	w.Lock()
	defer w.Unlock()
	for _, c := range changes {
		c(w.Tenants[0])
	}
}

// added are the passwords that stand and were added in this test.
func (r *renewing) added() []directory.Password {
	w := r.server.World()
	w.RLock()
	defer w.RUnlock()
	var out []directory.Password
	for _, p := range w.Tenants[0].Applications[0].Listed() {
		if !p.Added.IsZero() {
			out = append(out, p)
		}
	}
	return out
}

func (r *renewing) path() string { return filepath.Join(r.home, "secret") }

func (r *renewing) env() []string {
	return []string{"XDG_STATE_HOME=" + filepath.Join(r.home, "state"), "SPCHECK_READER=environment"}
}

func (r *renewing) run(args ...string) ran {
	r.t.Helper()
	return spcheck(r.t, r.server, r.env(), args...)
}

func (r *renewing) report(got ran) result.Renewal {
	r.t.Helper()
	schematest.Validate(r.t, "renew-secret", []byte(got.stdout))
	var res result.Renewal
	if err := json.Unmarshal([]byte(got.stdout), &res); err != nil {
		r.t.Fatalf("no report: %v\n%s", err, got.stderr)
	}
	if res.ExitCode != got.code {
		r.t.Errorf("exit code %d, in the report %d", got.code, res.ExitCode)
	}
	return res
}

// recorded returns a condition for start: the journal has recorded a stage.
func (r *renewing) recorded(stage string) func() bool {
	return func() bool {
		paths, _ := filepath.Glob(filepath.Join(r.home, "state", "spcheck", "renewals", "*.json"))
		return slices.ContainsFunc(paths, func(path string) bool {
			data, _ := os.ReadFile(path)
			return strings.Contains(string(data), `"stage": "`+stage+`"`)
		})
	}
}

// start runs the program beside the test, and returns once a condition is met. The output
// is that of standard error, to be read after the program has ended.
func (r *renewing) start(until func() bool, args ...string) (*exec.Cmd, *bytes.Buffer) {
	r.t.Helper()
	var output bytes.Buffer
	cmd := exec.Command(binary, args...)
	cmd.Env = append(environOf(r.t, r.server, nil), r.env()...)
	cmd.Stderr = &output
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() }) // it may have ended by itself
	for deadline := time.Now().Add(time.Minute); !until(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			_, _ = cmd.Process.Kill(), cmd.Wait()
			r.t.Fatalf("the program did not come so far:\n%s", &output)
		}
	}
	return cmd, &output
}

func TestRenewSecretAndThenRemoveTheOld(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t)
	got := r.run("renew-secret", "--to", "file:"+r.path(), "-o", "json", "--days", "90")
	res := r.report(got)
	held, _ := os.ReadFile(r.path())
	if got.code != 0 || len(r.added()) != 1 || string(held) != r.added()[0].Secret {
		t.Fatalf("exit code %d; %d secrets were added\n%s", got.code, len(r.added()), got.stderr)
	}
	if strings.Contains(got.stdout+got.stderr, string(held)) {
		t.Error("the value was printed")
	}
	// The product's new settings sign in, and the old secret can go.
	old := *res.Remaining[0].KeyID
	env := append(r.env(), "AZURE_CLIENT_SECRET="+string(held))
	if d := spcheck(t, r.server, env, "diagnose", "--skip-sync", "--fail-on", "critical"); d.code != 0 {
		t.Errorf("diagnose: %s", d.stdout)
	}
	removed := spcheck(t, r.server, env, "remove-secret", "--key-id", old, "--yes", "--not-used-since", "0s", "-o", "json")
	schematest.Validate(t, "remove-secret", []byte(removed.stdout))
	if removed.code != 0 {
		t.Errorf("exit code %d\n%s", removed.code, removed.stderr)
	}
	again := spcheck(t, r.server, env, "renew-secret", "--to", "file:"+r.path(), "--if-expiring-within", "30d")
	if again.code != 0 || len(r.added()) != 1 || !strings.Contains(again.stdout, "no renewal is needed") {
		t.Errorf("exit code %d\n%s", again.code, again.stdout)
	}
}

func TestRenewSecretToStandardOutput(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t)
	got := r.run("renew-secret", "--to", "stdout")
	if got.code != 0 || got.stdout != r.added()[0].Secret+"\n" || strings.Contains(got.stderr, r.added()[0].Secret) {
		t.Errorf("exit code %d; %d bytes on standard output\n%s", got.code, len(got.stdout), got.stderr)
	}
	if strings.Contains(got.stderr, "add-mask") {
		t.Error("the value is masked where nobody masks it")
	}
}

func TestRenewSecretMasksTheValueOnGitHub(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t)
	got := spcheck(t, r.server, append(r.env(), "GITHUB_ACTIONS=true"), "renew-secret", "--to", "file:"+r.path(), "-o", "json")
	mask := "::add-mask::" + r.added()[0].Secret + "\n"
	if !strings.Contains("\n"+got.stderr, "\n"+mask) || strings.Contains(strings.Replace(got.stderr, mask, "", 1)+got.stdout, r.added()[0].Secret) {
		t.Error("the value is not masked, or printed besides")
	}
	r.report(got)
}

func TestRenewSecretBadInput(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t)
	folder := filepath.Join(r.home, "no such folder")
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"no target":             {nil, "file:PATH"},
		"an unknown target":     {[]string{"--to", "nowhere:x"}, "not recognised"},
		"zero days":             {[]string{"--to", "stdout", "--days", "0"}, "at least 1"},
		"negative days":         {[]string{"--to", "stdout", "--days", "-5"}, "at least 1"},
		"endless days":          {[]string{"--to", "stdout", "--days", "999999999"}, "must not exceed"},
		"no number":             {[]string{"--to", "stdout", "--days", "many"}, "--days"},
		"a date in the past":    {[]string{"--to", "stdout", "--until", "2020-01-31"}, "is in the past"},
		"no date":               {[]string{"--to", "stdout", "--until", "31.01.2031"}, "2027-01-31"},
		"days and a date":       {[]string{"--to", "stdout", "--until", "2031-01-31", "--days", "3"}, "cannot be used together"},
		"an unknown object":     {[]string{"--to", "stdout", "--on", "tenant"}, "service-principal"},
		"a folder that is none": {[]string{"--to", "file:" + filepath.Join(folder, "x")}, "the folder "},
		"JSON and the value":    {[]string{"--to", "stdout", "-o", "json"}, "cannot carry both"},
		"a control character":   {[]string{"--to", "stdout", "--display-name", "a\x1b[2J"}, "invisible characters"},
		"no reader":             {[]string{"--to", "stdout", "--reader", "none"}, "renew-secret needs a reader"},
		"resume a new one":      {[]string{"--resume", "--days", "3"}, "cannot be used together"},
		"resume for show":       {[]string{"--resume", "--dry-run"}, "cannot be used together"},
		"an unknown format":     {[]string{"--to", "stdout", "-o", "csv"}, "no output format"},
		"an empty window":       {[]string{"--to", "stdout", "--if-expiring-within", "soon"}, "--if-expiring-within"},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.run(append([]string{"renew-secret"}, tc.args...)...)
			if got.code != 64 || !strings.Contains(got.stderr, tc.says) || !strings.Contains(got.stderr, "spcheck: error: ") {
				t.Errorf("exit code %d\n%s", got.code, got.stderr)
			}
		})
	}
	// What the tenant does not have was looked for: that is no wrong command line.
	if got := r.run("renew-secret", "--to", "stdout", "--sp", "Nobody"); got.code != 3 || !strings.Contains(got.stderr, "no service principal") {
		t.Errorf("an unknown principal: exit code %d\n%s", got.code, got.stderr)
	}
	if len(r.added()) != 0 {
		t.Error("a secret was added")
	}
}

func TestRenewSecretWithoutKeyring(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other systems always have a keyring")
	}
	r := serveRenewal(t)
	got := spcheck(t, r.server, append(r.env(), "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"), "renew-secret", "--to", "keyring:product")
	if got.code != 64 || !strings.Contains(got.stderr, "keyring") || len(r.added()) != 0 {
		t.Errorf("exit code %d\n%s", got.code, got.stderr)
	}
}

func TestRemoveSecretBadInput(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t)
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"nothing named":      {nil, "--expired"},
		"no key ID":          {[]string{"--key-id", "hunter2"}, "Secret ID"},
		"both":               {[]string{"--expired", "--key-id", "0b8f6a1e-3c4d-4e5f-8a9b-0c1d2e3f4a5b"}, "cannot be used together"},
		"an unknown key ID":  {[]string{"--yes", "--key-id", "0b8f6a1e-3c4d-4e5f-8a9b-0c1d2e3f4a5b"}, "neither the service principal nor"},
		"nobody to confirm":  {[]string{"--expired"}, "add --yes"},
		"a time that is not": {[]string{"--expired", "--not-used-since", "ages"}, "--not-used-since"},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.run(append([]string{"remove-secret"}, tc.args...)...)
			if got.code != 64 || !strings.Contains(got.stderr, tc.says) || strings.Contains(got.stderr, "hunter2") {
				t.Errorf("exit code %d\n%s", got.code, got.stderr)
			}
		})
	}
}

// A run that waits for a target to take the value is the most delicate one to be
// killed: nobody can tell whether the value arrived.
func TestRenewSecretKilledWhileStoring(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("sleep is needed")
	}
	r := serveRenewal(t)
	cmd, _ := r.start(r.recorded("storing"), "renew-secret", "--to", "command:sleep 30")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if len(r.added()) != 1 {
		t.Fatalf("%d secrets stand", len(r.added()))
	}
	keyID := r.added()[0].KeyID
	next := r.run("renew-secret", "--to", "file:"+r.path())
	if next.code != 3 || !strings.Contains(next.stderr, keyID) || !strings.Contains(next.stderr, "--resume") || len(r.added()) != 1 {
		t.Errorf("the next run: exit code %d\n%s", next.code, next.stderr)
	}
	resumed := r.run("renew-secret", "--resume", "-o", "json")
	if res := r.report(resumed); resumed.code != 3 || *res.Journal.KeyID != keyID || !strings.Contains(resumed.stderr, "remove-secret --sp") {
		t.Errorf("resumed: exit code %d\n%s", resumed.code, resumed.stderr)
	}
	if removed := r.run("remove-secret", "--key-id", keyID, "--yes"); removed.code != 64 || !strings.Contains(removed.stderr, "is unfinished") || len(r.added()) != 1 {
		t.Errorf("removing it: exit code %d\n%s", removed.code, removed.stderr)
	}
	if removed := r.run("remove-secret", "--key-id", keyID, "--yes", "--force"); removed.code != 0 || len(r.added()) != 0 {
		t.Errorf("removing it: exit code %d\n%s", removed.code, removed.stderr)
	}
	if after := r.run("renew-secret", "--to", "file:"+r.path()); after.code != 0 || len(r.added()) != 1 {
		t.Errorf("afterwards: exit code %d\n%s", after.code, after.stderr)
	}
}

func TestRenewSecretKilledWhileAdding(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t)
	if err := r.server.SetFaults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Late, Delay: 30 * time.Second, Path: "/addPassword"}); err != nil {
		t.Fatal(err)
	}
	// The service has acted, but not answered.
	cmd, _ := r.start(func() bool { return len(r.added()) > 0 }, "renew-secret", "--to", "file:"+r.path())
	if err := errors.Join(cmd.Process.Kill(), r.server.SetFaults()); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	lost := r.added()[0].KeyID
	res := r.report(r.run("renew-secret", "--to", "file:"+r.path(), "-o", "json"))
	if len(r.added()) != 1 || len(res.Removed) != 1 || *res.Removed[0].KeyID != lost {
		t.Errorf("%d secrets stand, removed %+v", len(r.added()), res.Removed)
	}
}

func TestRenewSecretInterruptedWhileVerifying(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("an interrupt cannot be sent there")
	}
	r := serveRenewal(t, func(tenant *directory.Tenant) { tenant.PropagationDelay = time.Hour })
	cmd, output := r.start(r.recorded("stored"), "renew-secret", "--to", "file:"+r.path())
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || len(r.added()) != 1 {
		t.Fatalf("exit code %d\n%s", code, output)
	}
	r.change(func(tenant *directory.Tenant) { tenant.PropagationDelay = 0 })
	resumed := r.run("renew-secret", "--resume", "-o", "json")
	held, _ := os.ReadFile(r.path())
	if res := r.report(resumed); resumed.code != 0 || res.Outcome != result.Renewed || string(held) != r.added()[0].Secret {
		t.Errorf("resumed: exit code %d\n%s", resumed.code, resumed.stderr)
	}
}

// A reader of standard output that goes away must not take the value with it.
func TestRenewSecretIntoAClosedPipe(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	r := serveRenewal(t)
	cmd := exec.Command("sh", "-c", `{ "$0" renew-secret --to stdout; echo "exit code $?" >&2; } | exec <&-`, binary)
	cmd.Env = append(environOf(t, r.server, nil), r.env()...)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	_ = cmd.Run()
	if !strings.Contains(errOut.String(), "exit code 3") || len(r.added()) != 0 {
		t.Errorf("%d secrets stand\n%s", len(r.added()), errOut.String())
	}
}

const vaultResource = "https://vault.azure.net"

func TestRenewSecretIntoAVault(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t, func(tenant *directory.Tenant) {
		tenant.Applications = append(tenant.Applications, &directory.Application{
			Object:         directory.Object{ID: "c0ffee00-1b2c-4d3e-8f4a-5b6c7d8e9f01", AppID: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093", DisplayName: "Azure Key Vault"},
			IdentifierURIs: []string{vaultResource},
		})
	})
	v := vaulttest.New("product", issuedFor(vaultResource))
	t.Cleanup(v.Close)
	ca := filepath.Join(r.home, "ca.pem")
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.Certificate().Raw})
	if err := os.WriteFile(ca, append(own, r.server.CACertPEM()...), 0o600); err != nil {
		t.Fatal(err)
	}
	got := r.run("renew-secret", "--to", "keyvault:"+v.URL+"/product", "--ca-file", ca)
	if got.code != 0 || v.Newest() == "" || v.Newest() != r.added()[0].Secret {
		t.Errorf("exit code %d\n%s", got.code, got.stderr)
	}
}

// issuedFor accepts the sandbox's tokens for a resource; the vault of the test
// does not know the sandbox's keys.
func issuedFor(resource string) func(string) bool {
	return func(token string) bool {
		t, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
		var claims jwt.Claims
		return err == nil && t.UnsafeClaimsWithoutVerification(&claims) == nil && claims.Audience.Contains(resource)
	}
}
