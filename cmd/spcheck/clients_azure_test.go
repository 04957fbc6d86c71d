package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// azure is Azure CLI against a sandbox.
type azure struct{ *clientHost }

// newAzure prepares Azure CLI with a folder of its own.
func newAzure(t *testing.T, scenario string) azure {
	t.Helper()
	needCommand(t, "az")
	path := warmAzure() + string(filepath.ListSeparator) + machinePath
	return azure{newClientHost(t, scenario, azureFolder(t), "AZURE_CORE_COLLECT_TELEMETRY=no", "AZURE_CORE_NO_COLOR=yes", "PATH="+path)}
}

// usedAzureFolder is a folder of Azure CLI where nobody is signed in, and where it
// has noted which command is in which of its parts. Finding that out takes it
// longer than most commands.
var usedAzureFolder = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(binary), "azure-cli")
	cmd := exec.Command(ofMachine("az"), "logout") // refused, as nobody is signed in
	cmd.Env = append(os.Environ(), "PATH="+machinePath, "AZURE_CONFIG_DIR="+dir, "AZURE_CORE_COLLECT_TELEMETRY=no")
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return "", err
	}
	return dir, nil
})

// azureFolder is the setting of a new folder of Azure CLI, where nobody is signed
// in yet.
func azureFolder(t *testing.T) string {
	t.Helper()
	used, err := usedAzureFolder()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"commandIndex.json", "versionCheck.json"} {
		if data, err := os.ReadFile(filepath.Join(used, name)); err == nil {
			putFile(t, filepath.Join(dir, name), string(data))
		}
	}
	return "AZURE_CONFIG_DIR=" + dir
}

// az runs a command that has to succeed; its output is text, a line per item.
func (a azure) az(args ...string) string {
	a.t.Helper()
	return a.must("az", append(args, "--output", "tsv")...)
}

func (a azure) refuse(want string, args ...string) {
	a.t.Helper()
	a.refused(want, "az", args...)
}

// login are the arguments that sign an application in.
func login(id, secret, tenant string) []string {
	// A secret may begin with a hyphen, so it is not a word of its own.
	return []string{"login", "--service-principal", "--username", id, "--password=" + secret, "--tenant", tenant, "--allow-no-subscriptions"}
}

// loginAsClient signs the configured application in.
func (a azure) loginAsClient() {
	a.t.Helper()
	a.az(append(login(a.value("AZURE_CLIENT_ID"), a.value("AZURE_CLIENT_SECRET"), a.value("AZURE_TENANT_ID")), "--query", "[].tenantId")...)
}

// unknownID is well-formed, and nothing has it.
const unknownID = "0e5b7a16-93c4-4d2f-8f1b-c64a2d7e9035"

func TestClientAzureCLISignIn(t *testing.T) {
	t.Parallel()
	a := newAzure(t, clientsTenant(t))
	id, secret, tenant := a.value("AZURE_CLIENT_ID"), a.value("AZURE_CLIENT_SECRET"), a.value("AZURE_TENANT_ID")
	a.refuse("AADSTS7000215", login(id, secret+"x", tenant)...)
	a.refuse("AADSTS700016", login(unknownID, secret, tenant)...)
	a.refuse("AADSTS90002", login(id, secret, unknownID)...)
	a.refuse("No subscriptions found", login(id, secret, tenant)[:7]...)
	// The domain leads to the same tenant.
	a.az(append(login(id, secret, "larkfield.example"), "--query", "[].tenantId")...)
	a.loginAsClient()
	if got := a.az("account", "show", "--query", "[tenantId, user.name, user.type]"); strings.Join(strings.Fields(got), " ") != tenant+" "+id+" servicePrincipal" {
		t.Errorf("signed in as %q", got)
	}
	a.refuse("/me request is only valid with delegated authentication flow", "ad", "signed-in-user", "show")
	a.az("logout")
	a.refuse("az login", "ad", "app", "list")
}

// TestClientAzureCLIUser signs a person in, without naming the tenant.
func TestClientAzureCLIUser(t *testing.T) {
	t.Parallel()
	a := newAzure(t, clientsTenant(t))
	got := a.az("login", "--use-device-code", "--allow-no-subscriptions", "--query", "[].[tenantId, user.type]")
	if strings.Join(strings.Fields(got), " ") != a.value("AZURE_TENANT_ID")+" user" {
		t.Errorf("signed in to %q", got)
	}
	if got := a.az("ad", "signed-in-user", "show", "--query", "userPrincipalName"); got != "ada.albers@larkfield.example" {
		t.Errorf("signed in as %q", got)
	}
	if got := a.az("ad", "app", "list", "--display-name", "Ledger", "--query", "[].displayName"); got != "Ledger Export" {
		t.Errorf("the person reads %q", got)
	}
}

