package gather

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// readDirectory reads the objects in Graph by the first reader that may, and
// the evidence around them.
func (r *run) readDirectory(ctx context.Context) {
	if r.facts.Reader.Mode == "none" || r.unreachable() {
		return
	}
	client := r.findReader(ctx)
	if client == nil {
		return
	}
	r.readApplication(ctx, client)
	r.readEvidence(ctx, client)
}

// unreachable reports whether Entra could not be reached at all: asking it again
// for a reader's token would only wait once more.
func (r *run) unreachable() bool {
	s := r.facts.SignIn
	return s.Known() && s.Value.Network != nil && s.Value.Token == nil
}

// findReader tries the readers in order and keeps the first that can read the
// service principal. A reader that was refused is remembered with its reason.
func (r *run) findReader(ctx context.Context) *graph.Client {
	f := r.facts
	var first error
	for candidate := range r.candidates(ctx) {
		r.tell("reading Microsoft Graph by " + candidate.name)
		client, err := r.client(candidate.tokens)
		var found []objects.ServicePrincipal
		if err == nil {
			found, err = r.findPrincipals(ctx, client)
		}
		if err == nil {
			f.Reader.Name, f.Reader.Self = candidate.name, candidate.self
			f.ServicePrincipals = fact.Of(found)
			return client
		}
		if first == nil {
			first, f.Reader.Self = err, candidate.self
		}
		f.Reader.Tried = append(f.Reader.Tried, diagnose.ReaderAttempt{Name: candidate.name, Reason: reason(err)})
	}
	if first == nil {
		first = errNoReader
	}
	f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](first)
	f.Application = fact.Missing[*objects.Application](first)
	return nil
}

var errNoReader = errors.New("no reader is set up")

// reason words an error for the report.
func reason(err error) msg.Text {
	var g *graph.Error
	if errors.As(err, &g) {
		if graph.IsForbidden(err) && g.Need != "" {
			return msg.New("%s; the permission is %s", g.Text(), g.Need)
		}
		return g.Text()
	}
	var worded interface{ Text() msg.Text }
	if errors.As(err, &worded) {
		return worded.Text()
	}
	return msg.Literal(err.Error())
}

func (r *run) client(tokens graph.TokenSource) (*graph.Client, error) {
	return graph.New(graph.Options{Endpoint: r.facts.Setup.GraphEndpoint, Tokens: tokens, HTTPClient: r.HTTPClient})
}

func (r *run) findPrincipals(ctx context.Context, client *graph.Client) ([]objects.ServicePrincipal, error) {
	if r.SP != "" {
		return client.FindServicePrincipals(ctx, r.SP)
	}
	return client.ServicePrincipalsByAppID(ctx, r.facts.Setup.ClientID.Value)
}

// readApplication reads the application beside the service principal. That
// there is none is a fact, not a failure.
func (r *run) readApplication(ctx context.Context, client *graph.Client) {
	f := r.facts
	found := f.ServicePrincipals.Value
	if len(found) > 1 {
		f.Application = fact.Of[*objects.Application](nil)
		return
	}
	app, err := r.applicationBeside(ctx, client, found)
	if err == nil && app != nil {
		federated, problem := client.FederatedCredentials(ctx, app.ID)
		app.Credentials = append(app.Credentials, federated...)
		if problem != nil {
			f.Notes = append(f.Notes, msg.New("Federated credentials could not be read: %s.", reason(problem)))
		}
	}
	f.Application = fact.From(app, err)
}

func (r *run) applicationBeside(ctx context.Context, client *graph.Client, found []objects.ServicePrincipal) (*objects.Application, error) {
	if len(found) == 1 {
		if found[0].AppID == "" {
			return nil, nil
		}
		return client.ApplicationByAppID(ctx, found[0].AppID)
	}
	if r.SP == "" {
		return client.ApplicationByAppID(ctx, r.facts.Setup.ClientID.Value)
	}
	// No service principal of that name; an application may have it all the same.
	if uuid.Validate(r.SP) == nil {
		return client.ApplicationByAppID(ctx, r.SP)
	}
	apps, err := client.ApplicationsByName(ctx, r.SP)
	if err != nil || len(apps) != 1 {
		return nil, err
	}
	return &apps[0], nil
}

// synchronize does what a user synchronization does with its token.
func (r *run) synchronize(ctx context.Context) {
	if r.SkipSync || r.attempt.Token == nil {
		return
	}
	r.tell("reading users and groups as a synchronization does")
	client, err := r.client(held{r.attempt.Token.Value})
	if err != nil {
		return
	}
	r.facts.Users = accessFact(client.ReadUsers(ctx))
	r.facts.Groups = accessFact(client.ReadGroups(ctx))
}

// accessFact tells a refusal, which is an answer, from a failed read.
func accessFact(err error) fact.Fact[diagnose.Access] {
	var g *graph.Error
	switch {
	case err == nil:
		return fact.Of(diagnose.Access{Allowed: true})
	case errors.As(err, &g) && (graph.IsForbidden(err) || g.Status == 401):
		return fact.Of(diagnose.Access{Code: g.Code, Message: g.Message, Status: g.Status})
	}
	return fact.Missing[diagnose.Access](worded{reason(err)})
}

// worded is an error that is already a sentence for people.
type worded struct{ text msg.Text }

func (w worded) Error() string  { return w.text.String() }
func (w worded) Text() msg.Text { return w.text }
