package fact_test

import (
	"errors"
	"testing"

	"github.com/spcheck/spcheck/internal/fact"
)

func TestWhatAFactSays(t *testing.T) {
	down := errors.New("down")
	for name, c := range map[string]struct {
		fact         fact.Fact[string]
		asked, known bool
		err          error
	}{
		"zero":         {fact: fact.Fact[string]{}},
		"seen":         {fact: fact.Of(""), asked: true, known: true},
		"missing":      {fact: fact.Missing[string](down), asked: true, err: down},
		"from a value": {fact: fact.From("x", nil), asked: true, known: true},
		"from a fault": {fact: fact.From("x", down), asked: true, err: down},
	} {
		if c.fact.Asked() != c.asked || c.fact.Known() != c.known {
			t.Errorf("%s: asked %t, known %t", name, c.fact.Asked(), c.fact.Known())
		}
		if c.err != nil && !errors.Is(c.fact.Err(), c.err) {
			t.Errorf("%s: %v", name, c.fact.Err())
		}
		if (c.fact.Err() == nil) != c.known || !c.known && c.fact.Value != "" {
			t.Errorf("%s: the error or the value contradicts Known", name)
		}
	}
	if fact.Missing[int](nil).Known() {
		t.Error("a fact that is missing for no reason reads as seen")
	}
}
