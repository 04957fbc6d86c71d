package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// TestClientAzureCLIRunsRemedies types what a diagnosis says into a shell, as an
// administrator would, with a real Azure CLI; after that the cause has to be gone.
func TestClientAzureCLIRunsRemedies(t *testing.T) {
	t.Parallel()
	needCommand(t, "sh")
	for scenario, tc := range map[string]struct {
		before string
		after  string // root cause with what the commands made; empty is healthy
	}{
		"mailstore":                   {"secret-expired", ""},
		"secret-on-service-principal": {"secret-superseded", ""},
		"certificate-expired":         {"certificate-expired", ""},
		"disabled-service-principal":  {"service-principal-disabled", ""},
		"no-service-principal":        {"service-principal-missing", "permission-missing"},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			a := newAzure(t, scenario)
			a.az("login", "--use-device-code", "--allow-no-subscriptions", "--query", "[].tenantId")
			before := a.diagnose()
			if before.RootCause == nil || before.RootCause.ID != tc.before {
				t.Fatalf("the root cause is %v, want %s", before.RootCause, tc.before)
			}
			commands := shellCommands(before.RootCause, "az", "openssl")
			if len(commands) == 0 {
				t.Error("no command is for Azure CLI")
			}
			for _, command := range commands {
				needCommand(t, strings.Fields(command)[0])
				a.use(a.must("sh", "-c", command))
			}
			if got := a.diagnoseUntil(tc.after); got != tc.after {
				t.Errorf("after %q the root cause is %q, want %q", commands, got, tc.after)
			}
		})
	}
}

// shellCommands are the commands of a cause for this shell that run one of the
// programs.
func shellCommands(cause *result.Cause, programs ...string) []string {
	var out []string
	for _, remedy := range cause.Remedies {
		for _, c := range remedy.Commands {
			if c.Shell == "sh" && slices.Contains(programs, strings.Fields(c.Command)[0]) {
				out = append(out, c.Command)
			}
		}
	}
	return out
}

// use puts what a command made where the product keeps its credential: the new
// secret that it printed, or the certificate that it uploaded.
func (a azure) use(printed string) {
	a.t.Helper()
	var made struct{ Password *string }
	if json.Unmarshal([]byte(printed), &made) != nil || !strings.Contains(printed, `"password"`) {
		return // a command that adds no credential
	}
	if made.Password != nil {
		a.env = append(a.env, "AZURE_CLIENT_SECRET="+*made.Password)
		return
	}
	a.env = append(a.env, "AZURE_CLIENT_CERTIFICATE_PATH="+a.joinPEM())
}

// joinPEM puts the certificate and the key that the commands made into one file.
func (a azure) joinPEM() string {
	a.t.Helper()
	names, err := filepath.Glob(filepath.Join(a.dir, "*.pem"))
	if err != nil || len(names) != 2 {
		a.t.Fatalf("the commands made %v, want a certificate and its key", names)
	}
	var both []byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			a.t.Fatal(err)
		}
		both = append(both, data...)
	}
	path := filepath.Join(a.t.TempDir(), "renewed.pem")
	if err := os.WriteFile(path, both, 0o600); err != nil {
		a.t.Fatal(err)
	}
	return path
}

// diagnose runs spcheck with Azure CLI as its reader.
func (a azure) diagnose() result.Diagnosis {
	a.t.Helper()
	got := a.run(binary, "diagnose", "--reader", "azure-cli", "--output", "json")
	var d result.Diagnosis
	if err := json.Unmarshal([]byte(got.stdout), &d); err != nil {
		a.t.Fatalf("exit code %d: %v\n%s", got.code, err, got.stderr)
	}
	return d
}

// diagnoseUntil repeats the diagnosis while the root cause differs, since a new
// secret takes effect late, and returns the last one.
func (a azure) diagnoseUntil(want string) string {
	a.t.Helper()
	id := ""
	for end := time.Now().Add(clientPatience); time.Now().Before(end); time.Sleep(time.Second) {
		d := a.diagnose()
		if id = ""; d.RootCause != nil {
			id = d.RootCause.ID
		}
		if id == want {
			break
		}
	}
	return id
}
