package result

import (
	"cmp"
	"container/heap"
	"strings"
	"time"
)

// nearest keeps the most urgent findings: by severity, then by how close they are to
// their expiry. The least urgent one is on top of the heap, so that it is dropped
// first.
type nearest struct {
	list  []*Finding
	now   time.Time
	limit int
}

func (h *nearest) Len() int { return len(h.list) }

func (h *nearest) Less(i, j int) bool { return nearer(h.now)(h.list[i], h.list[j]) > 0 }

func (h *nearest) Swap(i, j int) { h.list[i], h.list[j] = h.list[j], h.list[i] }

// Push adds a finding; see container/heap.
func (h *nearest) Push(x any) { h.list = append(h.list, x.(*Finding)) }

// Pop removes the last finding; see container/heap.
func (h *nearest) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

func (h *nearest) take(f *Finding) {
	if h.Len() == h.limit {
		if h.limit == 0 || nearer(h.now)(f, h.list[0]) >= 0 {
			return
		}
		heap.Pop(h)
	}
	copied := *f
	heap.Push(h, &copied)
}

func nearer(now time.Time) func(a, b *Finding) int {
	distance := func(f *Finding) int64 {
		if f.EndDateTime == nil {
			return 1 << 62
		}
		return max(f.EndDateTime.Unix()-now.Unix(), now.Unix()-f.EndDateTime.Unix())
	}
	id := func(f *Finding) string { return f.Tenant + f.ObjectID + OrEmpty(f.KeyID) + f.Rule }
	return func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(b.suspicious(), a.suspicious()), cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(distance(a), distance(b)), strings.Compare(id(a), id(b)))
	}
}
