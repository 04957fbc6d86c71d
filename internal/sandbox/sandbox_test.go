package sandbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// start starts a sandbox and returns it with a client that trusts it and its environment.
func start(t *testing.T, name string, change ...func(*sandbox.Options)) (*sandbox.Server, *http.Client, map[string]string) {
	t.Helper()
	spec, err := sandbox.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	o := sandbox.Options{Scenario: spec}
	for _, c := range change {
		c(&o)
	}
	s, err := sandbox.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CACertPEM()) {
		t.Fatal("the CA is no PEM certificate")
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	t.Cleanup(client.CloseIdleConnections)
	env := map[string]string{}
	for _, v := range s.Env() {
		env[v.Name] = v.Value
	}
	return s, client, env
}

const graphScope = "https://graph.microsoft.com/.default"

// readerToken signs in with MSAL as the sandbox's reader.
func readerToken(t *testing.T, s *sandbox.Server, client *http.Client, env map[string]string) string {
	t.Helper()
	tenant := env["SPCHECK_READER_TENANT_ID"]
	if tenant == "" {
		tenant = env["AZURE_TENANT_ID"]
	}
	credential, err := confidential.NewCredFromSecret(env["SPCHECK_READER_CLIENT_SECRET"])
	if err != nil {
		t.Fatal(err)
	}
	app, err := confidential.New(s.URL()+"/"+tenant, env["SPCHECK_READER_CLIENT_ID"], credential,
		confidential.WithHTTPClient(client), confidential.WithInstanceDiscovery(false))
	if err != nil {
		t.Fatal(err)
	}
	result, err := app.AcquireTokenByCredential(t.Context(), []string{graphScope})
	if err != nil {
		t.Fatal(err)
	}
	return result.AccessToken
}

func TestReaderReadsTheStory(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	token := readerToken(t, s, client, env)
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/v1.0/servicePrincipals(appId='"+env["AZURE_CLIENT_ID"]+"')", nil)
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	var sp struct {
		DisplayName         string
		PasswordCredentials []struct{ DisplayName, Hint, CustomKeyIdentifier *string }
	}
	if err := json.Unmarshal(body, &sp); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", response.StatusCode, body)
	}
	if sp.DisplayName != "MailStoreSP" || len(sp.PasswordCredentials) != 1 {
		t.Fatalf("got %s", body)
	}
	if p := sp.PasswordCredentials[0]; p.Hint != nil || p.DisplayName != nil || p.CustomKeyIdentifier != nil {
		t.Errorf("a password made with MSOnline has no hint and no name, got %s", body)
	}
}
