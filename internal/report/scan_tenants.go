package report

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// How many tenants a text report lists: of more than fewTenants those with
// trouble only, and of those the first.
const (
	fewTenants      = 20
	troubledTenants = 50
)

// troubled reports a tenant that was not read whole, or that has a note.
func troubled(t result.ScanTenant) bool { return !t.Error.IsZero() || len(t.Notes) > 0 }

// scanTenants lists the tenants where there are several, or one has trouble.
// Findings name their tenant, so that of many tenants a count is enough.
func (p *page) scanTenants(s *result.Scan) {
	list := s.Tenants
	if len(list) < 2 && !slices.ContainsFunc(list, troubled) {
		return
	}
	p.heading(msg.New("Tenants"))
	if len(list) > fewTenants {
		p.tenantCounts(list)
		if !p.Verbose {
			list = slices.DeleteFunc(slices.Clone(list), func(t result.ScanTenant) bool { return !troubled(t) })
		}
	}
	for i, t := range list {
		if i == troubledTenants && !p.Verbose {
			p.write("  ", dim, p.say(msg.New("… and %d more; -v and -o json list all of them", len(list)-i)))
			return
		}
		p.scanTenant(t)
	}
}

func (p *page) tenantCounts(list []result.ScanTenant) {
	n := map[result.Status]int{}
	for _, t := range list {
		n[t.Status]++
	}
	p.write("  ", plainStyle, p.say(msg.New("critical: %d, unknown: %d, warning: %d, ok: %d",
		n[result.Critical], n[result.Unknown], n[result.Warning], n[result.OK])))
}

func (p *page) scanTenant(t result.ScanTenant) {
	name := p.raw(t.Tenant)
	if len(t.Profiles) > 0 {
		name += " (" + p.raw(strings.Join(t.Profiles, ", ")) + ")"
	}
	body := name + ": " + p.say(msg.New("%s; applications: %d, service principals: %d, credentials: %d",
		statusText(t.Status), t.Applications, t.ServicePrincipals, t.Credentials))
	p.write("  "+p.symbol(statusSymbol(t.Status))+" ", plainStyle, body)
	if !t.Error.IsZero() {
		p.write("    ", unsure, p.say(t.Error))
	}
	for _, n := range t.Notes {
		p.write("    ", dim, p.say(n))
	}
}
