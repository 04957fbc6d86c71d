// Package workload finds out what the tokens of a workload say of where it comes
// from: of GitHub Actions, Kubernetes and Azure Pipelines, by their own clients. It
// knows how each of them writes the subjects of its tokens.
package workload

import (
	"context"
	"encoding/json"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/result"
)

// Found is what a workload sends.
type Found struct {
	// Pairs are issuer and subject; several where it cannot be known which is sent.
	Pairs []federation.Pair
	// Notes say how that is known, or what is not.
	Notes []msg.Text
	// Next is what is left to do where the workload runs, and how it gets a token to
	// prove the credential by. audience and appID are those of the credential.
	Next func(audience, appID string) []result.Remedy
}

// Source finds a workload.
type Source interface {
	Find(ctx context.Context) (Found, error)
}

// Plain is issuer and subject as they were given.
type Plain federation.Pair

// Find implements Source.
func (p Plain) Find(context.Context) (Found, error) {
	return Found{Pairs: []federation.Pair{federation.Pair(p)}}, nil
}

// answer asks a client and reads its answer as JSON.
func answer(ctx context.Context, c program.Client, into any, args ...string) error {
	out, err := c.Ask(ctx, args...)
	if err != nil {
		return err
	}
	if json.Unmarshal(out, into) != nil {
		return unexpected(c.Name)
	}
	return nil
}

// unexpected is an answer in another form.
func unexpected(client string) error {
	return fail.Unknown(msg.New("the output of %s could not be understood", client))
}
