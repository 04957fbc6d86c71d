package workload

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/program"
)

// standIn is a program that answers according to its arguments, and records them.
func standIn(t *testing.T, name, script string) (client program.Client, calls func() string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	dir := t.TempDir()
	text := "#!/bin/sh\nprintf '%s\\n' \"$*\" >>'" + dir + "/args'\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return program.Client{Name: name, Environ: os.Environ()}, func() string {
		data, _ := os.ReadFile(filepath.Join(dir, "args"))
		return string(data)
	}
}

func subjects(f Found) string {
	var list []string
	for _, p := range f.Pairs {
		list = append(list, p.Subject)
	}
	return strings.Join(list, " ")
}

// gh answers for one repository, about itself and about its subjects.
func ghFor(repository, template string) string {
	return `case "$2" in
*/customization/sub) [ -n '` + template + `' ] || exit 1; echo '` + template + `' ;;
*) [ -n '` + repository + `' ] || exit 1; echo '` + repository + `' ;;
esac`
}

// GitHub's answer decides which form of subject is accepted. If it does not say, both are.
func TestGitHub(t *testing.T) {
	const repository = `{"id":34,"name":"sync","owner":{"id":12,"login":"Contoso"},"default_branch":"trunk"}`
	const old, ids = "repo:Contoso/sync:environment:prod", "repo:Contoso@12/sync@34:environment:prod"
	for name, tc := range map[string]struct{ flag, issuer, repository, template, want string }{
		"prefix with IDs":         {"contoso/sync:environment:prod", "", repository, `{"use_default":true,"sub_claim_prefix":"repo:Contoso@12/sync@34"}`, ids},
		"prefix without":          {"contoso/sync:environment:prod", "", repository, `{"use_default":true,"sub_claim_prefix":"repo:Contoso/sync"}`, old},
		"said to be immutable":    {"contoso/sync:environment:prod", "", repository, `{"use_default":true,"use_immutable_subject":true}`, ids},
		"said not to be":          {"contoso/sync:environment:prod", "", repository, `{"use_default":true,"use_immutable_subject":false}`, old},
		"nothing said":            {"contoso/sync:environment:prod", "", repository, `{"use_default":true}`, ids + " " + old},
		"not allowed to ask":      {"contoso/sync:environment:prod", "", repository, ``, ids + " " + old},
		"default branch":          {"contoso/sync", "", repository, `{"use_immutable_subject":false}`, "repo:Contoso/sync:ref:refs/heads/trunk"},
		"a template of its own":   {"contoso/sync:environment:prod", "", repository, `{"use_default":false,"include_claim_keys":["job_workflow_ref"]}`, ""},
		"a prefix of its own":     {"contoso/sync:environment:prod", "", repository, `{"sub_claim_prefix":"repository_owner:x"}`, ""},
		"gh cannot be asked":      {"contoso/sync:environment:prod", "", ``, ``, "repo:contoso/sync:environment:prod"},
		"IDs were given":          {"contoso@1/sync@2:pull_request", "", ``, ``, "repo:contoso@1/sync@2:pull_request repo:contoso/sync:pull_request"},
		"no branch, nobody knows": {"contoso/sync", "", ``, ``, ""},
		"a server of one's own":   {"contoso/sync:environment:prod", "https://ghes.contoso.example/_services/token", repository, ``, "repo:contoso/sync:environment:prod"},
		"an answer that is none":  {"contoso/sync:environment:prod", "", `{"message":"Not Found"}`, ``, "repo:contoso/sync:environment:prod"},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := standIn(t, "gh", ghFor(tc.repository, tc.template))
			g, err := GitHub(tc.flag, tc.issuer, client)
			if err != nil {
				t.Fatal(err)
			}
			f, err := g.Find(context.Background())
			if (err != nil) != (tc.want == "") || subjects(f) != tc.want {
				t.Errorf("%q, %v; want %q", subjects(f), err, tc.want)
			}
		})
	}
}

