package session_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/transport"
)

// far is a network in which each answer takes one round of a clock. The clock only moves
// when all goroutines wait, so concurrent requests take one round together. The number of
// rounds is the longest chain of dependent requests.
type far struct {
	// idle are unused exchanges. Their channels are created outside the bubble.
	idle, jobs chan *job
	mu         sync.Mutex
	urls       []string
}

type job struct {
	request *http.Request
	done    chan answer
}

type answer struct {
	response *http.Response
	err      error
}

const round = time.Second

// newFar starts the real exchanges, outside the bubble.
func newFar(t *testing.T, client *http.Client) *far {
	f := &far{idle: make(chan *job, 64), jobs: make(chan *job)}
	for range cap(f.idle) {
		f.idle <- &job{done: make(chan answer)}
	}
	go func() {
		for j := range f.jobs {
			go func() {
				resp, err := client.Transport.RoundTrip(j.request.WithContext(context.Background()))
				if err == nil {
					body, readErr := io.ReadAll(resp.Body)
					resp.Body.Close()
					resp.Body, err = io.NopCloser(bytes.NewReader(body)), readErr
				}
				j.done <- answer{resp, err}
			}()
		}
	}()
	t.Cleanup(func() { close(f.jobs); client.CloseIdleConnections() })
	return f
}

func (f *far) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	f.urls = append(f.urls, r.Method+" "+r.URL.Path)
	f.mu.Unlock()
	time.Sleep(round)
	j := <-f.idle
	j.request = r
	f.jobs <- j
	a := <-j.done
	f.idle <- j
	return a.response, a.err
}

// command is a measured command.
type command struct {
	name, scenario, reader string
	adjust                 func(*gather.Input, map[string]string)
	// most is the maximum number of rounds.
	most int
}

// prepare starts the scenario. input returns the input of a run that uses a network.
func (c command) prepare(t testing.TB) (input func(http.RoundTripper) gather.Input, client *http.Client) {
	t.Helper()
	s, err := sandbox.Load(c.scenario)
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	env := map[string]string{"XDG_STATE_HOME": t.TempDir()}
	for _, v := range server.Env() {
		env[v.Name] = v.Value
	}
	env["SPCHECK_READER"] = c.reader
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	settings, err := config.Resolve(nil, lookup)
	if err != nil {
		t.Fatal(err)
	}
	if client, err = transport.New(transport.Options{CAFile: env["SPCHECK_CA_FILE"]}); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	return func(network http.RoundTripper) gather.Input {
		in := session.New(session.Options{Settings: settings, Env: lookup, Stdin: strings.NewReader(""), Now: func() time.Time { return now },
			HTTPClient: &http.Client{Transport: network}, Timeout: time.Hour}).Input()
		c.adjust(&in, env)
		return in
	}, client
}

// run counts the rounds of a command.
func (c command) run(t *testing.T) (rounds int, facts *diagnose.Facts, requests []string) {
	t.Helper()
	input, client := c.prepare(t)
	network := newFar(t, client)
	synctest.Test(t, func(*testing.T) {
		in := input(network)
		begin := time.Now()
		facts = gather.Facts(context.Background(), in)
		rounds = int(time.Since(begin) / round)
	})
	return rounds, facts, network.urls
}

// late is a network in which each answer takes some time.
type late struct {
	by    time.Duration
	base  http.RoundTripper
	count atomic.Int64
}

func (l *late) RoundTrip(r *http.Request) (*http.Response, error) {
	l.count.Add(1)
	time.Sleep(l.by)
	return l.base.RoundTrip(r)
}

// BenchmarkCommands counts the requests of each command, and measures the time with
// answers after 0, 50 and 200 ms.
func BenchmarkCommands(b *testing.B) {
	for _, c := range commands() {
		for _, by := range []time.Duration{0, 50 * time.Millisecond, 200 * time.Millisecond} {
			b.Run(strings.ReplaceAll(c.name, " ", "_")+"/"+by.String(), func(b *testing.B) {
				input, client := c.prepare(b)
				defer client.CloseIdleConnections()
				network := &late{by: by, base: client.Transport}
				for b.Loop() {
					gather.Facts(context.Background(), input(network))
				}
				b.ReportMetric(float64(network.count.Load())/float64(b.N), "requests")
				b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
			})
		}
	}
}

func commands() []command {
	list := func(name string) func(*gather.Input, map[string]string) {
		return func(in *gather.Input, env map[string]string) {
			in.ListOnly = true
			if in.SP = name; name == "" {
				in.SP = env["AZURE_CLIENT_ID"]
			}
		}
	}
	diagnosis := func(*gather.Input, map[string]string) {}
	return []command{
		{"list-secrets by name", "mailstore", "environment", list("MailStoreSP"), 4},
		{"list-secrets by application ID", "mailstore", "environment", list(""), 4},
		{"list-secrets by itself", "expiring-soon", "self", list(""), 4},
		{"diagnose what --sp names", "mailstore", "environment", func(in *gather.Input, env map[string]string) { in.SP = "MailStoreSP" }, 5},
		{"diagnose by another reader", "mailstore", "environment", diagnosis, 5},
		{"diagnose what works by another reader", "expiring-soon", "environment", diagnosis, 5},
		{"diagnose by itself", "expiring-soon", "self", diagnosis, 5},
		{"diagnose a removed secret", "removed-secret", "environment", diagnosis, 5},
		{"diagnose a damaged secret", "trailing-newline", "environment", diagnosis, 5},
		{"diagnose an unknown client ID", "unknown-client-id", "environment", diagnosis, 5},
	}
}

func TestRounds(t *testing.T) {
	for _, c := range commands() {
		t.Run(c.name, func(t *testing.T) {
			rounds, facts, requests := c.run(t)
			t.Logf("%s: %d requests, longest chain %d", c.name, len(requests), rounds)
			if rounds > c.most || rounds == 0 {
				t.Errorf("%d rounds, want at most %d:\n%s", rounds, c.most, strings.Join(requests, "\n"))
			}
			if facts.Reader.Name == "" {
				t.Errorf("nobody could read: %+v", facts.Reader.Tried)
			}
		})
	}
}
