package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// A person asks where the failing secret is configured: each place is named, Entra
// proves it, the printed command renews it, and no value is shown.
func TestWhere(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	env := map[string]string{}
	for _, v := range server.Env() {
		env[v.Name] = v.Value
	}
	id, secret := env["AZURE_CLIENT_ID"], env["AZURE_CLIENT_SECRET"]
	dir := t.TempDir()
	place := filepath.Join(dir, "sync.env")
	for path, text := range map[string]string{
		place:                           "AZURE_CLIENT_ID=" + id + "\nAZURE_CLIENT_SECRET='" + secret + "'\n",
		filepath.Join(dir, "read.md"):   "The application is " + id + ".\n",
		filepath.Join(dir, "other.env"): "AZURE_CLIENT_ID=6a51c8f0-7d3e-4b92-8f16-0e9d2c7b5a43\nAZURE_CLIENT_SECRET=quite-another-one\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"json", "text", "csv", "html", "markdown"} {
		got := spcheck(t, server, nil, "where", "--sp", "MailStoreSP", dir, "--in", "environment", "--prove", "-o", format)
		if got.code != 2 {
			t.Errorf("%s: exit code %d: %s", format, got.code, got.stderr)
		}
		if strings.Contains(got.stdout+got.stderr, secret) || strings.Contains(got.stdout, "quite-another-one") {
			t.Errorf("%s shows a value", format)
		}
		if format == "json" {
			checkPlaces(t, got.stdout, place)
		}
	}
}

func checkPlaces(t *testing.T, report, place string) {
	t.Helper()
	schematest.Validate(t, "where", []byte(report))
	var w result.Where
	if err := json.Unmarshal([]byte(report), &w); err != nil {
		t.Fatal(err)
	}
	if len(w.Places) != 3 {
		t.Fatalf("%s", report)
	}
	readMe, env, own := w.Places[0], w.Places[1], w.Places[2]
	if readMe.Kind != result.PlaceClientID || readMe.Status != nil {
		t.Errorf("%+v", readMe)
	}
	for _, p := range []result.Place{env, own} {
		if p.Certainty != result.Proven || p.Status == nil || *p.Status != "expired" || p.KeyID == nil || *p.Value != 1 {
			t.Errorf("%+v", p)
		}
	}
	if env.Target == nil || *env.Target != "env-file:"+place+"#AZURE_CLIENT_SECRET" || own.Target != nil || len(w.Remedies) != 1 {
		t.Errorf("%+v %+v", env, w.Remedies)
	}
}

// Nothing found is not good news, and a wrong source is a wrong command line.
func TestWhereNothing(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	if got := spcheck(t, server, nil, "where", "--sp", "MailStoreSP", t.TempDir()); got.code != 3 || !strings.Contains(got.stdout, "no place was found") {
		t.Errorf("%+v", got)
	}
	if got := spcheck(t, server, nil, "where", "MailStoreSP", "--in", "environment"); got.code != 2 || !strings.Contains(got.stdout, "AZURE_CLIENT_SECRET") {
		t.Errorf("a name without its flag: %+v", got)
	}
	if got := spcheck(t, server, nil, "where", "--sp", "MailStoreSP", "--in", "nowhere:x"); got.code != 64 {
		t.Errorf("%+v", got)
	}
}

// The command that renews names the file that was found, whatever its folder is
// called.
func TestWhereNamesAFolderThatLooksLikeASecret(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	env := map[string]string{}
	for _, v := range server.Env() {
		env[v.Name] = v.Value
	}
	dir := filepath.Join(t.TempDir(), "Story0fAn1ntr4uder9xK2mQ7vB3nL8pR5tW1yZ6cD4fG7hJ")
	place := filepath.Join(dir, "sync.env")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(place, []byte("AZURE_CLIENT_SECRET="+env["AZURE_CLIENT_SECRET"]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := spcheck(t, server, nil, "where", "--sp", "MailStoreSP", dir)
	if !strings.Contains(got.stdout, "env-file:"+place+"#AZURE_CLIENT_SECRET") {
		t.Errorf("the command does not name the file:\n%s%s", got.stdout, got.stderr)
	}
}
