package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/bundle"
	"github.com/spcheck/spcheck/internal/result"
)

// bundleScenarios are tenants whose diagnoses show names, policies, log entries,
// other applications, tokens and hosts.
var bundleScenarios = []string{"mailstore", "logged-expired-secret", "conditional-access", "federated-wrong-subject", "certificate-wrong-app", "secret-of-other-app", "ambiguous-name", "unknown-host",
	"reported-and-logged", "client-id-is-object-id"}

// Under pseudonyms a bundle names nothing of the tenant, machine or network, and
// render shows its report all the same.
func TestSupportBundleUnderPseudonyms(t *testing.T) {
	t.Parallel()
	for _, scenario := range bundleScenarios {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			server, dir := serve(t, scenario), t.TempDir()
			env := []string{"SPCHECK_READER=environment"}
			open, hidden := filepath.Join(dir, "open.zip"), filepath.Join(dir, "hidden.zip")
			first := spcheck(t, server, env, "diagnose", "--bundle", open, "-o", "json")
			second := spcheck(t, server, env, "diagnose", "--bundle", hidden, "--pseudonyms", "-o", "json")
			if second.code != first.code || second.code == 64 {
				t.Fatalf("exit codes %d and %d\n%s", first.code, second.code, second.stderr)
			}
			originals := namesIn(first.stdout + second.stdout)
			for _, v := range server.Env() {
				originals = append(originals, namesIn(v.Value)...)
			}
			for _, text := range unpacked(t, open) {
				originals = append(originals, namesIn(text)...)
			}
			members := unpacked(t, hidden)
			for name, text := range members {
				for _, original := range originals {
					if strings.Contains(strings.ToLower(text), strings.ToLower(original)) {
						t.Errorf("%s shows %q", name, original)
					}
				}
			}
			checkBundle(t, hidden, members, first.stdout)
		})
	}
}

// checkBundle checks that equal things are equal still, and the verdict the same.
func checkBundle(t *testing.T, path string, members map[string]string, original string) {
	t.Helper()
	var before, after result.Diagnosis
	rendered := spcheck(t, nil, nil, "render", path, "-o", "json")
	if err := json.Unmarshal([]byte(rendered.stdout), &after); err != nil {
		t.Fatalf("%v\n%s", err, rendered.stderr)
	}
	if err := json.Unmarshal([]byte(original), &before); err != nil {
		t.Fatal(err)
	}
	if (before.RootCause == nil) != (after.RootCause == nil) || before.RootCause != nil && before.RootCause.ID != after.RootCause.ID || len(before.Checks) != len(after.Checks) {
		t.Errorf("another verdict: %+v", after.RootCause)
	}
	if id := after.Target.Tenant; id != nil && uuidLike(*id) && strings.Contains(members["trace.txt"], "/oauth2/v2.0/token") && !strings.Contains(members["trace.txt"], *id) {
		t.Errorf("the tenant is %s in the report, and another in the trace", *id)
	}
}

var (
	anyGUID    = regexp.MustCompile(`(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	anyName    = regexp.MustCompile(`"(?:displayName|tenant|hint|origin)": "([^"]+)"`)
	anyHost    = regexp.MustCompile(`https?://([^/\s"?]+)`)
	anyDomain  = regexp.MustCompile(`[a-z0-9-]+\.(?:onmicrosoft\.com|example)\b`)
	anyAddress = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`)
	anyPrint   = regexp.MustCompile(`\b[0-9A-F]{40}\b`)
)

// namesIn are the names, IDs, hosts and addresses of a text, without those that
// belong to Microsoft.
func namesIn(text string) []string {
	var all []string
	for _, m := range anyName.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(m[1], "environment ") && !strings.HasPrefix(m[1], "flag --") && m[1] != "default" && len(m[1]) > 3 {
			all = append(all, m[1])
		}
	}
	for _, m := range anyHost.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	for _, form := range []*regexp.Regexp{anyGUID, anyDomain, anyAddress, anyPrint} {
		all = append(all, form.FindAllString(text, -1)...)
	}
	home, _ := os.UserHomeDir()
	all = append(all, home)
	return slices.DeleteFunc(all, func(s string) bool {
		return strings.HasSuffix(s, ".microsoft.com") || strings.HasPrefix(s, "login.") || s == "aka.ms" || s == "2.1.0.0" || s == "0.0.0.0" || len(s) < 4 || strings.HasPrefix(s, "00000003-0000")
	})
}

func TestSupportBundle(t *testing.T) {
	t.Parallel()
	server, dir := serve(t, "mailstore"), t.TempDir()
	path := filepath.Join(dir, "support.zip")
	got := spcheck(t, server, []string{"SPCHECK_READER=environment", "HTTPS_PROXY=", "AZURE_X_TEST=value-of-a-variable"}, "diagnose", "--bundle", path, "--lang", "de")
	if got.code != 2 || !strings.Contains(got.stderr, "report.json") || !strings.Contains(got.stderr, "trace.txt") {
		t.Fatalf("exit code %d\n%s", got.code, got.stderr)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	members := unpacked(t, path)
	var environment bundle.Environment
	if err := json.Unmarshal([]byte(members["environment.json"]), &environment); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(environment.Variables, func(v bundle.Variable) bool { return v.Name == "AZURE_CLIENT_SECRET" && !v.Empty }) || environment.Go == "" || environment.Clock.Server == nil {
		t.Errorf("%+v", environment)
	}
	if strings.Contains(members["environment.json"], "value-of-a-variable") {
		t.Error("the bundle holds the value of a variable")
	}
	if !strings.Contains(members["trace.txt"], "/oauth2/v2.0/token") {
		t.Errorf("no trace: %s", members["trace.txt"])
	}
	if shown := spcheck(t, nil, nil, "render", path); shown.code != 2 || !strings.Contains(shown.stdout, "MailStoreSP expired") {
		t.Errorf("exit code %d\n%s%s", shown.code, shown.stdout, shown.stderr)
	}
	// A bundle never takes the place of a file.
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again := spcheck(t, server, nil, "diagnose", "--bundle", path)
	after, err := os.ReadFile(path)
	if err != nil || again.code != 64 || string(before) != string(after) {
		t.Errorf("exit code %d, %v\n%s", again.code, err, again.stderr)
	}
	for _, args := range [][]string{{"--pseudonyms"}, {"--bundle", ""}, {"--bundle", filepath.Join(dir, "no", "such", "folder", "x.zip")}} {
		if got := spcheck(t, server, nil, append([]string{"diagnose"}, args...)...); got.code != 64 {
			t.Errorf("%q: exit code %d\n%s", args, got.code, got.stderr)
		}
	}
}
