package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The TypeScript SDK of the Model Context Protocol, as assistants are built with it.
func TestClientMCPTypeScript(t *testing.T) {
	t.Parallel()
	needNode(t, "@modelcontextprotocol/sdk")
	h := newClientHost(t, "mailstore")
	h.env = append(h.env, "SPCHECK_READER=environment")
	script := filepath.Join(clientsDir(t), "mcp.mjs")
	if got := h.must("node", script, binary, "tools"); got != "diagnose true\nexplain true\nlist_secrets true\nscan_summary true\nwhere true" {
		t.Errorf("tools: %s", got)
	}
	for tool, want := range map[string]struct{ args, text string }{
		"explain":      {`{"text": "AADSTS7000222"}`, `"id":"secret-expired"`},
		"diagnose":     {`{"errorText": "AADSTS7000222"}`, `"rootCause":{"id":"secret-expired"`},
		"list_secrets": {`{"sp": "MailStoreSP"}`, `"status":"expired"`},
		"where":        {`{"sp": "MailStoreSP", "in": ["environment"]}`, `"setting":"AZURE_CLIENT_SECRET"`},
		"scan_summary": {`{}`, `"critical":1`},
	} {
		got := h.run("node", script, binary, tool, want.args)
		if got.code != 0 || !strings.Contains(got.stdout, want.text) {
			t.Errorf("%s: %+v", tool, got)
		}
		if strings.Contains(got.stdout+got.stderr, h.value("AZURE_CLIENT_SECRET")) {
			t.Errorf("%s shows the secret", tool)
		}
	}
	h.refused("unexpected additional properties", "node", script, binary, "list_secrets", `{"clientSecret": "x"}`)
}

// The protocol's own inspector.
func TestClientMCPInspector(t *testing.T) {
	t.Parallel()
	needNode(t, "@modelcontextprotocol/inspector-cli")
	h := newClientHost(t, "mailstore")
	inspector := filepath.Join(clientsDir(t), "node_modules", "@modelcontextprotocol", "inspector-cli", "build", "cli.js")
	if got := h.must("node", inspector, "--cli", binary, "mcp", "--method", "tools/list"); !strings.Contains(got, `"scan_summary"`) {
		t.Error(got)
	}
	got := h.must("node", inspector, "--cli", binary, "mcp", "--method", "tools/call", "--tool-name", "explain", "--tool-arg", "text=AADSTS7000222: expired")
	if !strings.Contains(got, "secret-expired") {
		t.Error(got)
	}
}
