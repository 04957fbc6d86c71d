package gather

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
)

// maxSearched bounds the search of other objects for a credential, in objects of
// each kind.
const maxSearched = 5000

// readNamesake looks for an object that has the refused client ID as its object
// ID: the portal shows both beside each other.
func (r *run) readNamesake(ctx context.Context, d Directory) {
	f := r.seen()
	id := f.Setup.ClientID.Value
	if !objects.IsGUID(id) || !diagnose.UnknownClientID(f) {
		return
	}
	var app fact.Fact[*objects.Application]
	var sp fact.Fact[*objects.ServicePrincipal]
	together(
		func() { app = read(d.ApplicationNamed(ctx, id)) },
		func() { sp = read(d.ServicePrincipalNamed(ctx, id)) },
	)
	switch {
	case app.Value != nil:
		take(r, &r.facts.Namesake, fact.Of(&diagnose.Namesake{Kind: "application", DisplayName: app.Value.DisplayName, AppID: app.Value.AppID}))
	case sp.Value != nil:
		take(r, &r.facts.Namesake, fact.Of(&diagnose.Namesake{Kind: "servicePrincipal", DisplayName: sp.Value.DisplayName, AppID: sp.Value.AppID}))
	case !sp.Known():
		take(r, &r.facts.Namesake, fact.Missing[*diagnose.Namesake](sp.Err()))
	default:
		take(r, &r.facts.Namesake, fact.Of[*diagnose.Namesake](nil))
	}
}

// readDeleted looks among the deleted applications, where the client ID is that of
// no other.
func (r *run) readDeleted(ctx context.Context, d Directory) {
	f := r.seen()
	id := cmp.Or(r.SP, f.Setup.ClientID.Value)
	if !objects.IsGUID(id) || !f.Application.Known() || f.Application.Value != nil || len(f.ServicePrincipals.Value) > 0 {
		return
	}
	take(r, &r.facts.Deleted, read(d.DeletedApplication(ctx, id)))
}

// readKeyNamesake looks for a credential that has the refused client ID as its
// key ID (the Secret ID of the portal), where no object has it.
func (r *run) readKeyNamesake(ctx context.Context) {
	if n := r.facts.Namesake; !n.Known() || n.Value != nil {
		return
	}
	id := r.facts.Setup.ClientID.Value
	var found *diagnose.Namesake
	searched := 0
	_, err := r.reader.EachApplication(ctx, func(a objects.Application) error {
		if slices.ContainsFunc(a.Credentials, func(c objects.Credential) bool { return strings.EqualFold(c.KeyID, id) }) {
			found = &diagnose.Namesake{Kind: "keyId", DisplayName: a.DisplayName, AppID: a.AppID}
		}
		if searched++; found != nil || searched >= maxSearched {
			return objects.ErrEnough
		}
		return nil
	})
	if found != nil {
		err = nil
	}
	take(r, &r.facts.Namesake, read(found, err))
}

// readElsewhere searches the other objects of the tenant for a credential like
// the refused one, where this application has none like it.
func (r *run) readElsewhere(ctx context.Context) {
	f := r.seen()
	like := likeConfigured(f)
	if r.reader == nil || like == nil || !diagnose.Stranger(f) {
		return
	}
	s := search{like: like, own: f.Setup.ClientID.Value}
	var apps, principals fact.Fact[bool]
	together(func() {
		n := 0
		apps = read(r.reader.EachApplication(ctx, func(a objects.Application) error { return s.look(&n, a.AppID, a.DisplayName, a.Credentials) }))
	}, func() {
		n := 0
		principals = read(r.reader.EachServicePrincipal(ctx, func(p objects.ServicePrincipal) error { return s.look(&n, p.AppID, p.DisplayName, p.Credentials) }))
	})
	s.All = apps.Value && principals.Value
	for _, part := range []fact.Fact[bool]{apps, principals} {
		if !part.Known() && len(s.Found) == 0 {
			take(r, &r.facts.Elsewhere, fact.Missing[diagnose.Elsewhere](part.Err()))
			return
		}
	}
	slices.SortStableFunc(s.Found, func(a, b diagnose.Other) int { return strings.Compare(a.AppID, b.AppID) })
	s.Found = slices.CompactFunc(s.Found, func(a, b diagnose.Other) bool { return a.AppID == b.AppID })
	take(r, &r.facts.Elsewhere, fact.Of(s.Elsewhere))
}

// search is what both lists are searched for.
type search struct {
	like func(objects.Credential) bool
	own  string
	mu   sync.Mutex
	diagnose.Elsewhere
}

func (s *search) look(n *int, appID, name string, creds []objects.Credential) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *n++; *n > maxSearched {
		return objects.ErrEnough
	}
	s.Searched++
	for _, c := range creds {
		if s.like(c) && !strings.EqualFold(appID, s.own) {
			s.Found = append(s.Found, diagnose.Other{AppID: appID, DisplayName: name, KeyID: c.KeyID})
		}
	}
	return nil
}

// likeConfigured recognises a credential like the configured one by its hint or
// thumbprint; nil where there is nothing to go by.
func likeConfigured(f *diagnose.Facts) func(objects.Credential) bool {
	switch {
	case f.Secret.Known() && f.Secret.Value.Hint != "":
		hint := f.Secret.Value.Hint
		return func(c objects.Credential) bool { return c.Kind == objects.Password && c.Hint == hint }
	case f.Certificate.Known():
		print := f.Certificate.Value.SHA1
		return func(c objects.Credential) bool {
			return c.Kind == objects.Certificate && strings.EqualFold(c.Thumbprint, print)
		}
	}
	return nil
}
