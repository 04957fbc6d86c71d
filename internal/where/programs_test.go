package where_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/where"
)

// standIn puts a program into the PATH that answers by its arguments.
func standIn(t *testing.T, name, script string) []string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return os.Environ()
}

func source(t *testing.T, spec string, environ []string) where.Source {
	t.Helper()
	s, err := where.Parse(spec, environ, environ)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKubernetes(t *testing.T) {
	c := newCorpus()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	environ := standIn(t, "kubectl", fmt.Sprintf(`cat <<'END'
{"items": [
 {"kind": "Secret", "metadata": {"name": "sync", "namespace": "prod"}, "data": {"client-id": "%s", "client-secret": "%s"}},
 {"kind": "Secret", "metadata": {"name": "broken", "namespace": "prod"}, "data": {"client-id": "%s", "client-secret": "%s"}},
 {"kind": "ConfigMap", "metadata": {"name": "sync", "namespace": "prod"}, "data": {"app.ini": "client_id = %s\nclient_secret = %s\n"}}
]}
END
`, b64(appID), b64(c.expired), b64(appID), b64(c.valid+"\n"), appID, c.valid))
	w := search(t, c.app, source(t, "kubernetes:east/prod", environ))
	if len(w.Places) != 3 {
		t.Fatalf("%+v %+v", w.Places, w.Unreadable)
	}
	if p := w.Places[2]; *p.KeyID != keyExpired || *p.Target != "kubernetes:east/prod/sync#client-secret" || p.Location != "Secret prod/sync" {
		t.Errorf("%+v", p)
	}
	if p := w.Places[1]; *p.Status != "damaged" {
		t.Errorf("a line break at the end: %+v", p)
	}
	if p := w.Places[0]; p.Target != nil || *p.KeyID != keyValid {
		t.Errorf("%+v", p)
	}
}

func TestAzure(t *testing.T) {
	c := newCorpus()
	environ := standIn(t, "az", fmt.Sprintf(`case "$*" in
"webapp list"*) echo '[{"name": "sync", "resourceGroup": "rg"}, {"name": "shut", "resourceGroup": "rg"}]';;
*appsettings*--name=sync*) echo '[{"name": "ClientId", "value": "%[1]s"}, {"name": "ClientSecret", "value": "%[2]s"}]';;
*appsettings*) echo 'ERROR: no %[2]s' >&2; exit 3;;
"containerapp secret list"*) echo '[{"name": "client-secret", "value": "%[2]s"}]';;
"containerapp show"*) echo '[{"name": "AZURE_CLIENT_ID", "value": "%[1]s"}, {"name": "X", "secretRef": "client-secret"}]';;
"keyvault secret list-versions"*) echo '[{"id": "https://v/secrets/sync/1a", "attributes": {"enabled": true, "created": "2026-01-01T00:00:00+00:00"}}, {"id": "https://v/secrets/sync/2b", "attributes": {"enabled": true, "created": "2026-06-01T00:00:00+00:00"}}, {"id": "https://v/secrets/sync/3c", "attributes": {"enabled": false}}]';;
"keyvault secret list"*) echo '[{"name": "sync"}]';;
*--version=1a*) echo '{"value": "%[2]s"}';;
*--version=2b*) echo '{"value": "%[3]s", "tags": {"clientId": "%[1]s"}}';;
"devops service-endpoint list"*) echo '[{"name": "arm", "authorization": {"scheme": "ServicePrincipal", "parameters": {"serviceprincipalid": "%[1]s", "authenticationType": "spnKey", "serviceprincipalkey": null}}}]';;
*) exit 9;;
esac
`, appID, c.expired, c.valid))
	w := search(t, c.app, source(t, "appservice", environ))
	if len(w.Places) != 1 || *w.Places[0].Target != "appsettings:rg/sync#ClientSecret" || len(w.Unreadable) != 1 || w.Unreadable[0].Location != "rg/shut" {
		t.Fatalf("%+v", w)
	}
	if text := w.Unreadable[0].Error.String(); strings.Contains(text, c.expired) {
		t.Error("what az printed is repeated")
	}
	if w := search(t, c.app, source(t, "containerapps:rg/sync", environ)); len(w.Places) != 1 || *w.Places[0].KeyID != keyExpired {
		t.Errorf("%+v", w)
	}
	w = search(t, c.app, source(t, "keyvault:v", environ))
	if len(w.Places) != 2 || w.Places[0].Location != "v/sync/1a" || w.Places[0].Target != nil || *w.Places[1].Target != "keyvault:v/sync" || *w.Places[1].KeyID != keyValid {
		t.Errorf("%+v", w)
	}
	w = search(t, c.app, source(t, "azure-pipelines:contoso/My project", environ))
	if len(w.Places) != 1 || w.Places[0].Kind != "name" || w.Places[0].Location != "contoso/My project/arm" {
		t.Errorf("%+v", w)
	}
}

func TestGitHub(t *testing.T) {
	c := newCorpus()
	environ := standIn(t, "gh", `case "$*" in
variable*) echo '[{"name": "AZURE_CLIENT_ID", "value": "`+appID+`"}]';;
*) echo '[{"name": "AZURE_CLIENT_SECRET"}, {"name": "NPM_TOKEN"}]';;
esac
`)
	w := search(t, c.app, source(t, "github:contoso/sync", environ))
	if len(w.Places) != 1 || w.Places[0].Kind != "name" || *w.Places[0].Target != "github:contoso/sync#AZURE_CLIENT_SECRET" || w.Places[0].Certainty != "possible" {
		t.Errorf("%+v", w)
	}
}

// A program that is absent, fails or prints something else is unreadable as a
// whole: the report is never green by it.
func TestProgramsThatFail(t *testing.T) {
	c := newCorpus()
	for name, script := range map[string]string{"failing": "exit 1\n", "other": "echo hello\n", "endless": "yes\n", "silent": "exit 0\n"} {
		environ := standIn(t, "kubectl", script)
		w := search(t, c.app, source(t, "kubernetes", environ))
		if w.Settle(); len(w.Unreadable) != 1 || w.Unreadable[0].Location != "" || w.ExitCode != 3 {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

func TestForms(t *testing.T) {
	for spec, good := range map[string]bool{
		"environment": true, "kubernetes": true, "kubernetes:prod": true, "kubernetes:arn:aws:eks:eu/c/prod": true, "keyvault:v": true,
		"keyvault": false, "keyvault:": false, "keyvault:-x": false, "github:a/b": true, "github:a": false, "github:a/-b": false, "azure-pipelines:o/My project": true,
		"appservice": true, "functions:rg": true, "containerapps:rg/app": true, "files": false, "x:y": false, "kubernetes:a;b": false, "kubernetes:a\nb": false,
	} {
		if _, err := where.Parse(spec, nil, nil); (err == nil) != good {
			t.Errorf("%q: %v", spec, err)
		}
	}
}
