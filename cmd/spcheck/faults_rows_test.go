package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// faultRow is a fault, and what spcheck may make of it.
type faultRow struct {
	name    string
	faults  []sandbox.Fault               // of the sandbox
	front   frontOptions                  // of the server before it
	prepare func(*testing.T, *faultPlace) // of the way there, or this machine
	// causes are what diagnose may name; none where it may find nothing wrong.
	causes []string
	// codes are the exit codes that commands may end with, 3 where left out.
	codes []int
	// harmless says that the answers are as good as without the fault.
	harmless bool
	// unread says that a scan cannot be whole, harmless or not.
	unread bool
	// at is what is broken: signIn by default, or graph.
	at string
	// lists are left out where the fault does not reach them.
	diagnoseOnly bool
}

const atGraph = "graph"

func after2s(f *sandbox.Fault) { f.RetryAfter = "60" }
func late(f *sandbox.Fault)    { f.Delay = time.Minute }
func twice(f *sandbox.Fault)   { f.Times, f.RetryAfter = 2, "0.1" }

// faultRows is the table.
func faultRows() []faultRow {
	rows := append(wayRows(), tlsRows()...)
	rows = append(rows, proxyRows()...)
	rows = append(rows, signInRows()...)
	return append(append(rows, graphRows()...), pageRows()...)
}

func wayRows() []faultRow {
	refused, timeout, foreign := []string{"connection-refused"}, []string{"connection-timeout"}, []string{"answer-not-from-entra", "tls-untrusted"}
	return []faultRow{
		{name: "sign-in host does not resolve", prepare: signInTo("https://login.invalid"), causes: []string{"dns-failure"}},
		{name: "Graph host does not resolve", prepare: graphAt("https://graph.invalid"), causes: []string{"dns-failure"}, at: atGraph},
		{name: "sign-in port closed", prepare: closed(signInTo, "https://"), causes: refused},
		{name: "Graph port closed", prepare: closed(graphAt, "https://"), causes: refused, at: atGraph},
		{name: "connection never answered", prepare: bare(silent), causes: timeout},
		{name: "connection closed at once", prepare: bare(func(net.Conn) {}), causes: cutOff()},
		{name: "connection reset", prepare: bare(resetting), causes: cutOff()},
		{name: "clear text on the TLS port", prepare: bare(saying("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Hello</title>")), causes: foreign},
		{name: "another protocol on the port", prepare: bare(saying("SSH-2.0-OpenSSH_9.2\r\n")), causes: foreign},
		{name: "garbage on the port", prepare: bare(saying(strings.Repeat("\x16\x03\x03\xff\xff", 4000))), causes: append(refused, foreign...)},
	}
}

func tlsRows() []faultRow {
	untrusted := []string{"tls-untrusted"}
	outside := []string{"tls-untrusted", "clock-skew"}
	version := func(v uint16) func(*tls.Config) { return func(c *tls.Config) { c.MinVersion, c.MaxVersion = v, v } }
	return []faultRow{
		{name: "certificate expired", causes: outside, prepare: presenting(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, -1)
		})},
		{name: "certificate not yet valid", causes: outside, prepare: presenting(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().AddDate(0, 0, 1), time.Now().AddDate(1, 0, 0)
		})},
		{name: "certificate of another host", causes: untrusted, prepare: presenting(func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"portal.invalid"}
		})},
		{name: "certificate for clients", causes: untrusted, prepare: presenting(func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		})},
		{name: "authority unknown", causes: untrusted, prepare: func(_ *testing.T, p *faultPlace) { delete(p.env, "SPCHECK_CA_FILE") }},
		{name: "TLS 1.0 only", causes: []string{"tls-too-old"}, prepare: speaking(version(tls.VersionTLS10))},
		{name: "TLS 1.1 only", causes: []string{"tls-too-old"}, prepare: speaking(version(tls.VersionTLS11))},
		{name: "client certificate required", causes: cutOff(), prepare: speaking(func(c *tls.Config) {
			c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
		})},
		{name: "handshake never completes", causes: []string{"connection-timeout"}, prepare: speaking(func(c *tls.Config) {
			c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { time.Sleep(4 * time.Second); return nil, nil }
		})},
		{name: "CA file missing", codes: []int{64}, causes: []string{"config-incomplete"}, diagnoseOnly: true, prepare: func(_ *testing.T, p *faultPlace) { p.env["SPCHECK_CA_FILE"] = p.env["HOME"] + "/none.pem" }},
		{name: "CA file is a folder", codes: []int{64}, causes: []string{"config-incomplete"}, diagnoseOnly: true, prepare: func(_ *testing.T, p *faultPlace) { p.env["SPCHECK_CA_FILE"] = p.env["HOME"] }},
		{name: "CA file is a device", codes: []int{64}, causes: []string{"config-incomplete"}, diagnoseOnly: true, prepare: func(_ *testing.T, p *faultPlace) { p.env["SPCHECK_CA_FILE"] = os.DevNull }},
	}
}

