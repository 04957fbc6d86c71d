package pause

import (
	"sync/atomic"
	"time"
)

// grace is how long a run has to end by itself after it was asked to.
const grace = 700 * time.Millisecond

// finishing says that the run has something to bring to an end.
var finishing atomic.Bool

// Finish says that from here on the run ends by itself after the first signal,
// since what it does must not be left half done: a secret that was added and is
// not stored yet, a command that answers signals itself, a scrape on its way. The
// second signal ends it all the same.
func Finish() { finishing.Store(true) }

// EndSoon calls end where the run, once asked to end, does not do so within a
// moment: it is held by something that no context ends, such as opening a named
// pipe or a file on a network share that is gone. It waits, and returns where the
// run is to end by itself.
func EndSoon(end func()) {
	time.Sleep(grace)
	if !finishing.Load() {
		end()
	}
}
