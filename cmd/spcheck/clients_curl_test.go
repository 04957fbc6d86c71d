package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"
)

// curl speaks the protocol without a library in between, as scripts do. It reads
// the certificate authority from the sandbox's environment.
type curl struct{ *clientHost }

// tokenAnswer is what the token and the device-code endpoints answer, in both
// versions.
type tokenAnswer struct {
	Error       string
	ErrorCodes  []int  `json:"error_codes"`
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   any    `json:"expires_in"`
	Resource    string
	DeviceCode  string `json:"device_code"`
	Interval    int
}

// post sends a form and returns the status and the answer.
func (c curl) post(path string, args ...string) (int, tokenAnswer) {
	c.t.Helper()
	args = append([]string{"--silent", "--show-error", "--write-out", "\n%{http_code}"}, args...)
	out := c.must("curl", append(args, c.value("AZURE_AUTHORITY_HOST")+"/"+c.value("AZURE_TENANT_ID")+path)...)
	cut := strings.LastIndex(out, "\n")
	status, err := strconv.Atoi(out[cut+1:])
	if err != nil {
		c.t.Fatalf("curl printed no status: %v", err)
	}
	var answer tokenAnswer
	if err := json.Unmarshal([]byte(out[:cut]), &answer); err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	return status, answer
}

// form turns names and values into curl's arguments; curl encodes the values.
func form(pairs ...string) []string {
	var out []string
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, "--data-urlencode", pairs[i]+"="+pairs[i+1])
	}
	return out
}

func TestClientCurlToken(t *testing.T) {
	t.Parallel()
	needCommand(t, "curl")
	c := curl{newClientHost(t, clientsTenant(t))}
	id, secret := c.value("AZURE_CLIENT_ID"), c.value("AZURE_CLIENT_SECRET")
	const v1, v2, scope = "/oauth2/token", "/oauth2/v2.0/token", "https://graph.microsoft.com/.default"
	grant := []string{"grant_type", "client_credentials"}
	inBody := append(grant, "client_id", id, "client_secret", secret)
	for name, tc := range map[string]struct {
		path   string
		args   []string
		status int
		code   int // of a refusal
	}{
		"secret in the body":  {v2, form(append(inBody, "scope", scope)...), 200, 0},
		"secret as Basic":     {v2, append(form(append(grant, "scope", scope)...), "--user", id+":"+secret), 200, 0},
		"version 1":           {v1, form(append(inBody, "resource", "https://graph.microsoft.com")...), 200, 0},
		"wrong secret, Basic": {v2, append(form(append(grant, "scope", scope)...), "--user", id+":wrong"), 401, 7000215},
		"wrong secret, body":  {v1, form(append(grant, "client_id", id, "client_secret", "wrong", "resource", "https://graph.microsoft.com")...), 401, 7000215},
		"no secret":           {v2, form(append(grant, "client_id", id, "scope", scope)...), 401, 7000216},
		"no scope":            {v2, form(inBody...), 400, 90014},
		"unknown grant":       {v2, form("grant_type", "magic", "client_id", id), 400, 70003},
		"unknown application": {v2, form(append(grant, "client_id", unknownID, "client_secret", secret, "scope", scope)...), 400, 700016},
	} {
		t.Run(name, func(t *testing.T) {
			status, got := c.post(tc.path, tc.args...)
			if status != tc.status {
				t.Fatalf("status %d, want %d: %s %v", status, tc.status, got.Error, got.ErrorCodes)
			}
			if tc.code != 0 {
				if len(got.ErrorCodes) != 1 || got.ErrorCodes[0] != tc.code {
					t.Errorf("codes %v, want %d", got.ErrorCodes, tc.code)
				}
				return
			}
			// Only version 1 writes numbers as strings and names the resource.
			_, text := got.ExpiresIn.(string)
			if strings.Count(got.AccessToken, ".") != 2 || got.TokenType != "Bearer" || text != (tc.path == v1) || (got.Resource != "") != (tc.path == v1) {
				t.Errorf("an answer of type %q, expires_in %v, resource %q", got.TokenType, got.ExpiresIn, got.Resource)
			}
		})
	}
}

func TestClientCurlDeviceCode(t *testing.T) {
	t.Parallel()
	needCommand(t, "curl")
	c := curl{newClientHost(t, clientsTenant(t))}
	const azureCLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	status, begun := c.post("/oauth2/v2.0/devicecode", form("client_id", azureCLI, "scope", "https://graph.microsoft.com/.default offline_access")...)
	if status != 200 || begun.DeviceCode == "" || begun.Interval != 5 {
		t.Fatalf("%d %+v", status, begun)
	}
	poll := form("grant_type", "urn:ietf:params:oauth:grant-type:device_code", "client_id", azureCLI, "device_code", begun.DeviceCode)
	status, got := c.post("/oauth2/v2.0/token", poll...)
	if status != 400 || got.Error != "authorization_pending" {
		t.Errorf("the first poll: %d %s", status, got.Error)
	}
	for end := time.Now().Add(clientPatience); status != 200 && time.Now().Before(end); time.Sleep(time.Second) {
		if status, got = c.post("/oauth2/v2.0/token", poll...); status != 200 && got.Error != "authorization_pending" {
			break
		}
	}
	if status != 200 || got.AccessToken == "" {
		t.Fatalf("the last poll: %d %s", status, got.Error)
	}
	if status, got = c.post("/oauth2/v2.0/token", poll...); status != 400 || got.Error == "authorization_pending" {
		t.Errorf("a used code: %d %s", status, got.Error)
	}
}
