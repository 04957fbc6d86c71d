package sandbox_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// azureCLI is the public client of az.
const azureCLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

func publicClient(t *testing.T, s *sandbox.Server, client *http.Client, env map[string]string) public.Client {
	t.Helper()
	app, err := public.New(azureCLI, public.WithAuthority(s.URL()+"/"+env["AZURE_TENANT_ID"]),
		public.WithHTTPClient(client), public.WithInstanceDiscovery(false))
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// readsApplications checks that a user's token can read applications.
func readsApplications(t *testing.T, s *sandbox.Server, client *http.Client, token string) {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/v1.0/applications", nil)
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("Graph answers %d to the user", response.StatusCode)
	}
}

func TestDeviceCode(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	app := publicClient(t, s, client, env)
	code, err := app.AcquireTokenByDeviceCode(t.Context(), []string{graphScope})
	if err != nil {
		t.Fatal(err)
	}
	if r := code.Result; r.VerificationURL != s.URL()+"/devicelogin" || len(r.UserCode) != 9 || !strings.Contains(r.Message, r.UserCode) {
		t.Errorf("the user is told %+v", r)
	}
	result, err := code.AuthenticationResult(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if result.Account.PreferredUsername != "ada.albers@brightwater.example" {
		t.Errorf("signed in as %q", result.Account.PreferredUsername)
	}
	readsApplications(t, s, client, result.AccessToken)
}

func TestBrowser(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	app := publicClient(t, s, client, env)
	browse := func(address string) error {
		go submitForm(client, address)
		return nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	result, err := app.AcquireTokenInteractive(ctx, []string{graphScope}, public.WithOpenURL(browse))
	if err != nil {
		t.Fatal(err)
	}
	readsApplications(t, s, client, result.AccessToken)
}

// submitForm submits a form_post page like a browser.
func submitForm(client *http.Client, address string) {
	response, err := client.Get(address)
	if err != nil {
		return
	}
	page, _ := io.ReadAll(response.Body)
	response.Body.Close()
	action := regexp.MustCompile(`action="([^"]+)"`).FindSubmatch(page)
	if action == nil {
		return
	}
	values := url.Values{}
	for _, m := range regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`).FindAllSubmatch(page, -1) {
		values.Set(string(m[1]), html.UnescapeString(string(m[2])))
	}
	if response, err = http.PostForm(html.UnescapeString(string(action[1])), values); err == nil {
		response.Body.Close()
	}
}

// TestAuthorizeRedirectsToLoopbackOnly checks that codes are sent to loopback addresses
// only.
func TestAuthorizeRedirectsToLoopbackOnly(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	for _, redirect := range []string{"https://elsewhere.example/", "http://127.0.0.1.elsewhere.example/", "javascript:alert(1)", ""} {
		query := url.Values{"client_id": {azureCLI}, "response_type": {"code"}, "scope": {graphScope}, "redirect_uri": {redirect}}
		response, err := client.Get(s.URL() + "/" + env["AZURE_TENANT_ID"] + "/oauth2/v2.0/authorize?" + query.Encode())
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %d", redirect, response.StatusCode)
		}
	}
}

// TestCodeNeedsItsVerifier checks PKCE, and that a code works once.
func TestCodeNeedsItsVerifier(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	base := s.URL() + "/" + env["AZURE_TENANT_ID"] + "/oauth2/v2.0/"
	const redirect = "http://localhost:1/"
	// The example of RFC 7636, appendix B.
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	redeem := func(verifier string) int {
		query := url.Values{"client_id": {azureCLI}, "response_type": {"code"}, "scope": {graphScope}, "redirect_uri": {redirect},
			"code_challenge": {challenge}, "code_challenge_method": {"S256"}, "state": {"mine"}}
		response, err := client.Get(base + "authorize?" + query.Encode())
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		to, err := response.Location()
		if err != nil || to.Query().Get("state") != "mine" {
			t.Fatalf("%d to %v", response.StatusCode, to)
		}
		answer, err := client.PostForm(base+"token", url.Values{"client_id": {azureCLI}, "grant_type": {"authorization_code"},
			"code": {to.Query().Get("code")}, "redirect_uri": {redirect}, "code_verifier": {verifier}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	if status := redeem(verifier); status != http.StatusOK {
		t.Errorf("with the verifier: %d", status)
	}
	if status := redeem("another-verifier-of-the-right-length-0123456789"); status != http.StatusBadRequest {
		t.Errorf("with another verifier: %d", status)
	}
}