func TestClientAzureCLILists(t *testing.T) {
	t.Parallel()
	a := newAzure(t, clientsTenant(t))
	a.loginAsClient()
	id := a.value("AZURE_CLIENT_ID")
	for _, c := range []struct {
		want string // all lines, or a part of the refusal
		fail bool
		args []string
	}{
		{"Badge Printer|Ledger Export|O'Dowd & Søn Scheduler|Parcel Labels|Roster Bridge|Visitor List|spcheck reader", false,
			[]string{"ad", "app", "list", "--all", "--query", "sort([].displayName)"}},
		{"Badge Printer|Cloud Fax|Ledger Export|Microsoft Graph|O'Dowd & Søn Scheduler|Parcel Labels|Roster Bridge|Visitor List|spcheck reader", false,
			[]string{"ad", "sp", "list", "--all", "--query", "sort([].displayName)"}},
		{"Roster Bridge", false, []string{"ad", "sp", "show", "--id", id, "--query", "displayName"}},
		{"Roster Bridge", false, []string{"ad", "app", "show", "--id", id, "--query", "displayName"}},
		{"Ledger Export", false, []string{"ad", "app", "show", "--id", "api://larkfield.example/ledger", "--query", "displayName"}},
		{"Cloud Fax", false, []string{"ad", "sp", "list", "--display-name", "Cloud", "--query", "[].displayName"}},
		{"O'Dowd & Søn Scheduler", false, []string{"ad", "app", "list", "--filter", "displayName eq 'O''Dowd & Søn Scheduler'", "--query", "[].displayName"}},
		{"", false, []string{"ad", "app", "owner", "list", "--id", id}},
		{"", false, []string{"ad", "app", "federated-credential", "list", "--id", id}},
		{"1", false, []string{"ad", "app", "credential", "list", "--id", "b4c7d2a0-58e1-4f39-a6b5-2d90e7c31f84", "--cert", "--query", "length(@)"}},
		{"does not exist or one of its queried reference-property objects", true, []string{"ad", "sp", "show", "--id", unknownID}},
		// Azure CLI doubles no quotation mark, and so gets what it asks for.
		{"unterminated string literal", true, []string{"ad", "app", "list", "--display-name", "O'Dowd"}},
		{"Must be between 1 and 999 inclusive", true, []string{"rest", "--url", "https://graph.microsoft.com/v1.0/applications?$top=1000"}},
	} {
		if c.fail {
			a.refuse(c.want, c.args...)
		} else if got := strings.Join(strings.Split(a.az(c.args...), "\n"), "|"); got != c.want {
			t.Errorf("az %v: %q, want %q", c.args, got, c.want)
		}
	}
}

// secretsOf are the key IDs of the passwords that Azure CLI lists on an object;
// kind is app or sp.
func (a azure) secretsOf(kind, id string) []string {
	a.t.Helper()
	return strings.Fields(a.az("ad", kind, "credential", "list", "--id", id, "--query", "[].keyId"))
}

// TestClientAzureCLICredentials adds, replaces and removes secrets of both objects.
func TestClientAzureCLICredentials(t *testing.T) {
	t.Parallel()
	a := newAzure(t, clientsTenant(t))
	a.loginAsClient()
	id := a.az("ad", "app", "list", "--display-name", "Ledger Export", "--query", "[0].appId")
	for kind, had := range map[string]int{"app": 2, "sp": 1} {
		before := a.secretsOf(kind, id)
		if len(before) != had {
			t.Fatalf("%s has %v, want %d", kind, before, had)
		}
		added := a.az("ad", kind, "credential", "reset", "--id", id, "--append", "--display-name", "added by az", "--query", "password")
		after := a.secretsOf(kind, id)
		if len(after) != had+1 || !slices.Equal(after[1:], before) {
			t.Errorf("%s: after adding %v, want one more than %v, in front", kind, after, before)
		}
		a.signsIn(id, added)

		a.az("ad", kind, "credential", "delete", "--id", id, "--key-id", after[0])
		if got := a.secretsOf(kind, id); !slices.Equal(got, before) {
			t.Errorf("%s: after removing %v, want %v", kind, got, before)
		}
		a.elsewhere().refuse("AADSTS7000215", login(id, added, a.value("AZURE_TENANT_ID"))...)
		a.refuse("No credentials found to be removed", "ad", kind, "credential", "delete", "--id", id, "--key-id", unknownID)

		a.az("ad", kind, "credential", "reset", "--id", id, "--query", "appId")
		if got := a.secretsOf(kind, id); len(got) != 1 || slices.Contains(before, got[0]) {
			t.Errorf("%s: after replacing all %v", kind, got)
		}
	}
}

// elsewhere is an Azure CLI where nobody is signed in yet, on the same sandbox.
func (a azure) elsewhere() azure {
	return azure{&clientHost{a.t, append(slices.Clone(a.env), azureFolder(a.t)), a.dir}}
}

