package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// m365 is CLI for Microsoft 365 against a sandbox, through its proxy: its hosts
// are built in, and its HTTP client honours HTTPS_PROXY.
type m365 struct {
	*clientHost
	script string
}

// newM365 prepares CLI for Microsoft 365 with a home of its own, in which it is
// told beforehand to send no telemetry.
func newM365(t *testing.T) m365 {
	t.Helper()
	const name = "@pnp/cli-microsoft365"
	needNode(t, name)
	h := newClientHost(t, clientsTenant(t), "CLIMICROSOFT365_NOUPDATE=1")
	settings := filepath.Join(h.value("XDG_CONFIG_HOME"), "configstore", "cli-m365-config.json")
	if err := os.MkdirAll(filepath.Dir(settings), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, []byte(`{"disableTelemetry": true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return m365{h, filepath.Join(clientsDir(t), "node_modules", filepath.FromSlash(name), "dist", "index.js")}
}

func (m m365) run(args ...string) string {
	m.t.Helper()
	return m.must("node", append([]string{m.script}, args...)...)
}

func (m m365) refuse(want string, args ...string) {
	m.t.Helper()
	m.refused(want, "node", append([]string{m.script}, args...)...)
}

func (m m365) login(id, secret, tenant string) []string {
	return []string{"login", "--authType", "secret", "--appId", id, "--secret=" + secret, "--tenant", tenant}
}

func TestClientMicrosoft365SignIn(t *testing.T) {
	t.Parallel()
	m := newM365(t)
	id, secret, tenant := m.value("AZURE_CLIENT_ID"), m.value("AZURE_CLIENT_SECRET"), m.value("AZURE_TENANT_ID")
	m.refuse("AADSTS7000215", m.login(id, secret+"x", tenant)...)
	m.refuse("AADSTS700016", m.login(unknownID, secret, tenant)...)
	m.refuse("AADSTS90002", m.login(id, secret, unknownID)...)
	m.run(m.login(id, secret, tenant)...)
	if got := m.run("status", "--query", "connectedAs"); got != `"Roster Bridge"` {
		t.Errorf("signed in as %s", got)
	}
}

// TestClientMicrosoft365Lists runs a script of its commands, which holds what it
// expects.
func TestClientMicrosoft365Lists(t *testing.T) {
	t.Parallel()
	m := newM365(t)
	if got := m.must("node", filepath.Join(clientsDir(t), "m365-lists.mjs")); !strings.Contains(got, "pass 5\n") {
		t.Errorf("not all tests ran\n%s", got)
	}
}