func proxyRows() []faultRow {
	auth, refused := []string{"proxy-authentication"}, []string{"connection-refused"}
	return []faultRow{
		{name: "proxy requires Basic", prepare: throughProxy(refusing(407, "Basic realm=x")), causes: auth},
		{name: "proxy requires NTLM or Negotiate", prepare: throughProxy(refusing(407, "NTLM", "Negotiate")), causes: auth},
		{name: "proxy requires a scheme that it does not name", prepare: throughProxy(refusing(407)), causes: auth},
		{name: "proxy blocks the host", prepare: throughProxy(refusing(403)), causes: append(refused, "answer-not-from-entra")},
		{name: "proxy cannot reach the host", prepare: throughProxy(refusing(502)), causes: append(refused, "answer-not-from-entra")},
		{name: "proxy never answers", prepare: hijack("", silent), causes: []string{"connection-timeout"}},
		{name: "proxy closes the connection", prepare: hijack("", func(net.Conn) {}), causes: cutOff()},
		{name: "proxy does not speak HTTP", prepare: hijack("220 ready", silent), causes: append(refused, "answer-not-from-entra", "unknown")},
		{name: "proxy sends HTML through the tunnel", prepare: hijack("200 OK", saying("<html>blocked</html>")), causes: append(refused, "answer-not-from-entra", "tls-untrusted")},
		{name: "proxy port closed", prepare: closed(atProxy, "http://"), causes: refused},
		{name: "proxy does not resolve", prepare: atProxy("http://proxy.invalid:3128"), causes: []string{"dns-failure"}},
		{name: "SOCKS proxy requires an unsupported method", prepare: throughSOCKS("\x05\xff"), causes: auth},
		{name: "SOCKS proxy refuses the password", prepare: throughSOCKS("\x05\x02", "\x01\x01"), causes: auth},
		{name: "SOCKS proxy blocks the host", prepare: throughSOCKS("\x05\x00", "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"), causes: []string{"answer-not-from-entra"}},
		{name: "SOCKS proxy cannot reach the host", prepare: throughSOCKS("\x05\x00", "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"), causes: []string{"answer-not-from-entra"}},
		{name: "SOCKS proxy does not speak SOCKS", prepare: throughSOCKS("HTTP/1.1 400 Bad Request\r\n\r\n"), causes: append(refused, "unknown")},
		{name: "SOCKS proxy never answers", prepare: throughSOCKS("\x05\x00", ""), causes: []string{"connection-timeout"}},
		{name: "proxy's certificate is untrusted", prepare: throughUntrustedProxy, causes: []string{"tls-untrusted"}},
		{name: "proxy address malformed", prepare: atProxy("http://bad host:0x"), causes: []string{"config-incomplete"}, codes: []int{3, 64}},
	}
}

