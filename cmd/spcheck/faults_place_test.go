package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// faultScenario is a healthy tenant of several applications, so that a page has
// items beside a damaged one.
const faultScenario = `title: A healthy tenant, for faults
tenants:
  - name: Tideway Packing
    domains: [tideway.example]
    users: 3
    groups: 2
    apps:
      - name: Dock Planner
        application:
          passwords: [{as: used, name: current, start: -50d, end: +200d}]
        servicePrincipal:
          roles: [Application.Read.All, User.Read.All, Group.Read.All, AuditLog.Read.All, Policy.Read.All]
      - name: Crane Log
        application:
          passwords: [{name: old, start: -400d, end: -20d}]
        servicePrincipal: {}
      - name: Berth Board
        application:
          passwords: [{name: ends soon, start: -360d, end: +5d}]
        servicePrincipal: {}
client:
  secret: {of: used}
reader:
  roles: [Application.ReadWrite.All, User.Read.All, Group.Read.All, AuditLog.Read.All, Policy.Read.All]
`

// faultPlace is where a row of the table is tried.
type faultPlace struct {
	front *front
	env   map[string]string
}

func newFaultPlace(t *testing.T, row faultRow) *faultPlace {
	t.Helper()
	file := filepath.Join(t.TempDir(), "faults.yaml")
	putFile(t, file, faultScenario)
	p := &faultPlace{front: newFront(t, serveFile(t, file, row.faults...), row.front), env: map[string]string{}}
	for _, v := range p.front.env() {
		p.env[v.Name] = v.Value
	}
	home := t.TempDir()
	maps.Copy(p.env, map[string]string{"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, "config"), "XDG_STATE_HOME": filepath.Join(home, "state"),
		"LANG": "C.UTF-8", "PATH": filepath.Join(home, "bin"), "LocalAppData": home, "AppData": home})
	if row.prepare != nil {
		row.prepare(t, p)
	}
	return p
}

// run runs the program inside of this process, so that what it leaves running
// can be counted.
func (p *faultPlace) run(t *testing.T, within time.Duration, args ...string) (ran, time.Duration) {
	t.Helper()
	return p.runPlain(t, "", 0, append(args, "--timeout", within.String())...)
}

// runPlain is run for commands that have no --timeout, and for such that are talked
// to: their input ends once there are so many lines of answers.
func (p *faultPlace) runPlain(t *testing.T, stdin string, answers int, args ...string) (ran, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, errOut := &lockedBuffer{}, &lockedBuffer{}
	a := &app{in: talk(ctx, stdin, answers, out), out: out, err: errOut, now: time.Now, version: readVersion(),
		env: func(name string) (string, bool) { v, ok := p.env[name]; return v, ok }}
	for name, value := range p.env {
		a.environ = append(a.environ, name+"="+value)
	}
	begin := time.Now()
	code := a.run(ctx, args)
	return ran{code, out.String(), errOut.String()}, time.Since(begin)
}

func signInTo(origin string) func(*testing.T, *faultPlace) {
	return func(_ *testing.T, p *faultPlace) { p.env["AZURE_AUTHORITY_HOST"] = origin }
}

func graphAt(origin string) func(*testing.T, *faultPlace) {
	return func(_ *testing.T, p *faultPlace) { p.env["SPCHECK_GRAPH_ENDPOINT"] = origin }
}

// throughProxy leads to hosts beyond this machine through a proxy that does what
// answer says. Nothing leaves this machine.
func throughProxy(answer http.HandlerFunc) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		s := httptest.NewServer(answer)
		t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
		atProxy(s.URL)(t, p)
	}
}

// throughSOCKS leads to hosts beyond this machine through a proxy that answers
// what it reads with these texts, one after the other, and then closes; an empty
// one is silence.
func throughSOCKS(answers ...string) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		address := listenBare(t, func(c net.Conn) {
			for _, text := range answers {
				_, _ = c.Read(make([]byte, 512))
				if text == "" {
					silent(c)
					return
				}
				_, _ = io.WriteString(c, text)
			}
		})
		atProxy("socks5://user:password-of-a-proxy@"+address)(t, p)
	}
}

// throughUntrustedProxy leads through a proxy that is reached by TLS and that
// nobody vouches for.
func throughUntrustedProxy(t *testing.T, p *faultPlace) {
	s := httptest.NewUnstartedServer(refusing(http.StatusOK))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	atProxy(s.URL)(t, p)
}

func atProxy(address string) func(*testing.T, *faultPlace) {
	return func(_ *testing.T, p *faultPlace) {
		p.env["AZURE_AUTHORITY_HOST"], p.env["SPCHECK_GRAPH_ENDPOINT"] = "https://login.invalid", "https://graph.invalid"
		p.env["HTTPS_PROXY"] = address
	}
}

func refusing(status int, schemes ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, s := range schemes {
			w.Header().Add("Proxy-Authenticate", s)
		}
		w.WriteHeader(status)
	}
}

// hijack answers a CONNECT, and continues as the function says.
func hijack(status string, then func(net.Conn)) func(*testing.T, *faultPlace) {
	return func(t *testing.T, p *faultPlace) {
		open := newConnections(t)
		throughProxy(func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			open.goOn(c, func(c net.Conn) {
				if status != "" {
					fmt.Fprintf(c, "HTTP/1.1 %s\r\n\r\n", status)
				}
				then(c)
			})
		})(t, p)
	}
}

// faultAt is a fault of the sandbox.
func faultAt(at, kind string, change ...func(*sandbox.Fault)) []sandbox.Fault {
	f := sandbox.Fault{At: at, Kind: kind}
	for _, c := range change {
		c(&f)
	}
	return []sandbox.Fault{f}
}
