package gather

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/objects"
)

const (
	// lookBack is how far back the logs are read; without a licence they keep
	// seven days.
	lookBack = 7 * 24 * time.Hour
	// maxSearched bounds the search of other applications for a credential.
	maxSearched = 5000
)

// readEvidence reads what surrounds the objects, side by side. Each part is
// optional: one that cannot be read says why, and nothing else suffers.
func (r *run) readEvidence(ctx context.Context, client *graph.Client) {
	f := r.facts
	if len(f.ServicePrincipals.Value) > 1 {
		return
	}
	appID, on, id, made := r.subject()
	tasks := []func(){
		func() { f.Activity = read(client.Activity(ctx, appID)) },
	}
	if !r.ListOnly {
		tasks = append(tasks,
			func() { f.Organization = read(client.Organization(ctx)) },
			func() { f.Owners = read(client.Owners(ctx, on, id)) },
			func() { f.Policies = read(client.Policies(ctx, on, id, made)) },
			func() { f.Changes = read(r.changes(ctx, client)) },
			func() { f.SignInLog = read(client.SignIns(ctx, appID, f.Now.Add(-lookBack))) },
			func() { r.readNamesake(ctx, client) },
			func() { r.readElsewhere(ctx, client) },
		)
	}
	if id == "" {
		// There is no object to ask about; the client ID may still be found.
		tasks = nil
		if !r.ListOnly {
			tasks = []func(){func() { r.readNamesake(ctx, client) }, func() { r.readElsewhere(ctx, client) }}
		}
	}
	together(tasks)
}

// together runs independent reads side by side.
func together(tasks []func()) {
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Go(task)
	}
	wg.Wait()
}

// read keeps a value, or words why it is missing.
func read[T any](value T, err error) fact.Fact[T] {
	if err == nil {
		return fact.Of(value)
	}
	return fact.Missing[T](wordedOf(err))
}

// subject is the object that evidence is asked about: the application where
// there is one, since that is where the portal keeps credentials and owners.
func (r *run) subject() (appID, on, id string, made *time.Time) {
	if app := r.facts.Application.Value; r.facts.Application.Known() && app != nil {
		return app.AppID, objects.OnApplication, app.ID, app.Created
	}
	if found := r.facts.ServicePrincipals.Value; len(found) == 1 {
		return found[0].AppID, objects.OnServicePrincipal, found[0].ID, found[0].Created
	}
	return r.facts.Setup.ClientID.Value, "", "", nil
}

// changes reads the audit log of both objects.
func (r *run) changes(ctx context.Context, client *graph.Client) ([]objects.Change, error) {
	var all []objects.Change
	for _, id := range r.objectIDs() {
		changes, err := client.Changes(ctx, id, r.facts.Now.Add(-lookBack))
		if err != nil {
			return nil, err
		}
		all = append(all, changes...)
	}
	slices.SortStableFunc(all, func(a, b objects.Change) int { return b.Time.Compare(a.Time) })
	return all, nil
}

func (r *run) objectIDs() []string {
	var ids []string
	for _, sp := range r.facts.ServicePrincipals.Value {
		ids = append(ids, sp.ID)
	}
	if app := r.facts.Application.Value; app != nil {
		ids = append(ids, app.ID)
	}
	return ids
}

// readNamesake looks for an object that has the refused client ID as its object
// ID: the portal shows both beside each other.
func (r *run) readNamesake(ctx context.Context, client *graph.Client) {
	id := r.facts.Setup.ClientID.Value
	if !diagnose.UnknownClientID(r.facts) || uuid.Validate(id) != nil {
		return
	}
	app, err := client.Application(ctx, id)
	if err == nil {
		r.facts.Namesake = fact.Of(&diagnose.Namesake{Kind: "application", DisplayName: app.DisplayName, AppID: app.AppID})
		return
	}
	sp, err := client.ServicePrincipal(ctx, id)
	switch {
	case err == nil:
		r.facts.Namesake = fact.Of(&diagnose.Namesake{Kind: "servicePrincipal", DisplayName: sp.DisplayName, AppID: sp.AppID})
	case graph.IsNotFound(err):
		r.facts.Namesake = keyNamesake(ctx, client, id)
	default:
		r.facts.Namesake = fact.Missing[*diagnose.Namesake](wordedOf(err))
	}
}

// keyNamesake looks for a credential that has the refused client ID as its key
// ID (the Secret ID of the portal).
func keyNamesake(ctx context.Context, client *graph.Client, id string) fact.Fact[*diagnose.Namesake] {
	var found *diagnose.Namesake
	searched := 0
	_, err := client.EachApplication(ctx, func(a objects.Application) error {
		for _, c := range a.Credentials {
			if strings.EqualFold(c.KeyID, id) {
				found = &diagnose.Namesake{Kind: "keyId", DisplayName: a.DisplayName, AppID: a.AppID}
				return graph.ErrEnough
			}
		}
		if searched++; searched >= maxSearched {
			return graph.ErrEnough
		}
		return nil
	})
	if found != nil {
		return fact.Of(found)
	}
	return fact.From[*diagnose.Namesake](nil, err)
}

// readElsewhere searches the other applications of the tenant for a credential
// like the refused one, where this application has none like it.
func (r *run) readElsewhere(ctx context.Context, client *graph.Client) {
	like := r.likeConfigured()
	if like == nil || !diagnose.Stranger(r.facts) {
		return
	}
	var e diagnose.Elsewhere
	own := r.facts.Setup.ClientID.Value
	look := func(appID, name string, creds []objects.Credential) error {
		if e.Searched++; e.Searched > maxSearched {
			return graph.ErrEnough
		}
		for _, c := range creds {
			if like(c) && !strings.EqualFold(appID, own) {
				e.Found = append(e.Found, diagnose.Other{AppID: appID, DisplayName: name, KeyID: c.KeyID})
			}
		}
		return nil
	}
	apps, err := client.EachApplication(ctx, func(a objects.Application) error { return look(a.AppID, a.DisplayName, a.Credentials) })
	if err == nil {
		e.All, err = client.EachServicePrincipal(ctx, func(s objects.ServicePrincipal) error { return look(s.AppID, s.DisplayName, s.Credentials) })
	}
	e.All = e.All && apps && e.Searched <= maxSearched
	if err != nil && len(e.Found) == 0 {
		r.facts.Elsewhere = fact.Missing[diagnose.Elsewhere](wordedOf(err))
		return
	}
	e.Found = slices.CompactFunc(e.Found, func(a, b diagnose.Other) bool { return a.AppID == b.AppID })
	r.facts.Elsewhere = fact.Of(e)
}

// likeConfigured recognises a credential like the configured one by its hint or
// thumbprint; nil where there is nothing to go by.
func (r *run) likeConfigured() func(objects.Credential) bool {
	f := r.facts
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
