package diagnose

import (
	"cmp"
	"slices"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// verdict is what the facts say of one cause.
type verdict struct {
	id        causes.ID
	certainty result.Certainty
	// summary replaces the cause's generic sentence where facts make it more
	// precise; explanation says why and since when.
	summary, explanation msg.Text
	evidence             []result.Evidence
	// remedy is what the catalogue's entry of the code advises, where it is what
	// the verdict rests on.
	remedy msg.Text
	// besides keeps the verdict as an alternative even of a proven cause.
	besides bool
	// excludes is the fact that rules out the other causes; what is claimed as
	// proven stands and falls with it.
	excludes fact.Fact[bool]
	// onNamed says that the verdict is about what --sp names, even where that is
	// another application than the configured one.
	onNamed bool
	// product says that the verdict is about the product's reported failure, not
	// about the sign-in that was tried.
	product bool
}

// rule judges one cause, or a family of causes. It returns nothing where the
// facts do not support it.
type rule func(*view) []*verdict

// rules lists all rules, the more specific ones first: among equally certain
// verdicts the first wins.
func rules() []rule {
	return slices.Concat(setupRules(), networkRules(), tenantRules(), propagationRules(), clientRules(), kindRules(), principalRules(), accessRules(),
		secretRules(), certificateRules(), federationRules(), productRules(), successRules())
}

// judgeCauses returns the verdicts, best first, at most one for each cause.
func judgeCauses(v *view) []*verdict {
	var all []*verdict
	for _, r := range rules() {
		for _, found := range r(v) {
			all = keepBest(all, found.settled())
		}
	}
	// The catalogue knows codes and no facts: it never outbids a rule.
	for _, found := range slices.Concat(fromCatalogue(v, all), unexplained(v)) {
		if !judged(all, found.id) {
			all = append(all, found.settled())
		}
	}
	// What is next to a cause is never the first: it did not refuse the
	// sign-in.
	order := func(d *verdict) int {
		if d.besides {
			return len(certainties()) + rank(d.certainty)
		}
		return rank(d.certainty)
	}
	slices.SortStableFunc(all, func(a, b *verdict) int { return cmp.Compare(order(a), order(b)) })
	return pruned(withoutResidue(all))
}

func judged(all []*verdict, id causes.ID) bool {
	return slices.ContainsFunc(all, func(d *verdict) bool { return d.id == id })
}

// withoutResidue leaves out "wrong, and nothing says which" where something
// does tell.
func withoutResidue(all []*verdict) []*verdict {
	if len(all) == 0 || all[0].certainty == result.Possible {
		return all
	}
	return slices.DeleteFunc(all, func(d *verdict) bool {
		return d.certainty == result.Possible && (d.id == causes.SecretWrong || d.id == causes.Unknown)
	})
}

// keepBest adds a verdict, or lets it take the place of a less certain one of
// the same cause.
func keepBest(all []*verdict, found *verdict) []*verdict {
	if found == nil {
		return all
	}
	i := slices.IndexFunc(all, func(d *verdict) bool { return d.id == found.id })
	switch {
	case i < 0:
		return append(all, found)
	case rank(found.certainty) < rank(all[i].certainty):
		all[i] = found
	}
	return all
}

// pruned leaves out what a proven root cause excludes.
func pruned(all []*verdict) []*verdict {
	if len(all) == 0 || all[0].certainty != result.Proven {
		return all
	}
	kept := all[:1:1]
	for _, other := range all[1:] {
		if other.besides {
			kept = append(kept, other)
		}
	}
	return kept
}

// certainties lists the grades, the strongest first.
func certainties() []result.Certainty {
	return []result.Certainty{result.Proven, result.Likely, result.Possible}
}

func rank(c result.Certainty) int { return slices.Index(certainties(), c) }

// proven starts a verdict that a fact proves, since it excludes the other
// causes. There is no other way to claim one.
func proven(id causes.ID, excludes fact.Fact[bool]) *verdict {
	return &verdict{id: id, certainty: result.Proven, excludes: excludes}
}

// likely starts a verdict that a fact favours.
func likely(id causes.ID) *verdict { return &verdict{id: id, certainty: result.Likely} }

// possible starts a verdict that nothing but a code allows.
func possible(id causes.ID) *verdict { return &verdict{id: id, certainty: result.Possible} }

// settled holds what is claimed as proven to the fact that excludes the other
// causes: where that is not known the claim is likely, and where it is
// contradicted no more than possible.
func (d *verdict) settled() *verdict {
	switch {
	case d == nil || d.certainty != result.Proven:
	case !d.excludes.Known():
		d.certainty = result.Likely
	case !d.excludes.Value:
		d.certainty = result.Possible
	}
	return d
}

func (d *verdict) says(summary msg.Text) *verdict { d.summary = summary; return d }

func (d *verdict) because(explanation msg.Text) *verdict { d.explanation = explanation; return d }

func (d *verdict) named() *verdict { d.onNamed = true; return d }

func (d *verdict) alongside() *verdict { d.besides = true; return d }

// seen adds what a fact shows to the evidence; of a fact that is missing it adds
// nothing.
func (d *verdict) seen(claim msg.Text, value seen.Value) *verdict {
	if e, ok := value.Evidence(claim); ok {
		d.evidence = append(d.evidence, e)
	}
	return d
}

// one wraps a verdict for a rule that has a single one.
func one(d *verdict) []*verdict {
	if d == nil {
		return nil
	}
	return []*verdict{d}
}
