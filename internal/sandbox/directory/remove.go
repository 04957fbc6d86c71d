package directory

import (
	"slices"
	"time"
)

// AddApplication puts a new application into the tenant. The caller holds the
// world's lock, as for all of these.
func (t *Tenant) AddApplication(at time.Time, a *Application) {
	t.Applications = append(t.Applications, a)
	t.Journal.note(Change{At: at, Kind: Applications, ID: a.ID})
}

// AddServicePrincipal puts a new service principal into the tenant.
func (t *Tenant) AddServicePrincipal(at time.Time, p *ServicePrincipal) {
	t.ServicePrincipals = append(t.ServicePrincipals, p)
	t.Journal.note(Change{At: at, Kind: ServicePrincipals, ID: p.ID})
}

// DeleteApplication moves an application to the deleted items, and its service
// principal in this tenant with it. Source: Microsoft's documentation of deleting
// an application.
func (t *Tenant) DeleteApplication(at time.Time, id string) bool {
	i := slices.IndexFunc(t.Applications, func(a *Application) bool { return sameID(a.ID, id) })
	if i < 0 {
		return false
	}
	a := t.Applications[i]
	a.DeletedAt = at
	t.Deleted = append(t.Deleted, a)
	t.Applications = slices.Delete(t.Applications, i, i+1)
	t.Journal.note(Change{At: at, Kind: Applications, ID: a.ID, Removed: Restorable, Index: i})
	if p := t.ServicePrincipalByAppID(a.AppID); p != nil {
		t.DeleteServicePrincipal(at, p.ID)
	}
	return true
}

// DeleteServicePrincipal moves a service principal to the deleted items.
func (t *Tenant) DeleteServicePrincipal(at time.Time, id string) bool {
	i := slices.IndexFunc(t.ServicePrincipals, func(p *ServicePrincipal) bool { return sameID(p.ID, id) })
	if i < 0 {
		return false
	}
	p := t.ServicePrincipals[i]
	t.DeletedPrincipals = append(t.DeletedPrincipals, p)
	t.ServicePrincipals = slices.Delete(t.ServicePrincipals, i, i+1)
	t.Journal.note(Change{At: at, Kind: ServicePrincipals, ID: p.ID, Removed: Restorable, Index: i})
	return true
}

// Restore takes an object out of the deleted items again; an application comes
// with its service principal. The service makes it look as it did.
func (t *Tenant) Restore(at time.Time, id string) bool {
	if i := slices.IndexFunc(t.Deleted, func(a *Application) bool { return sameID(a.ID, id) }); i >= 0 {
		a := t.Deleted[i]
		t.Deleted = slices.Delete(t.Deleted, i, i+1)
		a.DeletedAt = time.Time{}
		t.AddApplication(at, a)
		for _, p := range t.DeletedPrincipals {
			if p.AppID == a.AppID {
				return t.Restore(at, p.ID)
			}
		}
		return true
	}
	i := slices.IndexFunc(t.DeletedPrincipals, func(p *ServicePrincipal) bool { return sameID(p.ID, id) })
	if i < 0 {
		return false
	}
	p := t.DeletedPrincipals[i]
	t.DeletedPrincipals = slices.Delete(t.DeletedPrincipals, i, i+1)
	t.AddServicePrincipal(at, p)
	return true
}

// Purge deletes an object for good that lies among the deleted items.
func (t *Tenant) Purge(at time.Time, id string) bool {
	apps, principals := len(t.Deleted), len(t.DeletedPrincipals)
	t.Deleted = slices.DeleteFunc(t.Deleted, func(a *Application) bool { return sameID(a.ID, id) })
	t.DeletedPrincipals = slices.DeleteFunc(t.DeletedPrincipals, func(p *ServicePrincipal) bool { return sameID(p.ID, id) })
	switch {
	case len(t.Deleted) < apps:
		t.Journal.note(Change{At: at, Kind: Applications, ID: id, Removed: Gone, Index: -1})
	case len(t.DeletedPrincipals) < principals:
		t.Journal.note(Change{At: at, Kind: ServicePrincipals, ID: id, Removed: Gone, Index: -1})
	default:
		return false
	}
	return true
}
