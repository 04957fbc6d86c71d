package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// readFiles writes what the commands are given to read: a plan, a log in which a
// product wrote the secret, a policy, a template for mails and the like.
func (p *leakPlace) readFiles(t *testing.T) {
	t.Helper()
	p.file(t, "renewals.yaml", "applications: [{app: Roster Bridge, to: ['file:"+filepath.Join(p.folder, "target", "planned")+"']}, {app: Nobody's, to: ['command:refuser']}]\n")
	p.file(t, "profiles.yaml", "profiles:\n  roster: {tenant: larkfield.example, clientId: "+p.env["AZURE_CLIENT_ID"]+", clientSecret: {env: AZURE_CLIENT_SECRET}, timeout: 3s}\n  other: {tenant: larkfield.example, clientId: "+p.env["AZURE_CLIENT_ID"]+", clientSecret: {command: ["+filepath.Join(p.folder, "bin", "giver")+"]}, timeout: 3s}\n")
	p.file(t, "product.log", "2026-10-05 07:00:01 sync: client_secret="+p.secret+" tenant=larkfield.example\n"+
		"2026-10-05 07:00:02 AADSTS7000215: Invalid client secret provided. "+p.mark("token in a log")+"\n")
	p.file(t, "policy.json", `{"isEnabled":true,"restrictions":{"passwordCredentials":[{"restrictionType":"passwordAddition","state":"enabled","restrictForAppsCreatedAfterDateTime":"2020-01-01T00:00:00Z"}]}}`)
	p.file(t, "mail.tmpl", "{{range .Findings}}{{.}}\n{{end}}")
	p.file(t, "password", p.mark("password of a PFX file")+"\n")
	claims, err := json.Marshal(map[string]any{"iss": "https://issuer.contoso.example", "sub": "roster-" + p.vault, "aud": "api://AzureADTokenExchange", "exp": 4102444800})
	if err != nil {
		t.Fatal(err)
	}
	encoded := base64.RawURLEncoding
	p.file(t, "workload.jwt", encoded.EncodeToString([]byte(`{"alg":"RS256"}`))+"."+encoded.EncodeToString(claims)+"."+p.mark("signature of a workload's token"))
}

// openHook starts a web service that people are told by. It keeps what it was sent
// where it is searched, and repeats its own address, which is a secret.
func (p *leakPlace) openHook(t *testing.T) {
	t.Helper()
	var calls atomic.Int64
	hook := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		_ = os.WriteFile(filepath.Join(p.folder, "children", fmt.Sprintf("message-%d", calls.Add(1))), body, 0o600)
		if calls.Load()%2 == 0 {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = io.WriteString(w, "not here: "+r.URL.String())
	}))
	t.Cleanup(hook.Close)
	p.trust(t, hook.Certificate())
	p.env["HOOK"] = hook.URL + "/hooks/" + p.mark("address of a webhook")
	p.env["MAIL"] = "smtps://roster:" + p.mark("password of a mail server") + "@127.0.0.1:1?from=a@larkfield.example&to=b@larkfield.example"
	p.file(t, "hook", hook.URL+"/hooks/"+p.mark("address of a webhook in a file"))
}

// trust lets the runs trust a certificate.
func (p *leakPlace) trust(t *testing.T, c *x509.Certificate) {
	t.Helper()
	trusted, err := os.OpenFile(p.front.ca, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer trusted.Close()
	if err := pem.Encode(trusted, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
		t.Fatal(err)
	}
}

// children writes programs that keep their arguments and their environment, and
// then do their work: az and kubectl, a taker of secrets, one that gives them back,
// and a refuser.
func (p *leakPlace) children(t *testing.T) {
	t.Helper()
	bin, seen := filepath.Join(p.folder, "bin"), filepath.Join(p.folder, "children")
	for _, dir := range []string{bin, seen, filepath.Join(p.folder, "target")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOOS == "windows" {
		return // the commands then find no az
	}
	keep := "#!/bin/sh\n{ printf '%s\\n' \"$0\" \"$@\"; env; } >" + "'" + seen + "'/$$\n"
	for name, does := range map[string]string{
		"az":      p.az(),
		"kubectl": p.kubectl(),
		"gh":      "echo 'gh: " + p.mark("token in a message of gh") + "' >&2; exit 1\n",
		"taker":   "cat >/dev/null\n",
		"giver":   "echo '" + p.mark("what a program gives back") + "'\n",
		"refuser": "cat; cat >&2; exit 9\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(keep+does), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// az is signed in in every second world.
func (p *leakPlace) az() string {
	refused := `echo "ERROR: AADSTS70043: ` + p.mark("token in a message of az") + `" >&2; exit 1` + "\n"
	token := `printf '{"accessToken":"` + p.mark("token of az") + `","expires_on":4102444800,"tokenType":"Bearer"}'` + "\n"
	if p.signedIn {
		return token
	}
	return refused
}

// kubectl shows an object that holds the secret, and another secret.
func (p *leakPlace) kubectl() string {
	data := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return `printf '{"items":[{"kind":"Secret","metadata":{"name":"bridge","namespace":"roster"},"data":{"AZURE_CLIENT_ID":"` + data(p.env["AZURE_CLIENT_ID"]) +
		`","AZURE_CLIENT_SECRET":"` + data(p.secret) + `","OTHER":"` + data(p.mark("another secret of a cluster")) + `"}}]}'` + "\n"
}

// saved makes the reports that commands are given to read: a bundle of a diagnosis
// and an earlier scan. Where nothing comes of them, in a world without settings, the
// commands meet that.
func (p *leakPlace) saved(t *testing.T, w leakWorld) {
	t.Helper()
	p.run(t, w, leakCommand{args: []string{"diagnose", "--bundle", filepath.Join(p.folder, "kept.zip")}}, leakLook{language: "en", format: "json"})
	scan := p.run(t, w, leakCommand{args: []string{"scan", "--reader", "environment", "--rules", "default"}}, leakLook{language: "en", format: "json"})
	// A report from which everything is new.
	var r map[string]any
	if json.Unmarshal([]byte(scan.stdout), &r) == nil {
		r["findings"] = []any{}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		scan.stdout = string(data)
	}
	p.file(t, "earlier.json", strings.TrimSpace(scan.stdout))
}

// encodePFX packs a certificate and its key.
func encodePFX(certificate, key []byte, password string) ([]byte, error) {
	leaf, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, err
	}
	private, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pkcs12.Modern.Encode(private, leaf, nil, password)
}
