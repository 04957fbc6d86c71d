package directory

import (
	"slices"
	"strings"
)

// The functions below find IDs in any case, as Entra does, and return nil if there is
// nothing. The caller holds the world's lock.

// Tenant finds a tenant by its ID or one of its verified domains.
func (w *World) Tenant(idOrDomain string) *Tenant {
	same := func(s string) bool { return strings.EqualFold(s, idOrDomain) }
	return first(w.Tenants, func(t *Tenant) bool { return same(t.ID) || slices.ContainsFunc(t.Domains, same) })
}

// HomeApplication finds an application and the tenant where it is registered.
func (w *World) HomeApplication(appID string) (*Tenant, *Application) {
	for _, t := range w.Tenants {
		if app := t.ApplicationByAppID(appID); app != nil {
			return t, app
		}
	}
	return nil, nil
}

// Application finds an application by its object ID.
func (t *Tenant) Application(id string) *Application {
	return first(t.Applications, func(a *Application) bool { return sameID(a.ID, id) })
}

// ApplicationByAppID finds an application by its client ID.
func (t *Tenant) ApplicationByAppID(appID string) *Application {
	return first(t.Applications, func(a *Application) bool { return sameID(a.AppID, appID) })
}

// ServicePrincipal finds a service principal by its object ID.
func (t *Tenant) ServicePrincipal(id string) *ServicePrincipal {
	return first(t.ServicePrincipals, func(p *ServicePrincipal) bool { return sameID(p.ID, id) })
}

// ServicePrincipalByAppID finds the tenant's service principal of an application.
func (t *Tenant) ServicePrincipalByAppID(appID string) *ServicePrincipal {
	return first(t.ServicePrincipals, func(p *ServicePrincipal) bool { return sameID(p.AppID, appID) })
}

// User finds a user by object ID or user principal name.
func (t *Tenant) User(idOrName string) *User {
	for i := range t.Users {
		u := &t.Users[i]
		if strings.EqualFold(u.ID, idOrName) || strings.EqualFold(u.UserPrincipalName, idOrName) {
			return u
		}
	}
	return nil
}

// Group finds a group by its object ID.
func (t *Tenant) Group(id string) *Group {
	for i := range t.Groups {
		if strings.EqualFold(t.Groups[i].ID, id) {
			return &t.Groups[i]
		}
	}
	return nil
}

// Policy finds a custom app management policy by its ID.
func (t *Tenant) Policy(id string) *AppManagementPolicy {
	return first(t.Policies, func(p *AppManagementPolicy) bool { return strings.EqualFold(p.ID, id) })
}

// sameID compares IDs in any case. Most are equal or differ in the first characters, so
// look-ups in a tenant of 50,000 are fast.
func sameID(a, b string) bool { return a == b || len(a) == len(b) && strings.EqualFold(a, b) }

func first[T any](all []*T, match func(*T) bool) *T {
	for _, one := range all {
		if match(one) {
			return one
		}
	}
	return nil
}
