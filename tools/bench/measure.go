package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// commandTimes are those of one command against the sandbox, whose answers each
// come after a delay.
type commandTimes struct {
	name     string
	delay    time.Duration
	requests int
	// chain is how many delays the run took longer than without any: the length of
	// the longest chain of requests that wait for one another. 0 is not known.
	chain float64
	measure
}

// delays are those of the answers: of none, of a near service, of a far one.
var delays = []time.Duration{0, 50 * time.Millisecond, 200 * time.Millisecond}

func (b *bench) commands() ([]commandTimes, error) {
	spec, err := sandbox.Load("healthy-with-leftovers")
	if err != nil {
		return nil, err
	}
	s, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: spec})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	env := sandbox.Merge([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir, "XDG_CONFIG_HOME=" + b.dir, "XDG_STATE_HOME=" + b.dir, "AZURE_CONFIG_DIR=" + b.dir}, s.Env())
	var out []commandTimes
	for _, args := range [][]string{
		{"diagnose"}, {"diagnose", "--reader", "self"}, {"diagnose", "--reader", "none"}, {"list-secrets"}, {"list-secrets", "--sp", "Archive Sync"}, {"scan"},
	} {
		var atOnce time.Duration
		for _, delay := range delays {
			s.SetFaults(slow(delay)...)
			c, err := b.command(env, delay, args)
			if err != nil {
				return nil, err
			}
			if delay == 0 {
				atOnce = c.wall
			} else {
				c.chain = float64(c.wall-atOnce) / float64(delay)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// slow delays every answer.
func slow(delay time.Duration) []sandbox.Fault {
	if delay == 0 {
		return nil
	}
	return []sandbox.Fault{{Kind: fault.Latency, At: fault.AtAll, Delay: delay}}
}

// shown is a command line as a person types it.
func shown(args []string) string {
	var words []string
	for _, a := range args {
		if strings.Contains(a, " ") {
			a = `"` + a + `"`
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

func (b *bench) command(env []string, delay time.Duration, args []string) (c commandTimes, err error) {
	c = commandTimes{name: "spcheck " + shown(args), delay: delay}
	traced, err := run(env, b.spcheck, append(args, "--debug")...)
	if err != nil {
		return c, err
	}
	for line := range strings.Lines(traced.output) {
		if strings.HasPrefix(line, "spcheck: debug: GET ") || strings.HasPrefix(line, "spcheck: debug: POST ") {
			c.requests++
		}
	}
	c.measure, err = median(7, env, b.spcheck, args...)
	return c, err
}

// whole refuses a scan that did not read everything: it would look fast.
func whole(m measure, err error) (measure, error) {
	if err == nil && m.code != 0 {
		err = fmt.Errorf("a scan was incomplete (exit code %d): %s", m.code, m.output)
	}
	return m, err
}

// scanTimes compares the scan of a tenant with simpler ways to read it.
type scanTimes struct {
	objects                        int
	delay                          time.Duration
	scan, loop, bytes, tokens, sdk measure
}

// pages of the larger collection.
func (s scanTimes) pages() int { return (s.objects/2 + pageSize - 1) / pageSize }

func (b *bench) scan(objects int, delay time.Duration) (row scanTimes, err error) {
	s, err := b.serve(objects, delay)
	if err != nil {
		return row, err
	}
	defer s.stop()
	row.objects, row.delay = objects, delay
	times := 3
	if objects >= 1_000_000 || delay > 0 {
		times = 1
	}
	if row.scan, err = whole(median(times, b.env(s), b.spcheck, "scan", "--fail-on", "never")); err != nil {
		return row, err
	}
	for kind, into := range map[string]*measure{"loop": &row.loop, "bytes": &row.bytes, "tokens": &row.tokens, "sdk": &row.sdk} {
		if *into, err = median(times, os.Environ(), b.self, "client", kind, s.address, s.ca); err != nil {
			return row, err
		}
	}
	return row, nil
}

// manyTenants is the scan of many tenants by one process.
type manyTenants struct {
	tenants, objects, parallel int
	delay                      time.Duration
	measure
}

func (b *bench) tenants(n, objects int) (m manyTenants, err error) {
	m = manyTenants{tenants: n, objects: objects, parallel: 16, delay: 50 * time.Millisecond}
	s, err := b.serve(objects, m.delay)
	if err != nil {
		return m, err
	}
	defer s.stop()
	var config strings.Builder
	config.WriteString("profiles:\n")
	for i := range n {
		fmt.Fprintf(&config, "  t%04d: {tenant: %s, clientId: %s, clientSecret: {env: AZURE_CLIENT_SECRET}, reader: self}\n", i, tenantOf(i), tenantOf(1))
	}
	path := filepath.Join(b.dir, "tenants.yaml")
	if err := os.WriteFile(path, []byte(config.String()), 0o600); err != nil {
		return m, err
	}
	m.measure, err = whole(run(b.env(s), b.spcheck, "scan", "--all-profiles", "--config", path, "--parallel", fmt.Sprint(m.parallel), "--fail-on", "never"))
	return m, err
}
