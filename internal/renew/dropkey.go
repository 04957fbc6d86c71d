package renew

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/objects"
)

// dropKey removes a certificate from an object and keeps the others.
func (m remover) dropKey(ctx context.Context, c objects.Credential) error {
	list, err := m.client.Keys(ctx, c.StoredOn, c.ObjectID)
	if err != nil {
		return err
	}
	same := func(o objects.Credential) bool { return strings.EqualFold(o.KeyID, c.KeyID) }
	if !slices.ContainsFunc(list.Keys, same) {
		return &graph.Error{Status: http.StatusNotFound, Code: "Request_ResourceNotFound"}
	}
	if proves := m.prover(list.Keys, c); proves {
		own := m.own.Certificate
		proof, err := entra.Proof(own.Chain[0], own.Key.Reveal(), c.ObjectID, m.now())
		if err != nil {
			return &graph.TokenError{Err: err}
		}
		return m.client.RemoveKey(ctx, c.StoredOn, c.ObjectID, c.KeyID, proof)
	}
	if err := m.client.DropKey(ctx, c.StoredOn, c.ObjectID, list, c.KeyID); err != nil {
		return err
	}
	// The request wrote the whole list. If others are missing, someone else has removed
	// them.
	if after, err := m.client.Keys(ctx, c.StoredOn, c.ObjectID); err == nil && m.others != nil {
		if missing := slices.DeleteFunc(missingFrom(list.Keys, after.Keys), same); len(missing) > 0 {
			m.others(missing)
		}
	}
	return nil
}

// prover reports whether the application can prove the request with its own certificate.
// That must be a valid one of the same object, and not the one to remove.
func (m remover) prover(keys []objects.Credential, c objects.Credential) bool {
	if m.own == nil || strings.EqualFold(m.own.Certificate.SHA1, c.Thumbprint) {
		return false
	}
	return slices.ContainsFunc(keys, func(o objects.Credential) bool {
		return strings.EqualFold(o.Thumbprint, m.own.Certificate.SHA1) && o.Usable(m.now())
	})
}
