package graphapi

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const trusts = "/v1.0/applications/" + appObject + "/federatedIdentityCredentials"

func trustBody(name, issuer, subject, audiences string) string {
	return `{"name":"` + name + `","issuer":"` + issuer + `","subject":"` + subject + `","audiences":` + audiences + `}`
}

// A new federated credential is listed and can be removed; invalid ones are refused.
func TestAddFederated(t *testing.T) {
	s := start(t, nil)
	const audience = `["api://AzureADTokenExchange"]`
	good := trustBody("main-branch", "https://issuer.example", "repo:harbour/x", audience)
	a := s.post("all", trusts, good)
	a.want(t, 201, "")
	id, _ := a.json["id"].(string)
	if a.json["issuer"] != "https://issuer.example" || id == "" || len(s.get(trusts).values()) != 2 {
		t.Errorf("%s", a.raw)
	}
	for body, want := range map[string]string{
		good: "409 Request_MultipleObjectsWithSameKeyValue",
		trustBody("other", "https://issuer.example", "repo:harbour/x", audience):                 "400 InvalidFederatedIdentityCredentialValue",
		trustBody("other", "http://issuer.example", "s", audience):                               "400 InvalidFederatedIdentityCredentialValue",
		trustBody("other", "https://issuer.example", "", audience):                               "400 InvalidFederatedIdentityCredentialValue",
		trustBody("other", "https://issuer.example", "s", `[]`):                                  "400 InvalidFederatedIdentityCredentialValue",
		trustBody("other", "https://issuer.example", "s", `["a","b"]`):                           "400 InvalidFederatedIdentityCredentialValue",
		trustBody("a name", "https://issuer.example", "s", audience):                             "400 InvalidFederatedIdentityCredentialValue",
		trustBody(strings.Repeat("n", 121), "https://issuer.example", "s", audience):             "400 InvalidFederatedIdentityCredentialValue",
		trustBody("other", "https://issuer.example", strings.Repeat("s", 601), audience):         "400 InvalidFederatedIdentityCredentialValue",
		strings.Replace(good, `"name"`, `"nickname"`, 1):                                         "400 BadRequest",
		`{"name":"other","issuer":"https://issuer.example","subject":"s","audiences":"not one"}`: "400 BadRequest",
		trustBody("third", "https://i.example", "S", audience):                                   "201 ",
		trustBody("fourth", "https://i.example", "s", audience):                                  "201 ",
	} {
		if got := s.post("all", trusts, body); strconv.Itoa(got.StatusCode)+" "+got.code() != want {
			t.Errorf("%.120s: %d %s, want %s", body, got.StatusCode, got.raw, want)
		}
	}
	s.do(http.MethodDelete, "all", trusts+"/"+id, "").want(t, 204, "")
	s.do(http.MethodDelete, "all", trusts+"/"+id, "").want(t, 404, "Request_ResourceNotFound")
}

func TestAddFederatedNeedsARight(t *testing.T) {
	s := start(t, nil)
	body := trustBody("main-branch", "https://issuer.example", "repo:harbour/x", `["a"]`)
	for _, who := range []string{"none", "reader", "owned"} {
		s.post(who, trusts, body).want(t, 403, "Authorization_RequestDenied")
	}
	s.world.Tenants[0].Applications[0].Owners = []string{ownerSP}
	s.post("owned", "/v1.0/applications(appId='"+appClient+"')/federatedIdentityCredentials", body).want(t, 201, "")
}

// The limit is twenty, and a lagging replica does not show the newest.
func TestFederatedLimitAndLag(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) { tenant.ListDelay = time.Minute })
	for i := range 19 {
		s.post("all", trusts, trustBody("trust-"+strconv.Itoa(i), "https://issuer.example", "s"+strconv.Itoa(i), `["a"]`)).want(t, 201, "")
	}
	s.post("all", trusts, trustBody("trust-20", "https://issuer.example", "s20", `["a"]`)).want(t, 400, "Request_BadRequest")
	if n := len(s.get(trusts).values()); n != 1 {
		t.Errorf("a replica that lags shows %d", n)
	}
}
