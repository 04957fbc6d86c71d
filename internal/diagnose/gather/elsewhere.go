package gather

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/objects"
)

// maxSearched is the maximum number of searched objects of each kind.
const maxSearched = 5000

// readNamesake looks for an object with the refused client ID as its object ID. The
// portal shows both IDs side by side.
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

// readDeleted looks for a deleted application and service principal with the client ID, if
// the tenant has none.
func (r *run) readDeleted(ctx context.Context, d Directory) {
	f := r.seen()
	id := cmp.Or(r.SP, f.Setup.ClientID.Value)
	if app := f.Application.Value; app != nil {
		id = app.AppID
	}
	if !objects.IsGUID(id) || !f.Application.Known() || !f.ServicePrincipals.Known() || len(f.ServicePrincipals.Value) > 0 {
		return
	}
	parts := []func(){func() {
		take(r, &r.facts.DeletedPrincipal, read(d.DeletedObject(ctx, objects.OnServicePrincipal, id)))
	}}
	if f.Application.Value == nil {
		parts = append(parts, func() { take(r, &r.facts.Deleted, read(d.DeletedObject(ctx, objects.OnApplication, id))) })
	}
	together(parts...)
}

// readKeyNamesake looks for a credential with the refused client ID as its key ID (the
// portal's Secret ID).
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

// readElsewhere looks for a credential like the refused one in other applications.
func (r *run) readElsewhere(ctx context.Context) {
	f := r.seen()
	like := likeConfigured(f)
	if r.reader == nil || like == nil || !diagnose.Unlisted(f) {
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

// search collects the matches in both listings.
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

// likeConfigured returns a function that compares hints or thumbprints, or nil.
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

// readMistaken finds out what is configured instead of a tenant or client ID that Entra
// does not know. It sends one request for each possibility, without a credential.
func (r *run) readMistaken(ctx context.Context) {
	f := r.seen()
	noTenant := diagnose.UnknownTenant(f)
	if !noTenant && !diagnose.UnknownClientID(f) {
		return
	}
	id, tenant := f.Setup.ClientID.Value, f.Setup.Tenant.Value
	var parts []func()
	if !strings.EqualFold(id, tenant) && objects.IsTenant(id) {
		parts = append(parts, func() { take(r, &r.facts.ClientIDTenant, read(r.Session.TenantID(ctx, id))) })
	}
	if meant := near.Tenant(tenant); noTenant && meant != "" {
		parts = append(parts, func() {
			take(r, &r.facts.Meant, fact.Of(diagnose.Meant{Name: meant, Tenant: fact.From(r.Session.TenantID(ctx, meant))}))
		})
	}
	if noTenant && objects.IsGUID(tenant) {
		parts = append(parts, func() { take(r, &r.facts.Subscription, read(r.Session.SubscriptionTenant(ctx, tenant))) })
	}
	together(parts...)
}

// maxCandidates is the number of similar names that are offered.
const maxCandidates = 5

// suggesting is a directory that can list names by their beginning.
type suggesting interface {
	SuggestServicePrincipals(ctx context.Context, prefix string, limit int) ([]objects.ServicePrincipal, error)
}

// similarNames returns service principals whose name begins with the value of --sp or is
// similar to it. They are only shown to the user. It returns nil if they cannot be read.
func (r *run) similarNames(ctx context.Context, d Directory) []objects.ServicePrincipal {
	facts := r.seen()
	s, ok := d.(suggesting)
	if !ok || len(facts.ServicePrincipals.Value) > 0 || !facts.Application.Known() || facts.Application.Value != nil || len(r.alike) > 0 {
		return nil
	}
	found, err := s.SuggestServicePrincipals(ctx, r.SP, maxCandidates)
	if err == nil && len(found) > 0 {
		return found
	}
	// A misspelt name is assumed to have the first two letters right.
	beginning := []rune(r.SP)
	found, err = s.SuggestServicePrincipals(ctx, string(beginning[:min(2, len(beginning))]), 100)
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
