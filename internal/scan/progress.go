package scan

import "sync"

// Counts are the state of a running scan.
type Counts struct {
	Pages, Objects int64
	// Done of Tenants are finished. Lost of them could not be read.
	Tenants, Done, Lost int64
	// Throttled is how often Graph requested a pause.
	Throttled int64
}

// Progress counts a scan while it runs. It is safe for concurrent use.
type Progress struct {
	mu     sync.Mutex
	counts Counts
}

// Counts returns the current state.
func (p *Progress) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts
}

func (p *Progress) note(change func(*Counts)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.counts)
}
