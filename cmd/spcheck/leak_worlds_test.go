package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// leakWorld is a situation in which secrets must not show.
type leakWorld struct {
	name string
	// password and client are parts of the scenario file; %q in password is the
	// marked secret.
	password, client string
	faults           []sandbox.Fault
	meddle           meddler
	// prepare writes files and changes the environment of the runs.
	prepare func(t *testing.T, p *leakPlace)
	// all says that every command runs here, not only those that sign in; more,
	// that they do where the test is thorough.
	all, more bool
}

// leakPlace is where the runs of a world happen.
type leakPlace struct {
	secret string // the marked secret, as known in the tenant
	folder string // for files that tests give to the program
	env    map[string]string
	marks  map[string]string // secrets by what they are
	looked *marks            // their forms
	// travelled are the forms of what was sent and answered in a run, before those of
	// the run before it.
	travelled, before *marks
	front             *front
	vault             string // address of a Key Vault
	// signedIn says that somebody is signed in with Azure CLI.
	signedIn bool
}

// file writes a file for the program to read, and returns its path.
func (p *leakPlace) file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(p.folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// mark makes a secret that nothing else resembles.
func (p *leakPlace) mark(name string) string {
	value := rand.Text()
	p.marks[name] = value
	return value
}

// noSecret takes the secret out of the environment, and returns it.
func (p *leakPlace) noSecret() string {
	value := p.env["AZURE_CLIENT_SECRET"]
	delete(p.env, "AZURE_CLIENT_SECRET")
	return value
}

const leakScenario = `title: Marked secrets
tenants:
  - name: Larkfield Archive
    domains: [larkfield.example]
    apps:
      - name: Roster Bridge
        application:
          passwords:
            - %s
            - {as: gone, name: former, secret: %q, start: -400d, end: -30d}
          certificates:
            - {as: cert, name: signing, start: -10d, end: +200d}
            - {as: other, name: other, start: -10d, end: +200d, unregistered: true}
          federated:
            - {name: build, issuer: https://issuer.larkfield.example, subject: job-1, audience: "api://AzureADTokenExchange"}
        servicePrincipal:
          roles: [Application.ReadWrite.All, User.Read.All, Group.Read.All]
      - name: Parcel Labels
        application:
          passwords:
            - {as: foreign, secret: %q, start: -10d, end: +300d}
        servicePrincipal: {}
      - name: Azure Key Vault
        appId: cfa8b339-82a2-471a-a3c9-0fc0be7a4093
        application: {uris: ["https://vault.azure.net"]}
reader:
  roles: [Application.ReadWrite.All, AuditLog.Read.All, Policy.Read.All]
client:
  %s
`

const (
	validPassword = "{as: used, name: current, secret: %q, start: -100d, end: +200d}"
	usedSecret    = "secret: {of: used}"
)

func damaged(name, damage string) leakWorld {
	return leakWorld{name: "secret " + name, client: "secret: {of: used, damage: [" + damage + "]}"}
}

func broken(name string, f sandbox.Fault) leakWorld {
	return leakWorld{name: name, faults: []sandbox.Fault{f}}
}

// leakWorlds are all situations.
func leakWorlds() []leakWorld {
	worlds := []leakWorld{
		{name: "healthy", all: true},
		{name: "expired", password: "{as: used, name: current, secret: %q, start: -100d, end: -1d}"},
		{name: "not yet valid", password: "{as: used, secret: %q, start: +1d, end: +100d}"},
		{name: "superseded", client: "secret: {of: gone}"},
		{name: "of another application", client: "secret: {of: foreign}"},
		damaged("with a blank", `{append: " "}`), damaged("with a line break", `{append: "\n"}`), damaged("in quotes", `{wrap: '""'}`),
		damaged("cut short", "{drop: -1}"), damaged("altered", "{alter: 9}"), damaged("in base64", "{base64: true}"),
		damaged("percent-encoded", "{percentEncode: true}"), damaged("twice", `{wrap: "{}"}, {append: "#"}`),
		{name: "certificate", client: "certificate: {of: cert}", prepare: markKey},
		{name: "certificate with another key", client: "certificate: {of: cert, keyOf: other}", prepare: markKey},
		{name: "certificate unknown to the tenant", client: "certificate: {of: other}", prepare: markKey},
		{name: "damaged PEM", client: "certificate: {of: cert}", prepare: damagePEM},
		{name: "PFX", client: "certificate: {of: cert}", prepare: func(t *testing.T, p *leakPlace) { toPFX(t, p, true) }},
		{name: "PFX with a wrong password", client: "certificate: {of: cert}", prepare: func(t *testing.T, p *leakPlace) { toPFX(t, p, false) }},
		{name: "federated", client: `federated: {issuer: https://issuer.larkfield.example, subject: job-1, audience: "api://AzureADTokenExchange"}`, prepare: markToken},
		{name: "federated mismatch", client: `federated: {issuer: https://issuer.larkfield.example, subject: job-2, audience: "api://else"}`, prepare: markToken},
		{name: "federated no token", client: usedSecret, prepare: func(t *testing.T, p *leakPlace) {
			p.noSecret()
			p.env["AZURE_FEDERATED_TOKEN_FILE"] = p.file(t, "token", p.mark("text in the place of a token")+"."+p.mark("more of it"))
		}},
	}
	return append(append(worlds, leakFaults()...), append(leakSources(), leakEchoes()...)...)
}

func leakFaults() []leakWorld {
	return []leakWorld{
		broken("throttled", sandbox.Fault{At: fault.AtAll, Kind: fault.Throttle, RetryAfter: "9"}),
		broken("unavailable", sandbox.Fault{At: fault.AtToken, Kind: fault.Unavailable}),
		broken("portal", sandbox.Fault{At: fault.AtToken, Kind: fault.Portal}),
		broken("broken JSON", sandbox.Fault{At: fault.AtToken, Kind: fault.InvalidJSON}),
		broken("cut", sandbox.Fault{At: fault.AtToken, Kind: fault.Cut}),
		broken("reset", sandbox.Fault{At: fault.AtToken, Kind: fault.Reset}),
		broken("wrong type", sandbox.Fault{At: fault.AtToken, Kind: fault.WrongType}),
		broken("Graph reset", sandbox.Fault{At: fault.AtGraph, Kind: fault.Reset}),
		broken("Graph broken JSON", sandbox.Fault{At: fault.AtGraph, Kind: fault.InvalidJSON}),
	}
}

// markKey keeps the private key of the sandbox's certificate as a mark.
func markKey(t *testing.T, p *leakPlace) {
	t.Helper()
	_, key := clientPEM(t, p)
	// What every key of this kind begins with says nothing of this one.
	p.marks["private key"] = base64.StdEncoding.EncodeToString(key)[64:]
	p.marks["private key in bytes"] = string(key[len(key)/2:])
}

// clientPEM reads the sandbox's certificate file: certificate, then key.
func clientPEM(t *testing.T, p *leakPlace) (certificate, key []byte) {
	t.Helper()
	data, err := os.ReadFile(p.env["AZURE_CLIENT_CERTIFICATE_PATH"])
	if err != nil {
		t.Fatal(err)
	}
	first, rest := pem.Decode(data)
	second, _ := pem.Decode(rest)
	return first.Bytes, second.Bytes
}

func damagePEM(t *testing.T, p *leakPlace) {
	t.Helper()
	markKey(t, p)
	data, err := os.ReadFile(p.env["AZURE_CLIENT_CERTIFICATE_PATH"])
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	p.env["AZURE_CLIENT_CERTIFICATE_PATH"] = p.file(t, "damaged.pem", text[:len(text)-400]+text[len(text)-380:])
}

func toPFX(t *testing.T, p *leakPlace, right bool) {
	t.Helper()
	markKey(t, p)
	certificate, key := clientPEM(t, p)
	password := p.mark("PFX password")
	pfx, err := encodePFX(certificate, key, password)
	if err != nil {
		t.Fatal(err)
	}
	if !right {
		password = p.mark("wrong PFX password")
	}
	p.env["AZURE_CLIENT_CERTIFICATE_PATH"] = p.file(t, "client.pfx", string(pfx))
	p.env["AZURE_CLIENT_CERTIFICATE_PASSWORD"] = password
}

func markToken(t *testing.T, p *leakPlace) {
	t.Helper()
	data, err := os.ReadFile(p.env["AZURE_FEDERATED_TOKEN_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	p.marks["federated token"] = string(data)
}

// leakSources are places that secrets come from, and wrong ones that people put
// them into.
func leakSources() []leakWorld {
	return []leakWorld{
		{name: "from a file", prepare: func(t *testing.T, p *leakPlace) {
			p.env["SPCHECK_CONFIG"] = p.file(t, "file.yaml", "defaultProfile: a\nprofiles:\n  a:\n    clientSecret: {file: secret}\n")
			p.file(t, "secret", p.noSecret()+"\n")
		}, all: true},
		{name: "from a missing keyring", prepare: func(t *testing.T, p *leakPlace) {
			p.noSecret()
			p.env["SPCHECK_CONFIG"] = p.file(t, "keyring.yaml", "defaultProfile: a\nprofiles:\n  a:\n    clientSecret: {keyring: nowhere}\n")
		}},
		{name: "literal in the config", prepare: func(t *testing.T, p *leakPlace) {
			p.env["SPCHECK_CONFIG"] = p.file(t, "literal.yaml", "defaultProfile: a\nprofiles:\n  a:\n    clientSecret: \""+p.noSecret()+"\"\n")
		}, more: true},
		{name: "broken config", prepare: func(t *testing.T, p *leakPlace) {
			p.env["SPCHECK_CONFIG"] = p.file(t, "broken.yaml", "profiles:\n  a:\n    clientSecret: {value: \""+p.noSecret()+"\"}\n")
		}, more: true},
		{name: "unfinished config", prepare: func(t *testing.T, p *leakPlace) {
			p.env["SPCHECK_CONFIG"] = p.file(t, "unfinished.yaml", "profiles:\n  a:\n    clientSecret: \""+p.noSecret()+"\n")
		}, more: true},
		{name: "under a wrong key", prepare: func(t *testing.T, p *leakPlace) {
			p.env["SPCHECK_CONFIG"] = p.file(t, "key.yaml", "profiles:\n  a:\n    secret: \""+p.noSecret()+"\"\n")
		}, more: true},
		{name: "in the client ID", prepare: func(_ *testing.T, p *leakPlace) { p.env["AZURE_CLIENT_ID"] = p.env["AZURE_CLIENT_SECRET"] }, more: true},
		{name: "in the client ID, exchanged", prepare: func(_ *testing.T, p *leakPlace) {
			p.env["AZURE_CLIENT_ID"], p.env["AZURE_CLIENT_SECRET"] = p.env["AZURE_CLIENT_SECRET"], p.env["AZURE_CLIENT_ID"]
		}},
		{name: "in the tenant", prepare: func(_ *testing.T, p *leakPlace) { p.env["AZURE_TENANT_ID"] = p.env["AZURE_CLIENT_SECRET"] }, more: true},
		{name: "in the sign-in host", prepare: func(_ *testing.T, p *leakPlace) {
			p.env["AZURE_AUTHORITY_HOST"] = "https://user:" + p.mark("password in a URL") + "@" + strings.TrimPrefix(p.front.origin, "https://")
		}, more: true},
		{name: "in the Graph endpoint", prepare: func(_ *testing.T, p *leakPlace) {
			p.env["SPCHECK_GRAPH_ENDPOINT"] = p.front.origin + "/?sig=" + p.mark("signature in a URL")
		}, more: true},
		{name: "in the proxy's address", prepare: proxied(http.StatusProxyAuthRequired)},
		{name: "in a refusing proxy's address", prepare: proxied(http.StatusForbidden)},
		{name: "in a malformed proxy address", prepare: func(_ *testing.T, p *leakPlace) {
			outward(p)
			p.env["HTTPS_PROXY"] = "http://user:" + p.mark("proxy password") + "@bad host:0x"
		}},
	}
}

// outward leads the run to hosts that are not this machine, so that a proxy is
// used. Nothing leaves: the proxy is the test's own, or none.
func outward(p *leakPlace) {
	p.env["AZURE_AUTHORITY_HOST"], p.env["SPCHECK_GRAPH_ENDPOINT"] = "https://login.invalid", "https://graph.invalid"
}

// proxied puts a proxy in the way that repeats what it was sent.
func proxied(status int) func(*testing.T, *leakPlace) {
	return func(t *testing.T, p *leakPlace) {
		password := p.mark("proxy password")
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Proxy-Authenticate", fmt.Sprintf("Basic realm=%q", r.Header.Get("Proxy-Authorization")))
			http.Error(w, "refused "+r.Header.Get("Proxy-Authorization")+password, status)
		}))
		t.Cleanup(proxy.Close)
		outward(p)
		p.env["HTTPS_PROXY"] = "http://user:" + password + "@" + strings.TrimPrefix(proxy.URL, "http://")
	}
}

