package gather

import (
	"context"
	"errors"
	"iter"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/secrets"
)

// candidate is somebody who may read Microsoft Graph.
type candidate struct {
	name   string
	self   bool
	tokens graph.TokenSource
}

// held is a token that was issued already.
type held struct{ token secrets.Value }

func (h held) Token(context.Context) (secrets.Value, error) { return h.token, nil }

// refusedSource is a reader that gets no token.
type refusedSource struct{ err error }

func (s refusedSource) Token(context.Context) (secrets.Value, error) { return secrets.Value{}, s.err }

// appSource signs in an application of its own.
type appSource struct{ request entra.Request }

func (s appSource) Token(ctx context.Context) (secrets.Value, error) {
	a := entra.SignIn(ctx, s.request)
	if a.Token != nil {
		return a.Token.Value, nil
	}
	return secrets.Value{}, errors.New("refused")
}

func (r *run) candidates(context.Context) iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		if id, _ := r.Env("SPCHECK_READER_CLIENT_ID"); id != "" {
			secret, _ := r.Env("SPCHECK_READER_CLIENT_SECRET")
			req := r.request(entra.Credential{Secret: secrets.NewValue(secret)}, false)
			req.ClientID = id
			if tenant, _ := r.Env("SPCHECK_READER_TENANT_ID"); tenant != "" {
				req.Tenant = tenant
			}
			if !yield(candidate{name: "environment", tokens: appSource{req}}) {
				return
			}
		}
		self := candidate{name: "self", self: true, tokens: refusedSource{diagnose.ErrCannotSign}}
		if r.attempt.Token != nil {
			self.tokens = held{r.attempt.Token.Value}
		}
		yield(self)
	}
}
