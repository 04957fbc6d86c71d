package result

import (
	"maps"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

func (c *ScanChanges) items(v View) []Item {
	var items []Item
	for _, ch := range c.List {
		items = append(items, Item{
			Text:   msg.New("%s: %s, %s", textOf(changeTexts, ch.Change), ch.Item.Name(), kindFor(ch.Item.Kind, ch.Item.Purpose)),
			Value:  msg.Literal(ch.Item.KeyID),
			Detail: msg.Join(append(said(ch.By.text()), said(reasonTexts(ch.Reasons))...), "; "),
		})
	}
	return limited(items, v, func(n int) Item { return Item{Text: msg.New("… and %d more; -o json lists them", n)} })
}

// fewTenants is the number of tenants up to which a report lists them all. Beyond it,
// only tenants with problems are listed, at most as many as the report has rows.
const fewTenants = 20

// troubled reports whether the tenant was not read completely or has notes.
func (t ScanTenant) troubled() bool { return !t.Error.IsZero() || len(t.Notes) > 0 }

// tenantPart lists the tenants if there are several or one has problems. For many
// tenants a count is enough, because each finding names its tenant.
func (s *Scan) tenantPart(v View) Part {
	x := Part{ID: "tenants", Title: msg.New("Tenants")}
	list := s.Tenants
	if len(list) < 2 && !slices.ContainsFunc(list, ScanTenant.troubled) {
		return x
	}
	if len(list) > fewTenants {
		n := map[Status]int{}
		for _, t := range list {
			n[t.Status]++
		}
		x.Text = append(x.Text, msg.New("critical: %d, unknown: %d, warning: %d, healthy: %d", n[Critical], n[Unknown], n[Warning], n[OK]))
		if !v.All {
			list = slices.DeleteFunc(slices.Clone(list), func(t ScanTenant) bool { return !t.troubled() })
		}
	}
	for _, t := range list {
		x.Items = append(x.Items, t.item())
	}
	x.Items = limited(x.Items, v, func(n int) Item { return Item{Text: msg.New("… and %d more; -v and -o json list all of them", n)} })
	return x
}

func (t ScanTenant) item() Item {
	name := msg.Literal(t.Tenant)
	if len(t.Profiles) > 0 {
		name = msg.New("%s (%s)", strings.Join(t.Profiles, ", "), t.Tenant)
	}
	return Item{Status: t.Status.check(), Text: msg.New("%s: %s; %s", name, t.Status.Text(), counted(t.Applications, t.ServicePrincipals, t.Credentials)),
		Detail: msg.Join(append(said(t.Error), t.Notes...), "; ")}
}

func (s *Scan) excluded() []Fact {
	var facts []Fact
	for _, reason := range slices.Sorted(maps.Keys(s.Totals.Excluded)) {
		label, known := exclusionTexts[reason]
		if !known {
			label = msg.New("excluded by the config file: %s", reason)
		}
		facts = append(facts, Fact{label, msg.New("%d", s.Totals.Excluded[reason])})
	}
	return facts
}

var exclusionTexts = map[string]msg.Text{
	"microsoft-application": msg.New("credentials of Microsoft's own applications"),
	"managed-identity":      msg.New("credentials of managed identities, which Azure renews itself"),
	"saml-signing":          msg.New("second entries and key passwords of certificates that sign SAML tokens"),
	"token-encryption":      msg.New("certificates that encrypt tokens"),
}
