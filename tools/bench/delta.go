package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// deltaTimes are those of a scan that keeps its state, of one tenant.
type deltaTimes struct {
	name string
	// applications and principals are the requests for each collection.
	applications, principals int
	measure
}

// deltaObjects is the size of the tenant: half of them are applications.
const deltaObjects = 100_000

// deltas measures a full read, an unchanged tenant and one of which every hundredth
// object changed since, against the sandbox: pages that repeat would be no tenant
// to keep the state of.
func (b *bench) deltas(objects int) (out []deltaTimes, err error) {
	spec, err := sandbox.Load("healthy-with-leftovers")
	if err != nil {
		return nil, err
	}
	s, err := sandbox.Start(context.Background(), sandbox.Options{Scenario: spec})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	tenant := s.World().Tenants[0]
	directory.Populate(tenant, objects/2, 1, time.Now())
	state := filepath.Join(b.dir, "state")
	env := sandbox.Merge([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir, "XDG_CONFIG_HOME=" + b.dir, "XDG_STATE_HOME=" + b.dir, "AZURE_CONFIG_DIR=" + b.dir}, s.Env())
	for _, row := range []struct {
		name    string
		times   int
		prepare func()
		args    []string
	}{
		{"without a state", 3, func() {}, nil},
		{"the first, which writes the state", 3, func() { _ = os.RemoveAll(state) }, []string{"--state", state}},
		{"nothing changed", 5, func() {}, []string{"--state", state}},
		{"1 % changed", 5, func() { changeOneIn(s.World(), tenant, 100) }, []string{"--state", state}},
	} {
		one := deltaTimes{name: row.name}
		args := append([]string{"scan", "--fail-on", "never", "--skip-owners"}, row.args...)
		row.prepare()
		if one.applications, one.principals, err = b.requestsOf(env, args); err != nil {
			return nil, fmt.Errorf("%s: %w", row.name, err)
		}
		var all []measure
		for range row.times {
			row.prepare()
			m, err := whole(run(env, b.spcheck, args...))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", row.name, err)
			}
			all = append(all, m)
		}
		one.measure = middle(all)
		out = append(out, one)
	}
	return out, nil
}

// requestsOf counts the requests for either collection.
func (b *bench) requestsOf(env, args []string) (applications, principals int, err error) {
	traced, err := whole(run(env, b.spcheck, append(args, "--debug")...))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(traced.output) {
		switch {
		case !strings.HasPrefix(line, "spcheck: debug: GET "):
		case strings.Contains(line, "/v1.0/applications"):
			applications++
		case strings.Contains(line, "/v1.0/servicePrincipals"):
			principals++
		}
	}
	if applications == 0 || principals == 0 {
		return 0, 0, errors.New("the trace names no request")
	}
	return applications, principals, nil
}

// changeOneIn gives every n-th object another secret.
func changeOneIn(world *directory.World, t *directory.Tenant, n int) {
	world.Lock()
	defer world.Unlock()
	now := time.Now()
	for i := 0; i < len(t.Applications); i += n {
		a := t.Applications[i]
		renew(&a.Credentials, now)
		t.Changed(now, directory.Applications, a.ID, "passwordCredentials")
	}
	for i := 0; i < len(t.ServicePrincipals); i += n {
		p := t.ServicePrincipals[i]
		renew(&p.Credentials, now)
		t.Changed(now, directory.ServicePrincipals, p.ID, "passwordCredentials")
	}
}

// renew replaces the first secret, so that the tenant does not grow from run to run.
func renew(c *directory.Credentials, now time.Time) {
	if len(c.Passwords) > 0 {
		c.Passwords = c.Passwords[1:]
	}
	c.AddPassword(now, directory.PasswordRequest{DisplayName: "rotated"})
}

func (p *page) deltaTable(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Scans with a saved state\n\nOf a tenant of %s objects in the sandbox, half of them applications; a page of\nchanges has 100 objects. The sandbox runs on the same two cores. Owners are not read\n(--skip-owners), because they are read again in every scan, with one request for every\n20 objects that have findings.\n\n"+
		"| `scan --state` | requests for applications | for service principals | time | CPU |\n| --- | ---: | ---: | ---: | ---: |\n", thousands(p.deltaObjects))
	for _, d := range p.deltas {
		fmt.Fprintf(b, "| %s | %d | %d | %s | %s |\n", d.name, d.applications, d.principals, ms(d.wall), ms(d.cpu))
	}
}

// deltaAims are those of an unchanged tenant, and of one with few changes.
func (p *page) deltaAims() []aim {
	if len(p.deltas) < 4 {
		return nil
	}
	same, few := p.deltas[2], p.deltas[3]
	const most = 4
	requests := max(same.applications, same.principals)
	name := thousands(p.deltaObjects) + " objects"
	return []aim{
		{"at most 4 requests a collection, nothing changed, " + name, fmt.Sprint(requests), float64(requests) / most, "it requests more than the changes"},
		{"scan under 0.5 s, nothing changed, " + name, ms(same.wall), float64(same.wall) / float64(500*time.Millisecond),
			fmt.Sprintf("the state is read, checked again and written, with %s of CPU time", ms(same.cpu))},
		{"within 2× of that, 1 % changed, " + name, ratio(few.wall, same.wall), float64(few.wall) / (2 * float64(same.wall)),
			fmt.Sprintf("%d pages of changes are read one after the other", few.applications)},
	}
}
