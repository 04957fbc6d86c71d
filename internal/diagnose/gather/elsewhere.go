package gather

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/near"
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
	var found *diagnose.Namesake
	err := sp.Err()
	switch {
	case app.Value != nil:
		found, err = &diagnose.Namesake{Kind: objects.OnApplication, DisplayName: app.Value.DisplayName, AppID: app.Value.AppID}, nil
	case sp.Value != nil:
		found = &diagnose.Namesake{Kind: objects.OnServicePrincipal, DisplayName: sp.Value.DisplayName, AppID: sp.Value.AppID}
	}
	take(r, &r.facts.Namesake, fact.From(found, err))
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
	if err := cmp.Or(apps.Err(), principals.Err()); err != nil && len(s.Found) == 0 {
		take(r, &r.facts.Elsewhere, fact.Missing[diagnose.Elsewhere](err))
		return
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

// readMistaken asks what is given instead of a tenant or a client ID that Entra
// does not know: one request for each possibility, none of which carries a
// credential.
func (r *run) readMistaken(ctx context.Context) {
	f := r.seen()
	noTenant := diagnose.UnknownTenant(f)
	if !noTenant && !diagnose.UnknownClientID(f) {
		return
	}
	parts := []func(){func() { r.readClientIDTenant(ctx, f) }}
	if noTenant {
		parts = append(parts, func() { r.readMeantTenant(ctx, f) }, func() { r.readSubscription(ctx, f) })
	}
	together(parts...)
}

// readClientIDTenant asks whether the client ID names a tenant.
func (r *run) readClientIDTenant(ctx context.Context, f *diagnose.Facts) {
	id, tenant := f.Setup.ClientID.Value, f.Setup.Tenant.Value
	if strings.EqualFold(id, tenant) || !config.IsTenant(id) {
		return
	}
	take(r, &r.facts.ClientIDTenant, read(r.Session.TenantID(ctx, id)))
}

// readMeantTenant asks for the tenant that was meant by a setting with a mistake
// in it.
func (r *run) readMeantTenant(ctx context.Context, f *diagnose.Facts) {
	meant := near.Tenant(f.Setup.Tenant.Value)
	if meant == "" {
		return
	}
	id, err := r.Session.TenantID(ctx, meant)
	take(r, &r.facts.Meant, fact.Of(diagnose.Meant{Name: meant, Tenant: fact.From(id, err)}))
}

// readSubscription asks whether the tenant setting is an Azure subscription's ID.
func (r *run) readSubscription(ctx context.Context, f *diagnose.Facts) {
	if id := f.Setup.Tenant.Value; objects.IsGUID(id) {
		take(r, &r.facts.Subscription, read(r.Session.SubscriptionTenant(ctx, id)))
	}
}

const (
	// maxCandidates is how many names are offered where none was meant whole.
	maxCandidates = 5
	// maxListed is how many names of the same beginning are compared.
	maxListed = 100
	// sharedBeginning is how many letters a near spelling is taken to begin with.
	sharedBeginning = 2
)

// suggesting is a directory that lists names by their beginning.
type suggesting interface {
	SuggestServicePrincipals(ctx context.Context, prefix string, limit int) ([]objects.ServicePrincipal, error)
}

// nearlyNamed are the service principals whose name begins with what was given, or
// is spelled nearly so, where nothing has that name. They are offered to a person,
// never acted upon; a list that cannot be read offers nothing.
func (r *run) nearlyNamed(ctx context.Context, d Directory) []objects.ServicePrincipal {
	facts := r.seen()
	s, ok := d.(suggesting)
	if !ok || len(facts.ServicePrincipals.Value) > 0 || !facts.Application.Known() || facts.Application.Value != nil || len(r.alike) > 0 {
		return nil
	}
	found, err := s.SuggestServicePrincipals(ctx, r.SP, maxCandidates)
	if err == nil && len(found) > 0 {
		return found
	}
	beginning := []rune(r.SP)
	found, err = s.SuggestServicePrincipals(ctx, string(beginning[:min(sharedBeginning, len(beginning))]), maxListed)
	if err != nil {
		return nil
	}
	var names []string
	for _, sp := range found {
		names = append(names, sp.DisplayName)
	}
	meant := near.Words(r.SP, names)
	found = slices.DeleteFunc(found, func(sp objects.ServicePrincipal) bool { return !slices.Contains(meant, sp.DisplayName) })
	return found[:min(maxCandidates, len(found))]
}
