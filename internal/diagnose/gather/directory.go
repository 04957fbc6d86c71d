package gather

import (
	"context"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
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
	client, ctx, cancel := r.findReader(ctx)
	defer cancel()
	if client == nil {
		return
	}
	r.readApplication(ctx, client)
	if r.SP != "" {
		r.facts.Setup.Problem = r.misnamed()
	}
	r.readEvidence(ctx, client)
}

// misnamed is the problem of a --sp that nobody has, or several have.
func (r *run) misnamed() *diagnose.Problem {
	found := r.facts.ServicePrincipals.Value
	switch app := r.facts.Application; {
	case len(found) > 1:
		return diagnose.Ambiguous(r.SP, found)
	case len(r.alike) > 1:
		return diagnose.AmbiguousApplications(r.SP, r.alike)
	case len(found) == 0 && app.Known() && app.Value == nil:
		return diagnose.Unnamed(r.SP)
	}
	return nil
}

// unreachable reports whether Entra could not be reached at all: asking it again
// for a reader's token would only wait once more.
func (r *run) unreachable() bool {
	s := r.facts.SignIn
	return s.Known() && s.Value.Network != nil && s.Value.Token == nil
}

// humanPatience is how long a person may take to sign in; a device code lives
// for 15 minutes.
const humanPatience = 15 * time.Minute

// findReader tries the readers in order and keeps the first that can read the
// service principal. A reader that was refused is remembered with its reason.
// The context is the one to go on with: where a person had to act, the run's
// time begins anew.
func (r *run) findReader(ctx context.Context) (*graph.Client, context.Context, context.CancelFunc) {
	f, done := r.facts, context.CancelFunc(func() {})
	var first error
	for c := range r.candidates(ctx) {
		r.tell(msg.New("reading Microsoft Graph as %s", c.name))
		err := r.waitForPerson(c)
		if c.person {
			done()
			ctx, done = context.WithTimeout(r.patient, r.Timeout)
		}
		var client *graph.Client
		if err == nil {
			client, err = r.tryReader(ctx, c)
		}
		if err == nil {
			return client, ctx, done
		}
		if first == nil {
			first, f.Reader.Self = wordedOf(err), c.self
		}
		f.Reader.Tried = append(f.Reader.Tried, diagnose.ReaderAttempt{Name: c.name, Reason: reason(err)})
	}
	f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](first)
	f.Application = fact.Missing[*objects.Application](first)
	return nil, ctx, done
}

// waitForPerson lets a person sign in, outside of the run's deadline.
func (r *run) waitForPerson(c candidate) error {
	if !c.person {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.patient, humanPatience)
	defer cancel()
	_, err := c.tokens.Token(ctx)
	return err
}

// tryReader reads the service principal by a candidate, and keeps both.
func (r *run) tryReader(ctx context.Context, c candidate) (*graph.Client, error) {
	client, err := r.client(c.tokens)
	if err != nil {
		return nil, err
	}
	found, err := r.findPrincipals(ctx, client)
	if err != nil {
		return nil, err
	}
	r.facts.Reader.Name, r.facts.Reader.Self = c.name, c.self
	r.facts.ServicePrincipals = fact.Of(found)
	return client, nil
}

// reason words an error for the report.
func reason(err error) msg.Text {
	var g *graph.Error
	if errors.As(err, &g) {
		if graph.IsForbidden(err) && g.Need != "" {
			return msg.New("%s; it needs the permission %s", g.Text(), g.Need)
		}
		return g.Text()
	}
	return msg.Of(err)
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
	apps, err := client.FindApplications(ctx, r.SP)
	if r.alike = apps; err != nil || len(apps) != 1 {
		return nil, err
	}
	return &apps[0], nil
}

// synchronize does what a user synchronization does with its token.
func (r *run) synchronize(ctx context.Context) {
	if r.SkipSync || r.attempt.Token == nil {
		return
	}
	r.tell(msg.New("reading users and groups as a synchronization does"))
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
	return fact.Missing[diagnose.Access](wordedOf(err))
}

// worded is an error that is already a sentence for people, with the root cause
// that it stands for where it has one.
type worded struct {
	text  msg.Text
	cause causes.ID
}

// wordedOf words an error of a reader or of Graph.
func wordedOf(err error) worded {
	w := worded{text: reason(err)}
	var caused interface{ Cause() causes.ID }
	if errors.As(err, &caused) {
		w.cause = caused.Cause()
	}
	return w
}

func (w worded) Error() string    { return w.text.String() }
func (w worded) Text() msg.Text   { return w.text }
func (w worded) Cause() causes.ID { return w.cause }
