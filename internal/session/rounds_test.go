package session_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
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

// far is a network on which each answer takes one round of a clock that only
// moves when everybody waits. What is asked at the same time therefore costs one
// round together, and the time that a run takes counts the longest chain of
// requests that wait for each other.
type far struct {
	// idle are the exchanges that nobody uses; their channels are made outside.
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

// newFar starts the part that stands outside of the bubble: the real exchanges.
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

// run counts the rounds of one command in a scenario of the sandbox.
func run(t *testing.T, scenario, reader string, adjust func(*gather.Input, map[string]string)) (rounds int, facts *diagnose.Facts, requests []string) {
	t.Helper()
	s, err := sandbox.Load(scenario)
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	env := map[string]string{"XDG_STATE_HOME": t.TempDir(), "SPCHECK_READER": reader}
	for _, v := range server.Env() {
		env[v.Name] = v.Value
	}
	env["SPCHECK_READER"] = reader
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	settings, err := config.Resolve(nil, lookup)
	if err != nil {
		t.Fatal(err)
	}
	client, err := transport.New(transport.Options{CAFile: env["SPCHECK_CA_FILE"]})
	if err != nil {
		t.Fatal(err)
	}
	network, now := newFar(t, client), time.Now()
	synctest.Test(t, func(*testing.T) {
		in := session.New(session.Options{Settings: settings, Env: lookup, Stdin: strings.NewReader(""), Now: func() time.Time { return now },
			HTTPClient: &http.Client{Transport: network}, Timeout: time.Hour}).Input()
		adjust(&in, env)
		begin := time.Now()
		facts = gather.Facts(context.Background(), in)
		rounds = int(time.Since(begin) / round)
	})
	return rounds, facts, network.urls
}

func TestRounds(t *testing.T) {
	list := func(name string) func(*gather.Input, map[string]string) {
		return func(in *gather.Input, env map[string]string) {
			in.ListOnly = true
			if in.SP = name; name == "" {
				in.SP = env["AZURE_CLIENT_ID"]
			}
		}
	}
	diagnosis := func(*gather.Input, map[string]string) {}
	for _, c := range []struct {
		name, scenario, reader string
		adjust                 func(*gather.Input, map[string]string)
		most                   int
	}{
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
	} {
		t.Run(c.name, func(t *testing.T) {
			rounds, facts, requests := run(t, c.scenario, c.reader, c.adjust)
			t.Logf("%d requests in %d rounds", len(requests), rounds)
			if rounds > c.most || rounds == 0 {
				t.Errorf("%d rounds, want at most %d:\n%s", rounds, c.most, strings.Join(requests, "\n"))
			}
			if facts.Reader.Name == "" {
				t.Errorf("nobody could read: %+v", facts.Reader.Tried)
			}
		})
	}
}
