package session

import (
	"context"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Actor is an identity that not only reads Microsoft Graph but changes something
// there.
type Actor struct {
	// Name is the reader's, as in --reader; Self says that it is the configured
	// credential.
	Name   string
	Self   bool
	Client *graph.Client
	// Claims are what the identity's token says, missing where it is opaque.
	Claims fact.Fact[entra.Claims]
	// Tokens gives tokens of the same identity for another resource, such as
	// https://vault.azure.net.
	Tokens func(resource string) secrets.TokenSource
}

// writePermission is what a person is asked to consent to.
const writePermission = "Application.ReadWrite.All"

// Act finds the service principal and its application, as for list-secrets, by
// the first identity that --reader allows, that can read them and that suits.
// Where none suits, the first that can read is taken; where none can read, the
// actor is nil and the facts say why.
func Act(ctx context.Context, o Options, suits func(*Actor) bool) (*diagnose.Facts, *Actor) {
	s := New(o)
	s.permission = writePermission
	actors := map[string]*Actor{}
	in := s.Input()
	in.ListOnly = true
	in.Suits = func(r gather.Reader, d gather.Directory) bool {
		a := s.actor(ctx, r, d)
		actors[r.Name] = a
		return suits(a)
	}
	facts := gather.Facts(ctx, in)
	return facts, actors[facts.Reader.Name]
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

// forResource is an identity with tokens for something other than Graph.
func (s *session) forResource(ctx context.Context, name, resource string) secrets.TokenSource {
	other := New(s.Options)
	// The scope is made of this field; where requests go is another setting.
	other.cloud.GraphEndpoint = resource
	if s.Settings.Credential != nil {
		other.load.Do(func() { other.loaded, other.loadErr = s.Credential(ctx) })
	}
	return other.tokens(ctx, name)
}
