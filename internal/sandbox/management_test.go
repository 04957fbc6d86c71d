package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// TestManagement sends the requests of az login: Azure Resource Manager knows the
// caller's tenant and refuses tokens for other resources.
func TestManagement(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario, withProxy)
	proxy, err := url.Parse(env["HTTPS_PROXY"])
	if err != nil {
		t.Fatal(err)
	}
	token := tokenFor(t, s, client, env, "https://management.core.windows.net//.default")
	graph := tokenFor(t, s, client, env, graphScope)
	client.Transport.(*http.Transport).Proxy = http.ProxyURL(proxy)
	for _, c := range []struct {
		token, path string
		status      int
	}{
		{"", "/tenants", 401},
		{graph, "/tenants", 401},
		{token, "/subscriptions", 200},
		{token, "/subscriptions/none/resourceGroups", 404},
	} {
		if status, _ := managed(t, client, c.token, c.path); status != c.status {
			t.Errorf("%s: %d, want %d", c.path, status, c.status)
		}
	}
	status, body := managed(t, client, token, "/tenants")
	if status != http.StatusOK || len(body.Value) != 1 || body.Value[0].TenantID != env["AZURE_TENANT_ID"] || body.Value[0].DisplayName == "" {
		t.Errorf("%d %+v", status, body)
	}
}

type managedTenants struct {
	Value []struct{ TenantID, DisplayName string }
}

func managed(t *testing.T, client *http.Client, token, path string) (int, managedTenants) {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://management.azure.com"+path+"?api-version=2016-06-01", nil)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var out managedTenants
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, out
}

// tokenFor signs in as the sandbox's reader, for a scope.
func tokenFor(t *testing.T, s *sandbox.Server, client *http.Client, env map[string]string, scope string) string {
	t.Helper()
	credential, err := confidential.NewCredFromSecret(env["SPCHECK_READER_CLIENT_SECRET"])
	if err != nil {
		t.Fatal(err)
	}
	app, err := confidential.New(s.URL()+"/"+env["AZURE_TENANT_ID"], env["SPCHECK_READER_CLIENT_ID"], credential,
		confidential.WithHTTPClient(client), confidential.WithInstanceDiscovery(false))
	if err != nil {
		t.Fatal(err)
	}
	result, err := app.AcquireTokenByCredential(t.Context(), []string{scope})
	if err != nil {
		t.Fatal(err)
	}
	return result.AccessToken
}
