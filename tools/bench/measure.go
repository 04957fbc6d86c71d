package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// commandTimes are those of one command against the sandbox.
type commandTimes struct {
	name       string
	roundTrips int
	measure
}

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
	for _, args := range [][]string{{"diagnose"}, {"diagnose", "--reader", "none"}, {"list-secrets"}} {
		c := commandTimes{name: "spcheck " + strings.Join(args, " ")}
		traced, err := run(env, b.spcheck, append(args, "--debug")...)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(traced.output) {
			if strings.HasPrefix(line, "spcheck: debug: GET ") || strings.HasPrefix(line, "spcheck: debug: POST ") {
				c.roundTrips++
			}
		}
		if c.measure, err = median(11, env, b.spcheck, args...); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
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
	objects                  int
	delay                    time.Duration
	scan, bytes, tokens, sdk measure
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
	for kind, into := range map[string]*measure{"bytes": &row.bytes, "tokens": &row.tokens, "sdk": &row.sdk} {
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
