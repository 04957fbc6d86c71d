// Package workload finds out which issuer and subject the tokens of a workload have. It
// uses the client of each platform: gh for GitHub Actions, kubectl for Kubernetes, az for
// Azure Pipelines.
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

// Found is the result of a Source.
type Found struct {
	// Pairs are the issuers and subjects. There are several if it is not known which one
	// the tokens have.
	Pairs []federation.Pair
	// Notes say how they are known, or what is not known.
	Notes []msg.Text
	// Next returns what has to be done in the workload, and how to get a token for a test.
	// audience and appID are those of the credential.
	Next func(audience, appID string) []result.Remedy
}

// Source is a workload whose tokens an application is to accept.
type Source interface {
	Find(ctx context.Context) (Found, error)
}

// Plain is a Source with a known issuer and subject.
type Plain federation.Pair

// Find implements Source.
func (p Plain) Find(context.Context) (Found, error) {
	return Found{Pairs: []federation.Pair{federation.Pair(p)}}, nil
}

// askJSON runs a client and reads its output as JSON.
func askJSON(ctx context.Context, c program.Client, into any, args ...string) error {
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