func signInRows() []faultRow {
	foreign, gone := []string{"answer-not-from-entra"}, []string{"connection-interrupted", "answer-not-from-entra", "service-unavailable"}
	return []faultRow{
		{name: "sign-in always throttled", faults: faultAt(fault.AtToken, fault.Throttle, after2s), causes: []string{"throttled"}},
		{name: "sign-in throttled twice", faults: faultAt(fault.AtToken, fault.Throttle, twice), harmless: true},
		{name: "sign-in unavailable", faults: faultAt(fault.AtToken, fault.Unavailable), causes: []string{"service-unavailable"}},
		{name: "everything unavailable", faults: faultAt(fault.AtAll, fault.Unavailable), causes: []string{"service-unavailable"}},
		{name: "discovery unavailable", faults: faultAt(fault.AtDiscovery, fault.Unavailable), causes: []string{"service-unavailable"}},
		{name: "portal instead of sign-in", faults: faultAt(fault.AtToken, fault.Portal), causes: foreign},
		{name: "portal instead of discovery", faults: faultAt(fault.AtDiscovery, fault.Portal), causes: foreign},
		{name: "error page of a proxy", faults: faultAt(fault.AtToken, fault.Proxy), causes: foreign},
		{name: "token answer cut off inside the JSON", faults: faultAt(fault.AtToken, fault.InvalidJSON), causes: foreign},
		{name: "token answer labelled as HTML", faults: faultAt(fault.AtToken, fault.WrongType), causes: foreign, harmless: true},
		{name: "token answer empty", faults: faultAt(fault.AtToken, fault.Empty), causes: foreign},
		{name: "token answer cut off", faults: faultAt(fault.AtToken, fault.Cut), causes: gone},
		{name: "token connection reset", faults: faultAt(fault.AtToken, fault.Reset), causes: gone},
		{name: "token answer late", faults: faultAt(fault.AtToken, fault.Latency, late), causes: []string{"connection-timeout"}},
		{name: "token answer trickles in", faults: faultAt(fault.AtToken, fault.Slow, late), causes: []string{"connection-timeout"}},
		{name: "discovery trickles in", faults: faultAt(fault.AtDiscovery, fault.Slow, late), causes: []string{"connection-timeout"}},
		{name: "sign-in redirects elsewhere", front: answering(isToken, redirecting(302, elsewhere)), causes: foreign},
		{name: "sign-in redirects to itself", front: answering(isToken, redirecting(307, itself)), causes: foreign},
		{name: "discovery redirects elsewhere", front: answering(isDiscovery, redirecting(301, elsewhere)), causes: foreign},
		{name: "sign-in with a gzip bomb", front: answering(isToken, bomb()), causes: foreign},
		{name: "endless discovery", front: answering(isDiscovery, endless(`{"issuer":"`, "x")), causes: foreign},
		{name: "sign-in with a wrong length", front: answering(isToken, wrongLength(`{"token_type":"Bearer"}`)), causes: gone},
		{name: "sign-in nested deeply", front: answering(isToken, saysJSON(200, nested(200_000))), causes: foreign},
		{name: "sign-in refused, nested deeply", front: answering(isToken, saysJSON(400, nested(200_000))), causes: foreign},
		{name: "sign-in answers a list", front: answering(isToken, saysJSON(200, `[{"access_token":"x"}]`)), causes: foreign},
		{name: "sign-in answers null", front: answering(isToken, saysJSON(200, `null`)), causes: foreign},
		{name: "token of a wrong type", front: answering(isToken, saysJSON(200, `{"token_type":"Bearer","expires_in":3599,"access_token":17}`)), causes: foreign},
		{name: "lifetime of a wrong type", front: answering(isToken, saysJSON(200, `{"token_type":"Bearer","expires_in":{},"access_token":"a.b.c"}`)), causes: foreign},
		{name: "refusal with wrong types", front: answering(isToken, saysJSON(401, `{"error":7,"error_description":[],"error_codes":{"a":1}}`)), causes: foreign},
		{name: "refusal with fields twice and unknown", front: answering(isToken, saysJSON(401, `{"error":"x","error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.","error_codes":[7000215],"error_codes":[7000215],"strange":{"a":[1]}}`)),
			causes: []string{"secret-wrong", "secret-damaged", "secret-removed", "unknown"}, codes: []int{2, 3}, diagnoseOnly: true},
		{name: "refusal with an unknown code", front: answering(isToken, saysJSON(400, `{"error":"invalid_request","error_description":"AADSTS9999999: Something new.","error_codes":[9999999]}`)),
			causes: []string{"unknown", "request-malformed"}, codes: []int{2, 3}, diagnoseOnly: true},
		{name: "status code of captive portals", front: answering(isToken, saysJSON(511, `{}`)), causes: foreign},
		{name: "status code out of range", front: answering(isToken, saysJSON(799, `{}`)), causes: append(foreign, "service-unavailable", "unknown")},
		{name: "endless header", front: answering(isToken, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("y", 2<<20)) }),
			causes: append(gone, "unknown")},
		{name: "discovery names a foreign host", front: editingJSON(isDiscovery, func(_ *http.Request, b map[string]any) { b["token_endpoint"] = "https://evil.invalid/token" }), causes: foreign},
		{name: "discovery names no host", front: editingJSON(isDiscovery, func(_ *http.Request, b map[string]any) { delete(b, "token_endpoint") }), causes: foreign},
		{name: "Date header that is not a date", front: frontOptions{meddle: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(dated{w, "tomorrow, perhaps"}, r)
		}}, harmless: true},
		{name: "clock a day off", front: frontOptions{meddle: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(dated{w, time.Now().AddDate(0, 0, 1).UTC().Format(http.TimeFormat)}, r)
		}}, harmless: true, causes: []string{"clock-skew"}, codes: []int{0, 1, 2, 3}},
	}
}