// leakEchoes are services and machines in between that repeat the request.
func leakEchoes() []leakWorld {
	return []leakWorld{
		{name: "refusal repeats the request", meddle: onToken(func(w http.ResponseWriter, sent string) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"error":"invalid_client","error_description":%q,"error_codes":[7000215],"trace_id":%q,"correlation_id":%q,"error_uri":%q,"suberror":%q}`,
				"AADSTS7000215: Invalid client secret provided: "+sent, sent, sent, "https://login.invalid/?"+sent, sent)
		}), more: true},
		{name: "page repeats the request", meddle: onToken(func(w http.ResponseWriter, sent string) {
			w.Header().Set("Content-Type", "text/html; x="+url.QueryEscape(sent))
			w.Header().Set("Server", sent)
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, "<html><head><title>Blocked: %s</title></head><body>%s</body></html>", sent, sent)
		})},
		{name: "redirect repeats the request", meddle: onToken(func(w http.ResponseWriter, sent string) {
			w.Header().Set("Location", "https://"+url.PathEscape(sent)+".invalid/path/"+url.PathEscape(sent)+"?"+sent)
			w.WriteHeader(http.StatusFound)
		})},
		{name: "headers repeat the request", meddle: onToken(func(w http.ResponseWriter, sent string) {
			for _, h := range []string{"Server", "Via", "Request-Id", "X-Ms-Request-Id", "Client-Request-Id", "Retry-After", "Date", "X-Ms-Ests-Server"} {
				w.Header().Set(h, sent)
			}
			w.Header().Set("Content-Type", sent)
			http.Error(w, sent, http.StatusServiceUnavailable)
		})},
		{name: "Graph repeats the token", meddle: onGraph(func(w http.ResponseWriter, sent string) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"error":{"code":%q,"message":%q,"innerError":{"request-id":%q,"client-request-id":%q,"date":%q}}}`, sent, "denied to "+sent, sent, sent, sent)
		}), more: true},
		{name: "Graph's page repeats the token", meddle: onGraph(func(w http.ResponseWriter, sent string) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, "<title>%s</title>", sent)
		})},
		{name: "Graph's objects repeat the token", meddle: onGraph(func(w http.ResponseWriter, sent string) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"@odata.nextLink":%q,"value":[{"id":%q,"appId":%q,"displayName":%q}]}`, "https://graph.invalid/"+sent, sent, sent, sent)
		})},
	}
}

// onToken answers requests for tokens, with the form that was sent at hand.
func onToken(answer func(w http.ResponseWriter, sent string)) meddler {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !isToken(r) {
			next.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		form, _ := url.ParseQuery(string(body))
		answer(w, form.Get("client_secret")+form.Get("client_assertion"))
	}
}

// onGraph answers requests of Graph, with the token that was sent at hand.
func onGraph(answer func(w http.ResponseWriter, sent string)) meddler {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !isGraph(r) {
			next.ServeHTTP(w, r)
			return
		}
		answer(w, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	}
}

// newSecret makes a secret of Entra's own form.
func newSecret() string { return directory.NewSecret(rand.Reader) }
