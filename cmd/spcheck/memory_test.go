package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/scan"
)

// growth returns what is set for this process.
func growth() int {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}

// The first collection comes late, and all others as usual: a large scan must not take four
// times the memory that it uses.
func TestOnlyTheFirstCollectionIsLate(t *testing.T) {
	defer debug.SetGCPercent(growth())
	for name, c := range map[string]struct {
		targets []scan.Target
		want    int
	}{"one tenant": {make([]scan.Target, 1), usualGrowth}, "tenants": {make([]scan.Target, 2), frugalGrowth}} {
		var g collection
		g.late()
		if got := growth(); got != lateGrowth {
			t.Errorf("%s: %d at first", name, got)
		}
		g.frugal(c.targets)
		for end := time.Now().Add(10 * time.Second); growth() != c.want && time.Now().Before(end); {
			runtime.GC()
		}
		if got := growth(); got != c.want {
			t.Errorf("%s: %d after a collection, want %d", name, got, c.want)
		}
	}
}
