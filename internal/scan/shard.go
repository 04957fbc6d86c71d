package scan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Shard is one part of a scan that is split over several processes.
type Shard struct{ Part, Of int }

// ParseShard reads I/N. I may count from 0, as schedulers do, or from 1, as people do: part N
// of N is part 0.
func ParseShard(s string) (Shard, error) {
	part, of, ok := strings.Cut(s, "/")
	i, errI := strconv.Atoi(part)
	n, errN := strconv.Atoi(of)
	if !ok || errI != nil || errN != nil || n < 1 || n > 100_000 || i < 0 || i > n {
		return Shard{}, fail.Usage(msg.New("--shard has the value %q", s), msg.New("write a part and the number of parts, as in --shard 1/4"))
	}
	return Shard{i % n, n}, nil
}

// String returns the canonical form, which counts from 0.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Part, s.Of) }

// absent returns the parts that are missing among the reports. It returns nothing if a report
// is not a part, or the parts are from different runs.
func absent(reports []*result.Scan) []string {
	var missing []string
	given := map[Shard]bool{}
	of := 0
	for _, r := range reports {
		s, err := ParseShard(r.Shard)
		if err != nil || of != 0 && s.Of != of {
			return nil
		}
		given[s], of = true, s.Of
	}
	for i := range of {
		if s := (Shard{i, of}); !given[s] {
			missing = append(missing, s.String())
		}
	}
	return missing
}

// Take returns the targets of this part. Each target is in exactly one part, whatever their
// order, and the parts have equal sizes.
func (s Shard) Take(targets []Target) ([]Target, error) {
	if s.Of <= 1 {
		return targets, nil
	}
	if len(targets) == 1 {
		return nil, fail.Usage(msg.New("a single tenant cannot be split over several processes"),
			msg.New("each page from Graph names the next one, and Graph's quota applies per application and tenant, so the parts would wait for one another"),
			msg.New("run the scan without --shard; docs/scan.md says how much one process can handle"))
	}
	targets = slices.Clone(targets)
	slices.SortFunc(targets, func(a, b Target) int { return strings.Compare(strings.ToLower(a.Tenant), strings.ToLower(b.Tenant)) })
	var own []Target
	for i := s.Part; i < len(targets); i += s.Of {
		own = append(own, targets[i])
	}
	return own, nil
}
