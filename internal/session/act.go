package session

import (
	"context"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Actor is an identity that changes something in Microsoft Graph, besides reading it.
type Actor struct {
	// Name is the name of the reader in --reader. Self means that it is the configured
	// credential.
	Name   string
	Self   bool
	Client *graph.Client
	// Claims are the claims of the identity's token. They are missing if the token is
	// opaque.
	Claims fact.Fact[entra.Claims]
	// Tokens returns tokens of the same identity for another resource, such as
	// https://vault.azure.net.
	Tokens func(resource string) secrets.TokenSource
}

// writePermission is the permission that a person is asked to consent to.
const writePermission = "Application.ReadWrite.All"

// Act finds the service principal and its application, as list-secrets does. It uses
// the first identity allowed by --reader that can read them and that suits. If none
// suits, it uses the first that can read. If none can read, the actor is nil and the
// facts say why.
func Act(ctx context.Context, o Options, suits func(*Actor) bool) (*diagnose.Facts, *Actor) {
	s := New(o)
	s.permission = writePermission
	actors := map[string]*Actor{}
	in := s.Input()
	in.ListOnly, in.ObjectsOnly = true, o.ObjectsOnly
	in.Suits = func(r gather.Reader, d gather.Directory) bool {
		a := s.actor(ctx, r, d)
		actors[r.Name] = a
		return suits(a)
	}
	facts := gather.Facts(ctx, in)
	return facts, actors[facts.Reader.Name]
}

// Activity reads the activity report of an application, which Act has not read with
// Options.ObjectsOnly.
func (a *Actor) Activity(ctx context.Context, appID string) fact.Fact[[]objects.Activity] {
	return gather.Activity(ctx, a.Client, appID)
}

func (s *session) actor(ctx context.Context, r gather.Reader, d gather.Directory) *Actor {
	client := d.(*graph.Client)
	a := &Actor{Name: r.Name, Self: r.Self, Client: client}
	a.Tokens = func(resource string) secrets.TokenSource { return s.forResource(ctx, r.Name, resource) }
	token, err := client.Token(ctx)
	if err != nil {
		a.Claims = fact.Missing[entra.Claims](err)
		return a
	}
	a.Claims = entra.ClaimsOf(token)
	return a
}

// forResource returns a token source of the identity for a resource other than Graph.
func (s *session) forResource(ctx context.Context, name, resource string) secrets.TokenSource {
	other := New(s.Options)
	// The scope comes from this field. The address for requests is another setting.
	other.cloud.GraphEndpoint = resource
	if s.Settings.Credential != nil {
		other.load.Do(func() { other.loaded, other.loadErr = s.Credential(ctx) })
	}
	return other.tokens(ctx, name)
}