func TestKubernetesAsksTheCluster(t *testing.T) {
	client, calls := standIn(t, "kubectl", `echo '{"issuer":"https://oidc.prod-aks.example/1/"}'`)
	k := kubernetes{context: "blue", namespace: "prod", account: "sync", client: client}
	f, err := k.Find(context.Background())
	want := federation.Pair{Issuer: "https://oidc.prod-aks.example/1/", Subject: "system:serviceaccount:prod:sync"}
	if err != nil || len(f.Pairs) != 1 || f.Pairs[0] != want || calls() != "get --raw=/.well-known/openid-configuration --context=blue\n" {
		t.Errorf("%v %v %q", f.Pairs, err, calls())
	}
	k.issuer = "https://other.example"
	if f, err := k.Find(context.Background()); err != nil || f.Pairs[0].Issuer != k.issuer || strings.Count(calls(), "\n") != 1 {
		t.Errorf("an issuer that was given is asked for: %v %v", f.Pairs, err)
	}
	client, _ = standIn(t, "kubectl", `exit 1`)
	if _, err := (kubernetes{namespace: "prod", account: "sync", client: client}).Find(context.Background()); err == nil {
		t.Error("no issuer, and no error")
	}
}

// The real kubectl accepts the arguments, and returns what the cluster says.
func TestRealKubectlTellsTheIssuer(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl is not installed")
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/.well-known/openid-configuration" || r.Header.Get("Authorization") != "Bearer of-the-cluster" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(`{"issuer":"https://oidc.cluster.example/7/","jwks_uri":"https://oidc.cluster.example/7/keys"}`))
	}))
	t.Cleanup(server.Close)
	home := t.TempDir()
	ca := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	config := fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","clusters":[{"name":"c","cluster":{"server":%q,"certificate-authority-data":%q}}],
"users":[{"name":"u","user":{"token":"of-the-cluster"}}],"contexts":[{"name":"blue","context":{"cluster":"c","user":"u"}}]}`, server.URL, ca)
	path := filepath.Join(home, "config")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	client := program.Client{Name: "kubectl", Environ: append(os.Environ(), "KUBECONFIG="+path, "HOME="+home)}
	f, err := kubernetes{context: "blue", namespace: "prod", account: "sync", client: client}.Find(context.Background())
	if err != nil || f.Pairs[0].Issuer != "https://oidc.cluster.example/7/" {
		t.Errorf("%v %v", f.Pairs, err)
	}
}

func TestPipelinesTakeWhatAzShows(t *testing.T) {
	const issuer, subject = "https://login.microsoftonline.com/1/v2.0", "/eid1/c/pub/t/1/a/2/sc/3/4"
	client, calls := standIn(t, "az", `echo '[{"name":"other","authorization":{"scheme":"ServicePrincipal","parameters":{}}},
{"name":"production","authorization":{"scheme":"WorkloadIdentityFederation","parameters":{"workloadIdentityFederationIssuer":"`+issuer+`","workloadIdentityFederationSubject":"`+subject+`"}}}]'`)
	at := func(name string) pipelines {
		return pipelines{organization: "contoso", project: "My Sync", connection: name, client: client}
	}
	f, err := at("Production").Find(context.Background())
	if err != nil || len(f.Pairs) != 1 || f.Pairs[0] != (federation.Pair{Issuer: issuer, Subject: subject}) {
		t.Errorf("%v %v", f.Pairs, err)
	}
	if want := "devops service-endpoint list --organization=https://dev.azure.com/contoso --project=My Sync --output=json --only-show-errors\n"; calls() != want {
		t.Errorf("az %q", calls())
	}
	for _, name := range []string{"other", "missing"} {
		if f, err := at(name).Find(context.Background()); err == nil {
			t.Errorf("%s: %v", name, f.Pairs)
		}
	}
	older := at("production")
	older.issuer = "https://vstoken.dev.azure.com/11111111-2222-3333-4444-555555555555"
	if f, err := older.Find(context.Background()); err != nil || subjects(f) != "sc://contoso/My Sync/production" {
		t.Errorf("%v %v", f.Pairs, err)
	}
	older.issuer = issuer
	if f, err := older.Find(context.Background()); err == nil {
		t.Errorf("a subject that nobody can know: %v", f.Pairs)
	}
}
