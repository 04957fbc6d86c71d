package scan

import "sync/atomic"

// Progress counts a scan while it runs. It is safe for concurrent use.
type Progress struct {
	pages, objects      atomic.Int64
	tenants, done, lost atomic.Int64
	throttled           atomic.Int64
}

// Counts are a moment of a progress.
type Counts struct {
	Pages, Objects int64
	// Done of Tenants are finished; Lost of them could not be read.
	Tenants, Done, Lost int64
	// Throttled is how often Graph asked to wait.
	Throttled int64
}

// Counts returns the present state.
func (p *Progress) Counts() Counts {
	return Counts{p.pages.Load(), p.objects.Load(), p.tenants.Load(), p.done.Load(), p.lost.Load(), p.throttled.Load()}
}

func (p *Progress) begin(tenants int) { p.tenants.Store(int64(tenants)) }

func (p *Progress) page(n int) {
	p.pages.Add(1)
	p.objects.Add(int64(n))
}

func (p *Progress) tenant(read bool) {
	p.done.Add(1)
	if !read {
		p.lost.Add(1)
	}
}
