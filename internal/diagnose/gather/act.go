package gather

import (
	"context"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
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
	Tokens func(resource string) graph.TokenSource
}

// writePermission is what a person is asked to consent to.
const writePermission = "Application.ReadWrite.All"

// Act finds the service principal and its application, as for list-secrets, by
// the first identity that --reader allows, that can read them and that suits.
// Where none suits, the first that can read is taken; where none can read, the
// actor is nil and the facts say why.
func Act(ctx context.Context, in Input, suits func(*Actor) bool) (*diagnose.Facts, *Actor) {
	in.ListOnly = true
	r := &run{Input: in, facts: unread(in), patient: ctx}
	r.readSetup()
	shapeCtx, cancel := context.WithTimeout(ctx, in.Timeout)
	r.readCredentialShape(shapeCtx)
	cancel()
	if r.facts.Reader.Mode == "none" {
		return r.facts, nil
	}
	a, found := r.findActor(ctx, suits)
	if a == nil {
		return r.facts, nil
	}
	r.facts.Reader.Name, r.facts.Reader.Self = a.Name, a.Self
	r.facts.ServicePrincipals = fact.Of(found)
	ctx, cancel = context.WithTimeout(ctx, in.Timeout)
	defer cancel()
	r.readApplication(ctx, a.Client)
	r.facts.Setup.Problem = r.misnamed()
	r.readEvidence(ctx, a.Client)
	return r.facts, a
}

// findActor tries the identities in order. Each gets the run's time anew, since
// one of them may be a person.
func (r *run) findActor(ctx context.Context, suits func(*Actor) bool) (*Actor, []objects.ServicePrincipal) {
	var spare *Actor
	var spareFound []objects.ServicePrincipal
	var first error
	for c := range r.candidates(ctx) {
		if c.person {
			if spare != nil {
				break // nobody is asked to sign in where somebody can already read
			}
			c = r.writer(c)
		}
		r.tell(msg.New("reading Microsoft Graph as %s", c.name))
		a, found, err := r.tryActor(ctx, c)
		switch {
		case err != nil:
			if first == nil {
				first = err
			}
			r.facts.Reader.Tried = append(r.facts.Reader.Tried, diagnose.ReaderAttempt{Name: c.name, Reason: reason(err)})
		case suits(a):
			return a, found
		case spare == nil:
			spare, spareFound = a, found
		}
	}
	if spare == nil {
		r.facts.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](wordedOf(first))
		r.facts.Application = fact.Missing[*objects.Application](wordedOf(first))
	}
	return spare, spareFound
}

func (r *run) tryActor(ctx context.Context, c candidate) (*Actor, []objects.ServicePrincipal, error) {
	if err := r.waitForPerson(c); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	client, err := r.client(c.tokens)
	if err != nil {
		return nil, nil, err
	}
	found, err := r.findPrincipals(ctx, client)
	if err != nil {
		return nil, nil, err
	}
	a := &Actor{Name: c.name, Self: c.self, Client: client}
	a.Tokens = func(resource string) graph.TokenSource { return r.forResource(c.name, resource) }
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return nil, nil, err
	}
	a.Claims = entra.ClaimsOf(token)
	return a, found, nil
}

// writer lets a person sign in with the right to change applications.
func (r *run) writer(c candidate) candidate {
	o := r.readerOptions()
	o.Permission = writePermission
	if c.name == "browser" {
		c.tokens = entra.BrowserReader(o)
	} else {
		c.tokens = entra.DeviceCodeReader(o)
	}
	return c
}

// forResource is the identity with tokens for something other than Graph.
func (r *run) forResource(name, resource string) graph.TokenSource {
	other := *r
	// The scope is made of this field; where requests go is another setting.
	other.cloud.GraphEndpoint = resource
	// The configured credential's own token, if any, is one for Graph.
	other.attempt = entra.Attempt{}
	return other.candidate(other.patient, name).tokens
}
