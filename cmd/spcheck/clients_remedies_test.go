package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/pki"
)

// TestClientAzureCLIRunsRemedies types what a diagnosis says into a shell, as an
// administrator would, with a real Azure CLI; after that the cause has to be gone.
func TestClientAzureCLIRunsRemedies(t *testing.T) {
	t.Parallel()
	needCommand(t, "sh")
	for scenario, tc := range map[string]struct {
		commands int // of Azure CLI
		before   string
		after    string // root cause with what the commands made; empty is healthy
	}{
		"mailstore":                   {2, "secret-expired", ""},
		"secret-on-service-principal": {2, "secret-superseded", ""},
		"certificate-expired":         {1, "certificate-expired", ""},
		"disabled-service-principal":  {1, "service-principal-disabled", ""},
		"no-service-principal":        {1, "service-principal-missing", "permission-missing"},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			a := newAzure(t, scenario)
			a.az("login", "--use-device-code", "--allow-no-subscriptions", "--query", "[].tenantId")
			certificate := a.newCertificate()
			before := a.diagnose()
			if before.RootCause == nil || before.RootCause.ID != tc.before {
				t.Fatalf("the root cause is %v, want %s", before.RootCause, tc.before)
			}
			ran := 0
			for _, command := range azureCommands(before.RootCause) {
				ran++
				a.use(a.must("sh", "-c", command), certificate)
			}
			if ran != tc.commands {
				t.Errorf("%d commands of Azure CLI, want %d", ran, tc.commands)
			}
			if got := a.diagnoseUntil(tc.after); got != tc.after {
				t.Errorf("after the commands the root cause is %q, want %q", got, tc.after)
			}
		})
	}
}

// azureCommands are the commands of a cause for this shell that need Azure CLI.
func azureCommands(cause *result.Cause) []string {
	var out []string
	for _, remedy := range cause.Remedies {
		for _, c := range remedy.Commands {
			if c.Shell == "sh" && strings.HasPrefix(c.Command, "az ") {
				out = append(out, c.Command)
			}
		}
	}
	return out
}

// newCertificate writes certificate.pem, which remedies name, where the commands
// run, and returns the path of a file that has the private key as well.
func (a azure) newCertificate() string {
	a.t.Helper()
	client, err := pki.NewClient("renewed", time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0))
	if err != nil {
		a.t.Fatal(err)
	}
	both, err := client.PEM(client)
	if err != nil {
		a.t.Fatal(err)
	}
	public, _, _ := bytes.Cut(both, []byte("-----BEGIN PRIVATE KEY-----"))
	path := filepath.Join(a.dir, "renewed.pem")
	for name, data := range map[string][]byte{filepath.Join(a.dir, "certificate.pem"): public, path: both} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	return path
}

// use puts what a command made where the product keeps its credential: the new
// secret that it printed, or the certificate that it uploaded.
func (a azure) use(printed, certificate string) {
	a.t.Helper()
	var made struct{ Password *string }
	if json.Unmarshal([]byte(printed), &made) != nil || !strings.Contains(printed, `"password"`) {
		return // a command that makes no credential
	}
	if made.Password != nil {
		a.env = append(a.env, "AZURE_CLIENT_SECRET="+*made.Password)
	} else {
		a.env = append(a.env, "AZURE_CLIENT_CERTIFICATE_PATH="+certificate)
	}
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
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
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
