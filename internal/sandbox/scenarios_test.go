package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// keeper records the last answer of the sign-in service.
type keeper struct {
	http.RoundTripper
	status int
	body   []byte
}

func (k *keeper) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := k.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	k.status = response.StatusCode
	k.body, err = io.ReadAll(response.Body)
	response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(k.body))
	return response, err
}

func (k *keeper) codes() []int {
	var body struct {
		Codes []int `json:"error_codes"`
	}
	_ = json.Unmarshal(k.body, &body)
	return body.Codes
}

// signIn signs the configured client in with MSAL, as products do.
func signIn(t *testing.T, client *http.Client, env map[string]string) (confidential.AuthResult, error) {
	t.Helper()
	app, err := confidential.New(env["AZURE_AUTHORITY_HOST"]+"/"+env["AZURE_TENANT_ID"], env["AZURE_CLIENT_ID"], credential(t, env),
		confidential.WithHTTPClient(client), confidential.WithInstanceDiscovery(false))
	if err != nil {
		t.Fatal(err)
	}
	scope := graphScope
	if env["SPCHECK_CLOUD"] == "usgov" {
		scope = "https://graph.microsoft.us/.default"
	}
	return app.AcquireTokenByCredential(t.Context(), []string{scope})
}

func credential(t *testing.T, env map[string]string) confidential.Credential {
	t.Helper()
	var out confidential.Credential
	var err error
	switch {
	case env["AZURE_CLIENT_CERTIFICATE_PATH"] != "":
		pem, readErr := os.ReadFile(env["AZURE_CLIENT_CERTIFICATE_PATH"])
		if readErr != nil {
			t.Fatal(readErr)
		}
		certificates, key, pemErr := confidential.CertFromPEM(pem, "")
		if pemErr != nil {
			t.Fatal(pemErr)
		}
		out, err = confidential.NewCredFromCert(certificates, key)
	case env["AZURE_FEDERATED_TOKEN_FILE"] != "":
		out = confidential.NewCredFromAssertionCallback(func(context.Context, confidential.AssertionRequestOptions) (string, error) {
			token, err := os.ReadFile(env["AZURE_FEDERATED_TOKEN_FILE"])
			return string(token), err
		})
	default:
		out, err = confidential.NewCredFromSecret(env["AZURE_CLIENT_SECRET"])
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEveryScenarioAnswersAsItSays signs in to each shipped scenario with MSAL and
// compares the answer with that in the file.
func TestEveryScenarioAnswersAsItSays(t *testing.T) {
	all, err := sandbox.List()
	if err != nil {
		t.Fatal(err)
	}
	if all[0].Name != sandbox.DefaultScenario {
		t.Errorf("the list begins with %s, not with the default", all[0].Name)
	}
	for _, info := range all {
		t.Run(info.Name, func(t *testing.T) {
			t.Parallel()
			spec, err := sandbox.Load(info.Name)
			if err != nil {
				t.Fatal(err)
			}
			if spec.Title != info.Title {
				t.Errorf("the list has the title %q, want %q", info.Title, spec.Title)
			}
			if spec.Description == "" || len(spec.Expect) == 0 {
				t.Error("a scenario needs a description and what to expect")
			}
			_, client, env := start(t, info.Name)
			if spec.Answer.None {
				return
			}
			kept := &keeper{RoundTripper: client.Transport}
			result, err := signIn(t, &http.Client{Transport: kept}, env)
			if diff := cmp.Diff(spec.Answer.Codes, kept.codes()); diff != "" {
				t.Errorf("codes (-promised +answered):\n%s\n%s", diff, kept.body)
			}
			if kept.status != spec.Answer.Status {
				t.Errorf("status %d, promised %d: %s", kept.status, spec.Answer.Status, kept.body)
			}
			if signedIn := err == nil && strings.Count(result.AccessToken, ".") == 2; signedIn != (spec.Answer.Status == http.StatusOK) {
				t.Errorf("signed in: %v, promised status %d", signedIn, spec.Answer.Status)
			}
		})
	}
}
