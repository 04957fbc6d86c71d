package main

import (
	"context"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// assistant connects to spcheck mcp as an assistant does.
func assistant(t *testing.T, server *sandbox.Server) *mcp.ClientSession {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, binary, "mcp")
	cmd.Env = append(environOf(t, server, nil), "SPCHECK_READER=environment")
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(ctx, &mcp.CommandTransport{Command: cmd}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func call(t *testing.T, s *mcp.ClientSession, tool string, args map[string]any) (text string, isError bool) {
	t.Helper()
	result, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	whole, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	return string(whole), result.IsError
}

// An assistant gets the reports of the commands, and never the secret, wherever it
// puts it.
func TestMCP(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	s := assistant(t, server)
	secret := setting(server, "AZURE_CLIENT_SECRET")
	for tool, want := range map[string]struct {
		args map[string]any
		text string
	}{
		"explain":      {map[string]any{"text": "AADSTS7000222 " + secret}, `"id":"secret-expired"`},
		"diagnose":     {map[string]any{"errorText": "AADSTS7000222 password=" + secret}, `"rootCause":{`},
		"list_secrets": {map[string]any{"sp": "MailStoreSP"}, `"status":"expired"`},
		"where":        {map[string]any{"sp": "MailStoreSP", "in": []string{"environment"}, "paths": []string{t.TempDir()}}, `"setting":"AZURE_CLIENT_SECRET"`},
		"scan_summary": {map[string]any{}, `"critical":1`},
	} {
		got, isError := call(t, s, tool, want.args)
		if isError || !strings.Contains(got, want.text) {
			t.Errorf("%s: %s", tool, got)
		}
		if strings.Contains(got, secret) {
			t.Errorf("%s shows the secret", tool)
		}
	}
}

// What an assistant gets wrong is said to it, and no word of its is taken for a
// flag: none can change anything, send a value or name a file that holds a secret.
func TestMCPBadInput(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	s := assistant(t, server)
	for name, c := range map[string]struct {
		tool string
		args map[string]any
	}{
		"flag in a name":    {"list_secrets", map[string]any{"sp": "--reader=none"}},
		"flag in a path":    {"where", map[string]any{"sp": "MailStoreSP", "paths": []string{"--prove"}, "in": []string{}}},
		"unknown profile":   {"diagnose", map[string]any{"profile": "nobody"}},
		"unknown source":    {"where", map[string]any{"in": []string{"ftp:x"}}},
		"unknown field":     {"list_secrets", map[string]any{"clientSecret": "x"}},
		"a changing window": {"scan_summary", map[string]any{"within": "soon"}},
	} {
		got, isError := call(t, s, c.tool, c.args)
		if !isError && !strings.Contains(got, `"status":"unknown"`) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got, isError := call(t, s, "explain", map[string]any{"text": strings.Repeat("nothing here. ", 50_000)}); isError || !strings.Contains(got, `"matches":[]`) {
		t.Errorf("a long text: %.300s", got)
	}
}
