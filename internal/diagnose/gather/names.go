package gather

import (
	"context"
	"slices"

	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/objects"
)

const (
	// maxCandidates is how many names are offered where none was meant whole.
	maxCandidates = 5
	// maxListed is how many names of the same beginning are compared.
	maxListed = 100
	// sharedBeginning is how many letters a near spelling is taken to begin with.
	sharedBeginning = 2
)

// suggesting is a directory that lists names by their beginning.
type suggesting interface {
	SuggestServicePrincipals(ctx context.Context, prefix string, limit int) ([]objects.ServicePrincipal, error)
}

// nearlyNamed are the service principals whose name begins with what was given, or
// is spelled nearly so, where nothing has that name. They are offered to a person,
// never acted upon; a list that cannot be read offers nothing.
func (r *run) nearlyNamed(ctx context.Context, d Directory) []objects.ServicePrincipal {
	facts := r.seen()
	s, ok := d.(suggesting)
	if !ok || len(facts.ServicePrincipals.Value) > 0 || !facts.Application.Known() || facts.Application.Value != nil || len(r.alike) > 0 {
		return nil
	}
	found, err := s.SuggestServicePrincipals(ctx, r.SP, maxCandidates)
	if err == nil && len(found) > 0 {
		return found
	}
	beginning := []rune(r.SP)
	found, err = s.SuggestServicePrincipals(ctx, string(beginning[:min(sharedBeginning, len(beginning))]), maxListed)
	if err != nil {
		return nil
	}
	var names []string
	for _, sp := range found {
		names = append(names, sp.DisplayName)
	}
	meant := near.Words(r.SP, names)
	found = slices.DeleteFunc(found, func(sp objects.ServicePrincipal) bool { return !slices.Contains(meant, sp.DisplayName) })
	return found[:min(maxCandidates, len(found))]
}
