package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const (
	defaultUsers  = 12
	defaultGroups = 4
	// tenantAge is the age of a tenant.
	tenantAge = 3 * 365 * 24 * time.Hour
)

var (
	givenNames = []string{"Ada", "Bruno", "Clara", "Deniz", "Elif", "Frieda", "Goran", "Hanna", "Ivo", "Jana", "Karim", "Lena"}
	surnames   = []string{"Albers", "Brandt", "Conrad", "Dietz", "Ebert", "Fischer", "Graf"}
	groupNames = []string{"Accounting", "All Staff", "Archive Users", "Engineering", "Sales", "Service Desk"}
)

func (b *builder) tenant(spec *tenant) error {
	domain := spec.Domains[0]
	t := &directory.Tenant{
		ID: b.id(spec.ID, "tenant", domain), Domains: spec.Domains, DisplayName: spec.Name,
		Cloud: cmp.Or(spec.Cloud, "public"), RegionScope: cmp.Or(spec.Region, "EU"),
		Created: b.now.Add(-tenantAge).Truncate(time.Second), Premium: spec.Premium == nil || *spec.Premium,
		PropagationDelay: time.Duration(spec.Propagation.Delay), Flap: spec.Propagation.Flap, ListDelay: time.Duration(spec.Propagation.List),
		Subscriptions: spec.Subscriptions, Delta: spec.Delta.build(),
	}
	b.world.Tenants = append(b.world.Tenants, t)
	b.policies(t, spec)
	b.people(t, spec)
	for i := range spec.Apps {
		if err := b.app(t, &spec.Apps[i]); err != nil {
			return fmt.Errorf("app %s: %w", spec.Apps[i].Name, err)
		}
	}
	b.writeLogs(t)
	return assign(t, spec.Policies)
}

// people adds users and groups. The first user is the administrator.
func (b *builder) people(t *directory.Tenant, spec *tenant) {
	domain := spec.Domains[len(spec.Domains)-1]
	for i := range countOr(spec.Users, defaultUsers) {
		given, sur := givenNames[i%len(givenNames)], surnames[i/len(givenNames)%len(surnames)]
		local := strings.ToLower(given + "." + sur)
		if n := i / (len(givenNames) * len(surnames)); n > 0 {
			local = fmt.Sprintf("%s%d", local, n+1)
		}
		name := local + "@" + domain
		t.Users = append(t.Users, directory.User{
			ID: b.id("", "user", t.ID, name), DisplayName: given + " " + sur, UserPrincipalName: name, Mail: name,
		})
	}
	for i := range countOr(spec.Groups, defaultGroups) {
		name := groupNames[i%len(groupNames)]
		if n := i / len(groupNames); n > 0 {
			name = fmt.Sprintf("%s %d", name, n+1)
		}
		mail := strings.ToLower(strings.ReplaceAll(name, " ", "-")) + "@" + domain
		g := directory.Group{ID: b.id("", "group", t.ID, name), DisplayName: name, Mail: mail}
		for j := i; j < len(t.Users); j += i + 1 {
			g.Members = append(g.Members, t.Users[j].ID)
		}
		t.Groups = append(t.Groups, g)
	}
}

// owners returns the IDs of users by name. It adds missing ones, from "Name <address>"
// or, without a mail address, from the name.
func (b *builder) owners(t *directory.Tenant, names []string) []string {
	var ids []string
	for _, written := range names {
		name, mail, _ := strings.Cut(strings.TrimSuffix(written, ">"), " <")
		i := slices.IndexFunc(t.Users, func(u directory.User) bool { return u.DisplayName == name })
		if i < 0 {
			i = len(t.Users)
			upn := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@" + t.Domains[len(t.Domains)-1]
			t.Users = append(t.Users, directory.User{ID: b.id("", "user", t.ID, upn), DisplayName: name, UserPrincipalName: upn, Mail: mail})
		}
		ids = append(ids, t.Users[i].ID)
	}
	return ids
}

func countOr(n *int, otherwise int) int {
	if n == nil {
		return otherwise
	}
	return max(0, min(*n, 100_000))
}
