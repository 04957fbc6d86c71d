package main

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"github.com/spcheck/spcheck/internal/scan"
)

// Garbage is collected whenever the heap has grown by so many percent, and first at so many
// percent of 4 MB.
const (
	usualGrowth  = 100 // Go's own
	lateGrowth   = 400
	frugalGrowth = 50
)

// collection decides when the process collects garbage. GOGC overrides it, and nil leaves
// it to Go, as in a test that runs commands in its own process.
type collection struct {
	given  bool // by GOGC
	growth atomic.Int32
}

// late lets the first collection wait until the heap has 16 MB. Most runs end before: those
// that look at one application spent a sixth of their CPU time on collecting 4 MB. What
// follows the first collection is as usual, since a scan is to stay small.
func (c *collection) late() {
	if c == nil || c.given {
		return
	}
	c.growth.Store(usualGrowth)
	debug.SetGCPercent(lateGrowth)
	runtime.AddCleanup(&[2]*collection{c}, func(c *collection) { debug.SetGCPercent(int(c.growth.Load())) }, c)
}

// frugal makes collections twice as frequent if several tenants are read at the same time:
// their memory adds up, and a scan waits for answers, not for the CPU.
func (c *collection) frugal(targets []scan.Target) {
	if c == nil || c.given || len(targets) < 2 {
		return
	}
	c.growth.Store(frugalGrowth)
	debug.SetGCPercent(frugalGrowth)
}
