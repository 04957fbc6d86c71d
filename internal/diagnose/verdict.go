package diagnose

import (
	"cmp"
	"slices"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/result"
)

// verdict is what the facts show about one cause.
type verdict struct {
	id        causes.ID
	certainty result.Certainty
	// summary replaces the cause's generic sentence if the facts allow a more precise
	// one. explanation says why, and since when.
	summary, explanation msg.Text
	evidence             []result.Evidence
	// remedy is the advice of the code's catalogue entry, if the verdict is based on it.
	remedy msg.Text
	// besides keeps the verdict even if another cause is proven.
	besides bool
	// excludes is the fact that rules out the other causes of a proven verdict.
	excludes fact.Fact[bool]
	// onNamed means that the verdict is about the application named with --sp, which
	// may not be the configured one.
	onNamed bool
	// product means that the verdict is about the failure that the product reported,
	// not about spcheck's own sign-in.
	product bool
	// connection means that the way to Entra or Graph failed, or the service itself. failed
	// describes it; it is nil if the service answered.
	connection bool
	failed     *netfail.Error
}

// rule judges one cause or a family of causes. It returns nothing if the facts do not
// support any.
type rule func(*view) []*verdict

// rules returns all rules, the more specific ones first: among equally certain verdicts
// the first wins.
func rules() []rule {
	return []rule{
		incomplete, unreachable, graphUnreachable,
		swapped, tenantNotGiven, otherCloud, tenantIsSubscription, tenantMisspelt, tenantUnusable, tenantUnknown,
		principalNotPropagated, certificateNotPropagated, federationNotPropagated,
		clientIDMistaken, appDeleted, appNotFound, wrongKind,
		principalMissing, principalDisabled, alsoDisabled, resourceUnknown, blocked,
		repairedSecret, damagedSecret, otherIDAsSecret, keyIDAsSecret, futureSecret, freshSecret, superseded, expired,
		alteredAfterHint, expiredAlike, otherApp, removed, wrong, forbidden,
		wrongClock, keyMismatch, certificateExpired, certificateEarly, certificateElsewhere, certificateUnknown, certificateRefused,
		tokenExpired, federationMismatch,
		productExpired, productRefused,
		graphRefuses, otherExpired, expiring,
	}
}

// judgeCauses returns the verdicts, best first, at most one for each cause.
func judgeCauses(v *view) []*verdict {
	var all []*verdict
	for _, r := range rules() {
		for _, found := range r(v) {
			all = keepBest(all, found.settled())
		}
	}
	// The catalogue knows only codes, so it never overrides a rule.
	for _, found := range slices.Concat(fromCatalogue(v, all), unexplained(v)) {
		if !slices.ContainsFunc(all, func(d *verdict) bool { return d.id == found.id }) {
			all = append(all, found.settled())
		}
	}
	slices.SortStableFunc(all, func(a, b *verdict) int { return cmp.Compare(a.rank(), b.rank()) })
	return pruned(all)
}

// keepBest adds a verdict. It replaces a less certain one for the same cause.
func keepBest(all []*verdict, found *verdict) []*verdict {
	i := slices.IndexFunc(all, func(d *verdict) bool { return d.id == found.id })
	switch {
	case i < 0:
		return append(all, found)
	case strength(found.certainty) < strength(all[i].certainty):
		all[i] = found
	}
	return all
}

// strength orders certainties, strongest first.
func strength(c result.Certainty) int {
	return slices.Index([]result.Certainty{result.Proven, result.Likely, result.Possible}, c)
}

// rank orders verdicts, best first. A verdict beside the root cause did not fail the
// sign-in, so it comes after all others.
func (d *verdict) rank() int {
	if d.besides {
		return 3 + strength(d.certainty)
	}
	return strength(d.certainty)
}

// pruned drops verdicts that a proven first one excludes, and "wrong" and "unknown" if
// there is a better explanation.
func pruned(all []*verdict) []*verdict {
	if len(all) == 0 {
		return nil
	}
	best := all[0]
	return slices.DeleteFunc(all, func(d *verdict) bool {
		vague := d.certainty == result.Possible && (d.id == causes.SecretWrong || d.id == causes.Unknown)
		return vague && best.certainty != result.Possible || best.certainty == result.Proven && d != best && !d.besides
	})
}

// proven starts a verdict that a fact proves by excluding the other causes. There is no
// other way to claim that a cause is proven.
func proven(id causes.ID, excludes fact.Fact[bool]) *verdict {
	return &verdict{id: id, certainty: result.Proven, excludes: excludes}
}

// likely starts a verdict that a fact favours.
func likely(id causes.ID) *verdict { return &verdict{id: id, certainty: result.Likely} }

// possible starts a verdict that only a code allows.
func possible(id causes.ID) *verdict { return &verdict{id: id, certainty: result.Possible} }

// settled weakens a proven verdict if the fact that excludes the other causes is
// unknown (likely) or false (possible).
func (d *verdict) settled() *verdict {
	switch {
	case d.certainty != result.Proven:
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

// seen adds a value to the evidence, if there is one.
func (d *verdict) seen(claim msg.Text, value seen.Value) *verdict {
	if e, ok := value.Evidence(claim); ok {
		d.evidence = append(d.evidence, e)
	}
	return d
}

func one(d *verdict) []*verdict { return []*verdict{d} }