// dated changes the service's clock in an answer.
type dated struct {
	http.ResponseWriter
	date string
}

func (d dated) WriteHeader(status int) {
	d.Header().Set("Date", d.date)
	d.ResponseWriter.WriteHeader(status)
}

func graphRows() []faultRow {
	foreign, gone := []string{"answer-not-from-entra"}, []string{"connection-interrupted", "answer-not-from-entra", "service-unavailable"}
	rows := []faultRow{
		{name: "Graph always throttled", faults: faultAt(fault.AtGraph, fault.Throttle, after2s), causes: []string{"throttled"}},
		{name: "Graph throttled twice", faults: faultAt(fault.AtGraph, fault.Throttle, twice), harmless: true},
		{name: "Graph's Retry-After is not a number", faults: faultAt(fault.AtGraph, fault.Throttle, func(f *sandbox.Fault) { f.RetryAfter = "NaN" }), causes: []string{"throttled", "connection-timeout"}},
		{name: "Graph unavailable", faults: faultAt(fault.AtGraph, fault.Unavailable), causes: []string{"service-unavailable"}},
		{name: "Graph has an internal error", front: answering(isGraph, saysJSON(500, fmt.Sprintf(graphRefusal, "InternalServerError", "x"))), causes: []string{"service-unavailable"}},
		{name: "portal instead of Graph", faults: faultAt(fault.AtGraph, fault.Portal), causes: foreign},
		{name: "web page instead of Graph", faults: faultAt(fault.AtGraph, fault.Proxy), causes: foreign},
		{name: "Graph broken JSON", faults: faultAt(fault.AtGraph, fault.InvalidJSON), causes: gone},
		{name: "Graph labelled as HTML", faults: faultAt(fault.AtGraph, fault.WrongType), causes: foreign, harmless: true},
		{name: "Graph empty", faults: faultAt(fault.AtGraph, fault.Empty), causes: foreign},
		{name: "Graph cut off", faults: faultAt(fault.AtGraph, fault.Cut), causes: gone},
		{name: "Graph reset", faults: faultAt(fault.AtGraph, fault.Reset), causes: gone},
		{name: "Graph late", faults: faultAt(fault.AtGraph, fault.Latency, late), causes: []string{"connection-timeout"}},
		{name: "Graph trickles in", faults: faultAt(fault.AtGraph, fault.Slow, late), causes: []string{"connection-timeout"}},
		{name: "Graph redirects elsewhere", front: answering(isGraph, redirecting(302, elsewhere)), causes: foreign},
		{name: "Graph redirects to itself", front: answering(isGraph, redirecting(308, itself)), causes: foreign},
		{name: "Graph with a gzip bomb", front: answering(isList, bomb()), causes: append(foreign, "connection-timeout")},
		{name: "Graph with a wrong length", front: answering(isList, wrongLength(`{"value":[]}`)), causes: gone},
		{name: "Graph nested deeply", front: answering(isList, saysJSON(200, nested(200_000))), causes: foreign},
		{name: "Graph's list is no list", front: answering(isList, saysJSON(200, `{"value":{"id":"x"}}`)), causes: foreign},
		{name: "Graph's list is missing", front: answering(isList, saysJSON(200, `{"count":0}`)), causes: foreign},
		{name: "Graph refuses with wrong types", front: answering(isGraph, saysJSON(403, `{"error":{"code":{},"message":7}}`)), causes: []string{"permission-missing", "unknown", "answer-not-from-entra"}},
		{name: "Graph refuses with text", front: answering(isGraph, saysJSON(403, `Forbidden`)), causes: []string{"permission-missing", "unknown", "answer-not-from-entra"}},
		{name: "token expires during the run", front: after(1, isGraph, saysJSON(401, fmt.Sprintf(graphRefusal, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."))), codes: []int{2, 3}, causes: nothingOr("unknown", "token-no-longer-valid")},
		{name: "permission removed during the run", front: after(1, isGraph, saysJSON(403, fmt.Sprintf(graphRefusal, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."))), codes: []int{2, 3}, causes: nothingOr("permission-missing")},
	}
	return atPlace(rows, atGraph)
}

// cutOff is what a connection that stood and was cut is called.
func cutOff() []string { return []string{"connection-interrupted"} }

// nothingOr lets diagnose end without a cause: it says what it could not read.
func nothingOr(causes ...string) []string { return append([]string{""}, causes...) }

func atPlace(rows []faultRow, place string) []faultRow {
	for i := range rows {
		rows[i].at = place
	}
	return rows
}
