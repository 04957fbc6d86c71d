package exporter

import (
	"fmt"
	"testing"
	"time"
)

func tenantWith(name string, n int) *tenant {
	t := &tenant{name: name, up: true, success: time.Unix(1, 0)}
	for i := range n {
		t.credentials = append(t.credentials, credential{objectID: fmt.Sprint(i), keyID: "k", end: int64(n - i)})
	}
	return t
}

// Beyond the bound, what ends first stays; a small tenant leaves its share.
func TestSeriesAreBounded(t *testing.T) {
	s := &snapshot{tenants: []*tenant{tenantWith("small", 10), tenantWith("large", maxSeries)}}
	s.tenants[0].credentials = append(s.tenants[0].credentials, s.tenants[0].credentials[3])
	s.bound()
	small, large := s.tenants[0], s.tenants[1]
	if len(small.credentials) != 10 || small.dropped != 0 {
		t.Errorf("small: %d shown, %d dropped; a series must stand once", len(small.credentials), small.dropped)
	}
	if len(large.credentials) != maxSeries-10 || large.dropped != 10 || large.credentials[0].end != 1 {
		t.Errorf("large: %d shown, %d dropped, first ends at %d", len(large.credentials), large.dropped, large.credentials[0].end)
	}
}

func TestAFailedReadKeepsTheLastWholeOne(t *testing.T) {
	last := &snapshot{tenants: []*tenant{tenantWith("a", 3)}}
	now := &snapshot{tenants: []*tenant{{name: "a"}, {name: "new"}}}
	now.keepKnown(last)
	if a := now.tenants[0]; a.up || len(a.credentials) != 3 || a.success.IsZero() {
		t.Errorf("%+v", a)
	}
	if n := now.tenants[1]; len(n.credentials) != 0 || !n.success.IsZero() {
		t.Errorf("%+v", n)
	}
}
