package sandbox_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

func discovery(s *sandbox.Server, env map[string]string) string {
	return s.URL() + "/" + env["AZURE_TENANT_ID"] + "/v2.0/.well-known/openid-configuration"
}

func TestForeignHostIsRefused(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	for _, host := range []string{"login.microsoftonline.com", "attacker.example", "graph.microsoft.com"} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, discovery(s, env), nil)
		request.Host = host
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s: %d", host, response.StatusCode)
		}
	}
}

func TestEnvironment(t *testing.T) {
	s, _, env := start(t, sandbox.DefaultScenario)
	var names []string
	for _, v := range s.Env() {
		names = append(names, v.Name)
	}
	want := []string{"AZURE_AUTHORITY_HOST", "SPCHECK_GRAPH_ENDPOINT", "SPCHECK_MANAGEMENT_ENDPOINT", "SPCHECK_CA_FILE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS",
		"REQUESTS_CA_BUNDLE", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "SPCHECK_READER_CLIENT_ID", "SPCHECK_READER_CLIENT_SECRET"}
	if !slices.Equal(names, want) {
		t.Errorf("got %v", names)
	}
	info, err := os.Stat(env["SPCHECK_CA_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.Stat(filepath.Dir(env["SPCHECK_CA_FILE"]))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && (info.Mode().Perm() != 0o600 || folder.Mode().Perm() != 0o700) {
		t.Errorf("others may read: %v in %v", info.Mode(), folder.Mode())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(env["SPCHECK_CA_FILE"]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the private folder outlives the sandbox: %v", err)
	}
}

func TestMergeDropsWhatLeadsElsewhere(t *testing.T) {
	got := sandbox.Merge([]string{"PATH=/bin", "AZURE_CLIENT_CERTIFICATE_PATH=/etc/real.pem", "https_proxy=http://proxy.example", "SPCHECK_PROFILE=real",
		"SPCHECK_OUTPUT=json", "AZURE_CONFIG_DIR=/az", "AZURE_TENANT_ID=real"}, []sandbox.EnvVar{{Name: "AZURE_TENANT_ID", Value: "mine"}})
	want := []string{"PATH=/bin", "SPCHECK_OUTPUT=json", "AZURE_CONFIG_DIR=/az", "AZURE_TENANT_ID=mine"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = sandbox.Start(t.Context(), sandbox.Options{Listen: taken.Addr().String()})
	var listen *sandbox.ListenError
	if !errors.As(err, &listen) || listen.Reason() != "the port is in use" {
		t.Errorf("got %v", err)
	}
}

func TestClockOffset(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	s.SetClockOffset(-20 * time.Minute)
	response, err := client.Get(discovery(s, env))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	if off := time.Since(date); off < 19*time.Minute || off > 21*time.Minute {
		t.Errorf("the Date header is %v off", off)
	}
}

func TestFaults(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	get := func() (*http.Response, string, error) {
		response, err := client.Get(discovery(s, env))
		if err != nil {
			return nil, "", err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		return response, string(body), err
	}
	_, whole, err := get()
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		fault sandbox.Fault
		holds func(*http.Response, string, error) bool
	}{
		{sandbox.Fault{Kind: "throttle", RetryAfter: "0.5"}, func(r *http.Response, body string, err error) bool {
			return err == nil && r.StatusCode == 429 && r.Header.Get("Retry-After") == "0.5" && strings.Contains(body, "AADSTS90055")
		}},
		{sandbox.Fault{Kind: "throttle", RetryAfter: "date"}, func(r *http.Response, _ string, err error) bool {
			_, parse := http.ParseTime(r.Header.Get("Retry-After"))
			return err == nil && parse == nil
		}},
		{sandbox.Fault{Kind: "unavailable"}, func(r *http.Response, body string, err error) bool {
			return err == nil && r.StatusCode == 503 && strings.Contains(body, "AADSTS90033")
		}},
		{sandbox.Fault{Kind: "portal"}, func(r *http.Response, body string, err error) bool {
			return err == nil && r.StatusCode == 200 && strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") && strings.Contains(body, "<form")
		}},
		{sandbox.Fault{Kind: "proxy-page"}, func(r *http.Response, _ string, err error) bool { return err == nil && r.StatusCode == 502 }},
		{sandbox.Fault{Kind: "wrong-type"}, func(r *http.Response, body string, err error) bool {
			return err == nil && strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") && body == whole
		}},
		{sandbox.Fault{Kind: "invalid-json"}, func(_ *http.Response, body string, err error) bool {
			return err == nil && body != "" && strings.HasPrefix(whole, body) && len(body) < len(whole)
		}},
		{sandbox.Fault{Kind: "cut"}, func(_ *http.Response, body string, err error) bool { return err != nil && len(body) < len(whole) }},
		{sandbox.Fault{Kind: "slow", Delay: 50 * time.Millisecond}, func(_ *http.Response, body string, err error) bool { return err == nil && body == whole }},
		{sandbox.Fault{Kind: "latency", Delay: time.Millisecond}, func(_ *http.Response, body string, err error) bool { return err == nil && body == whole }},
		{sandbox.Fault{Kind: "empty"}, func(r *http.Response, body string, err error) bool {
			return err == nil && r.StatusCode == 200 && body == ""
		}},
		{sandbox.Fault{Kind: "reset"}, func(_ *http.Response, _ string, err error) bool { return err != nil }},
	}
	for _, c := range cases {
		c.fault.At, c.fault.Skip, c.fault.Times = "discovery", 1, 1
		t.Run(fmt.Sprint(c.fault.Kind, c.fault.RetryAfter), func(t *testing.T) {
			client.CloseIdleConnections() // net/http repeats a GET on a connection that was kept
			if err := s.SetFaults(c.fault); err != nil {
				t.Fatal(err)
			}
			if _, body, err := get(); err != nil || body != whole {
				t.Errorf("the first request was not to be broken: %v", err)
			}
			client.CloseIdleConnections()
			if response, body, err := get(); !c.holds(response, body, err) {
				t.Errorf("got %v %.60q %v", response, body, err)
			}
			if _, body, err := get(); err != nil || body != whole {
				t.Errorf("the third request was not to be broken: %v", err)
			}
		})
	}
}

// TestGraphThrottles checks Graph's own text and the Retry-After of the fault.
func TestGraphThrottles(t *testing.T) {
	s, client, _ := start(t, sandbox.DefaultScenario)
	if err := s.SetFaults(sandbox.Fault{At: "graph", Kind: "throttle", RetryAfter: "2.128"}); err != nil {
		t.Fatal(err)
	}
	response, err := client.Get(s.URL() + "/v1.0/users")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != 429 || response.Header.Get("Retry-After") != "2.128" || !strings.Contains(string(body), `"code":"TooManyRequests"`) {
		t.Errorf("%d %v %s", response.StatusCode, response.Header, body)
	}
}

func TestADeltaHasToStartOver(t *testing.T) {
	for status, code := range map[int]string{0: "resyncRequired", 400: "Directory_ResyncRequired"} {
		s, client, env := start(t, sandbox.DefaultScenario, func(o *sandbox.Options) {
			o.Faults = []sandbox.Fault{{At: "graph", Kind: "resync", Path: "applications/delta", Times: 1, Status: status}}
		})
		token := readerToken(t, s, client, env)
		ask := func(address string) (*http.Response, string) {
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
			request.Header.Set("Authorization", "Bearer "+token)
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			return response, string(body)
		}
		if status == 0 {
			status = http.StatusGone
		}
		refused, body := ask(s.URL() + "/v1.0/applications/delta")
		if refused.StatusCode != status || !strings.Contains(body, code) {
			t.Errorf("the delta answers %d %s", refused.StatusCode, body)
		}
		if again, body := ask(refused.Header.Get("Location")); again.StatusCode != http.StatusOK {
			t.Errorf("the location answers %d %s", again.StatusCode, body)
		}
	}
	if err := (sandbox.Fault{At: "graph", Kind: "resync"}).Check(); err == nil {
		t.Error("a resync of everything passes")
	}
}

func TestParseFault(t *testing.T) {
	for text, want := range map[string]sandbox.Fault{
		"throttle=3@graph": {Kind: "throttle", Times: 3, At: "graph", RetryAfter: "1"},
		"latency=2s":       {Kind: "latency", Delay: 2 * time.Second, At: "all"},
		"reset@token":      {Kind: "reset", At: "token"},
	} {
		if got, err := sandbox.ParseFault(text); err != nil || got != want {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
	for _, text := range []string{"", "flood", "throttle=many", "throttle=-1", "reset@moon", "latency"} {
		if f, err := sandbox.ParseFault(text); err == nil {
			t.Errorf("%q: %+v", text, f)
		}
	}
}

func withProxy(o *sandbox.Options) { o.Proxy = true }

// TestProxy connects clients with built-in hosts, such as az, and checks that the proxy
// reaches nothing else.
func TestProxy(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario, withProxy)
	proxy, err := url.Parse(env["HTTPS_PROXY"])
	if err != nil {
		t.Fatal(err)
	}
	client.Transport.(*http.Transport).Proxy = http.ProxyURL(proxy)
	for target, want := range map[string]int{
		"https://login.microsoftonline.com/" + env["AZURE_TENANT_ID"] + "/v2.0/.well-known/openid-configuration": 200,
		"https://login.microsoftonline.us/" + env["AZURE_TENANT_ID"] + "/v2.0/.well-known/openid-configuration":  200,
		"https://graph.microsoft.com/v1.0/users":                            401,
		"https://microsoftgraph.chinacloudapi.cn/v1.0/users":                401,
		"https://management.azure.com/subscriptions?api-version=2016-06-01": 401,
	} {
		response, err := client.Get(target)
		if err != nil {
			t.Errorf("%s: %v", target, err)
			continue
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %d", target, response.StatusCode)
		}
	}
	for _, target := range []string{"example.com:443", "login.microsoftonline.com:80", "127.0.0.1:22", "graph.microsoft.com.example:443", "[::1]:443"} {
		if status := connect(t, s.ProxyAddr, target); status != http.StatusForbidden {
			t.Errorf("CONNECT %s: %d", target, status)
		}
	}
	plain, err := (&http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}).Get("http://example.com/")
	if err != nil {
		t.Fatal(err)
	}
	plain.Body.Close()
	if plain.StatusCode != http.StatusForbidden {
		t.Errorf("plain HTTP: %d", plain.StatusCode)
	}
}

// connect asks a proxy for a tunnel and returns its status.
func connect(t *testing.T, proxy, target string) int {
	t.Helper()
	conn, err := net.Dial("tcp", proxy)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// TestCertificateWithoutProxyIsForLoopbackOnly checks that the certificate includes
// Microsoft's names only if the proxy is on.
func TestCertificateWithoutProxyIsForLoopbackOnly(t *testing.T) {
	for _, proxied := range []bool{false, true} {
		s, _, _ := start(t, sandbox.DefaultScenario, func(o *sandbox.Options) { o.Proxy = proxied })
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(s.CACertPEM())
		conn, err := tls.Dial("tcp", s.Addr, &tls.Config{RootCAs: pool, ServerName: "graph.microsoft.com"})
		if err == nil {
			conn.Close()
		}
		if (err == nil) != proxied {
			t.Errorf("proxy %v: %v", proxied, err)
		}
	}
}
