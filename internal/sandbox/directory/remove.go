package directory

import (
	"slices"
	"time"
)

// AddApplication adds a new application. For this and the functions below, the caller
// holds the world's lock.
func (t *Tenant) AddApplication(at time.Time, a *Application) {
	t.Applications = append(t.Applications, a)
	t.Journal.note(Change{At: at, Kind: Applications, ID: a.ID})
}

// AddServicePrincipal adds a new service principal.
func (t *Tenant) AddServicePrincipal(at time.Time, p *ServicePrincipal) {
	t.ServicePrincipals = append(t.ServicePrincipals, p)
	t.Journal.note(Change{At: at, Kind: ServicePrincipals, ID: p.ID})
}

// DeleteApplication moves an application and its service principal in this tenant to the
// deleted items. Source: Microsoft's documentation of deleting an application.
func (t *Tenant) DeleteApplication(at time.Time, id string) {
	a := t.Application(id)
	if a == nil {
		return
	}
	i := move(&t.Applications, &t.Deleted, at, a.ID)
	t.Journal.note(Change{At: at, Kind: Applications, ID: a.ID, Removed: Restorable, Index: i})
	if p := t.ServicePrincipalByAppID(a.AppID); p != nil {
		t.DeleteServicePrincipal(at, p.ID)
	}
}

// DeleteServicePrincipal moves a service principal to the deleted items.
func (t *Tenant) DeleteServicePrincipal(at time.Time, id string) {
	if i := move(&t.ServicePrincipals, &t.DeletedPrincipals, at, id); i >= 0 {
		t.Journal.note(Change{At: at, Kind: ServicePrincipals, ID: id, Removed: Restorable, Index: i})
	}
}

// Restore restores a deleted object unchanged. The service principal of an application is
// not restored with it. Source: Microsoft's documentation of restoring deleted items.
func (t *Tenant) Restore(at time.Time, id string) bool {
	kind := Applications
	if move(&t.Deleted, &t.Applications, time.Time{}, id) < 0 {
		if move(&t.DeletedPrincipals, &t.ServicePrincipals, time.Time{}, id) < 0 {
			return false
		}
		kind = ServicePrincipals
	}
	t.Journal.note(Change{At: at, Kind: kind, ID: id})
	return true
}

// Purge deletes an object permanently.
func (t *Tenant) Purge(at time.Time, id string) bool {
	kind := Applications
	if move(&t.Deleted, nil, at, id) < 0 {
		if move(&t.DeletedPrincipals, nil, at, id) < 0 {
			return false
		}
		kind = ServicePrincipals
	}
	t.Journal.note(Change{At: at, Kind: kind, ID: id, Removed: Gone, Index: -1})
	return true
}

// move moves an object to the end of another list, or removes it if to is nil, and sets when
// it was deleted. It returns the old index, -1 if there was none.
func move[T interface{ Base() *Object }](from, to *[]T, deleted time.Time, id string) int {
	i := slices.IndexFunc(*from, func(o T) bool { return sameID(o.Base().ID, id) })
	if i < 0 {
		return i
	}
	(*from)[i].Base().DeletedAt = deleted
	if to != nil {
		*to = append(*to, (*from)[i])
	}
	*from = slices.Delete(*from, i, i+1)
	return i
}
