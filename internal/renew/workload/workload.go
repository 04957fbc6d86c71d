// Package workload finds out which issuer and subject the tokens of a workload have: in
// GitHub Actions, Kubernetes and Azure Pipelines, with their own clients.
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

// Found is what was found out about a workload.
type Found struct {
	// Pairs are issuers and subjects. There are several if it is not known which one is
	// sent.
	Pairs []federation.Pair
	// Notes say how that is known, or what is not known.
	Notes []msg.Text
	// Next says what is left to do in the workload, and how to get a token for testing.
	// audience and appID are those of the credential.
	Next func(audience, appID string) []result.Remedy
}

// Source finds out about a workload.
type Source interface {
	Find(ctx context.Context) (Found, error)
}

// Plain is a given issuer and subject.
type Plain federation.Pair

// Find implements Source.
func (p Plain) Find(context.Context) (Found, error) {
	return Found{Pairs: []federation.Pair{federation.Pair(p)}}, nil
}

// answer runs a client and reads its output as JSON.
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

func unexpected(client string) error {
	return fail.Unknown(msg.New("the output of %s could not be understood", client))
}
