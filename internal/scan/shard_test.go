package scan

import (
	"errors"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
)

func TestShards(t *testing.T) {
	var targets []Target
	for _, name := range []string{"c", "A", "b", "e", "d"} {
		targets = append(targets, Target{Tenant: name})
	}
	seen := map[string]int{}
	for _, text := range []string{"1/3", "2/3", "3/3"} {
		s, err := ParseShard(text)
		if err != nil {
			t.Fatal(err)
		}
		own, err := s.Take(targets)
		if err != nil || len(own) > 2 {
			t.Errorf("%s: %v, %v", text, own, err)
		}
		for _, o := range own {
			seen[o.Tenant]++
		}
	}
	if len(seen) != 5 {
		t.Errorf("%v", seen)
	}
	for _, bad := range []string{"", "3", "4/3", "-1/3", "1/0", "a/b", "1/3/4"} {
		if _, err := ParseShard(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	_, err := Shard{0, 4}.Take(targets[:1])
	var f *fail.Error
	if !errors.As(err, &f) || f.Code != fail.CodeUsage {
		t.Errorf("one tenant was split: %v", err)
	}
}