// signsIn checks that a new secret signs in after a while.
func (a azure) signsIn(id, secret string) {
	a.t.Helper()
	other := a.elsewhere()
	var got ran
	for end := time.Now().Add(clientPatience); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		if got = other.run("az", login(id, secret, a.value("AZURE_TENANT_ID"))...); got.code == 0 {
			return
		}
		// A replica that has not heard of the secret says the one or the other.
		if !strings.Contains(got.stderr, "AADSTS7000215") && !strings.Contains(got.stderr, "AADSTS7000222") {
			break
		}
	}
	a.t.Errorf("the new secret does not sign in\n%s", got.stderr)
}

// TestClientAzureCLIAsReader is the story with an administrator at hand: spcheck
// itself reads Graph through a real Azure CLI, started as users start it.
func TestClientAzureCLIAsReader(t *testing.T) {
	t.Parallel()
	for _, who := range []struct {
		name string
		args func(a azure) []string
	}{
		{"an application", func(a azure) []string {
			return login(a.value("SPCHECK_READER_CLIENT_ID"), a.value("SPCHECK_READER_CLIENT_SECRET"), a.value("AZURE_TENANT_ID"))
		}},
		{"a person", func(azure) []string { return []string{"login", "--use-device-code", "--allow-no-subscriptions"} }},
	} {
		t.Run(who.name, func(t *testing.T) {
			t.Parallel()
			a := newAzure(t, "mailstore").coldly()
			before := a.run(binary, "list-secrets", "--sp", "MailStoreSP", "--reader", "azure-cli")
			if before.code != 3 || !strings.Contains(before.stderr, "az login") {
				t.Errorf("before az login: exit code %d\n%s", before.code, before.stderr)
			}
			a.must("az", who.args(a)...)
			got := a.run(binary, "list-secrets", "--sp", "MailStoreSP", "--reader", "azure-cli", "--output", "json")
			var report result.SecretList
			if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
				t.Fatalf("exit code %d: %v\n%s", got.code, err, got.stderr)
			}
			if got.code != 2 || len(report.Credentials) != 1 || report.Credentials[0].StoredOn != "servicePrincipal" || report.Credentials[0].Status != "expired" {
				t.Errorf("exit code %d\n%s", got.code, got.stdout)
			}
		})
	}
}

// TestClientAzureCLIInSandbox is the command of the contract, word for word.
func TestClientAzureCLIInSandbox(t *testing.T) {
	t.Parallel()
	needCommand(t, "az")
	needCommand(t, "sh")
	const script = `az login --service-principal --username "$AZURE_CLIENT_ID" --password "$AZURE_CLIENT_SECRET" --tenant "$AZURE_TENANT_ID" --allow-no-subscriptions --output none`
	for scenario, want := range map[string]string{"mailstore": "AADSTS7000222", "expired-secret": "AADSTS7000222", "healthy-with-leftovers": ""} {
		real := []string{"PATH=" + machinePath, azureFolder(t), "AZURE_CORE_COLLECT_TELEMETRY=no"}
		got := spcheck(t, nil, real, "sandbox", "--scenario", scenario, "--proxy", "--", "sh", "-c", script)
		if (got.code == 0) != (want == "") || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: exit code %d\n%s%s", scenario, got.code, got.stdout, got.stderr)
		}
	}
}

// What Azure CLI makes of the forms that a PEM file may have, of which spcheck warns:
// it takes the first certificate, and asks for no password.
func TestClientAzureCLICertificateForms(t *testing.T) {
	t.Parallel()
	a := newAzure(t, "certificate-healthy")
	id, tenant := a.value("AZURE_CLIENT_ID"), a.value("AZURE_TENANT_ID")
	usual, err := os.ReadFile(a.value("AZURE_CLIENT_CERTIFICATE_PATH"))
	if err != nil {
		t.Fatal(err)
	}
	authority, err := os.ReadFile(a.value("SSL_CERT_FILE"))
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string, parts ...[]byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, bytes.Join(parts, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a.az(append(login(id, file("leaf-first.pem", usual, authority), tenant), "--query", "[].tenantId")...)
	leafLast := file("leaf-last.pem", authority, usual)
	a.refuse("AADSTS700027", login(id, leafLast, tenant)...)
	got := spcheck(t, nil, append(a.env, "AZURE_CLIENT_CERTIFICATE_PATH="+leafLast), "diagnose", "--reader", "none", "-o", "json")
	for _, part := range []string{"not the first in the file", "Azure CLI use the first"} {
		if got.code != 0 || !strings.Contains(got.stdout, part) || !strings.Contains(got.stderr, part) {
			t.Errorf("exit code %d, and nothing says %q\n%s%s", got.code, part, got.stdout, got.stderr)
		}
	}
}
