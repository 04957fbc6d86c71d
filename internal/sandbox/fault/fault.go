// Package fault breaks the sandbox's answers on purpose: throttling, outages, delays,
// captive portals and damaged bodies.
package fault

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Places of a fault.
const (
	AtToken     = "token"     // the token endpoint
	AtDiscovery = "discovery" // every other document of the sign-in service
	AtGraph     = "graph"
	AtAll       = "all"
)

// The kinds of faults.
const (
	Throttle    = "throttle"     // 429 with Retry-After
	Unavailable = "unavailable"  // 503, or Status
	Latency     = "latency"      // the right answer, late by Delay
	Portal      = "portal"       // an HTML page with status 200 in place of the answer
	Proxy       = "proxy-page"   // an HTML page with status 502, or Status
	InvalidJSON = "invalid-json" // the right answer with its JSON broken
	WrongType   = "wrong-type"   // the right answer labelled as text/html
	Cut         = "cut"          // half of the right answer, then the end of the connection
	Slow        = "slow"         // the right answer, byte by byte over Delay
	Reset       = "reset"        // the end of the connection, without an answer
	Empty       = "empty"        // status 200 and no body
	Lost        = "lost"         // the request takes effect, and the answer is 503, or Status
	Late        = "late"         // the request takes effect at once, and the answer is late by Delay
	Resync      = "resync"       // 410 with the Location of a full read, or Status: a delta query has to start over
)

var (
	places = []string{AtToken, AtDiscovery, AtGraph, AtAll}
	kinds  = []string{Throttle, Unavailable, Latency, Portal, Proxy, InvalidJSON, WrongType, Cut, Slow, Reset, Empty, Lost, Late, Resync}
)

// Kinds returns the kinds of faults.
func Kinds() []string { return slices.Clone(kinds) }

// Places returns the places of a fault.
func Places() []string { return slices.Clone(places) }

// Fault is one way to break answers.
type Fault struct {
	At   string
	Kind string
	// Skip is how many requests pass first, and Times how many are broken then; 0 means
	// all.
	Skip, Times int
	Status      int // in place of the kind's own status, 0 for that
	// RetryAfter is the header's value: seconds, possibly with a fraction, or "date" for
	// a date two seconds ahead; empty for no header.
	RetryAfter string        `yaml:"retryAfter"`
	Delay      time.Duration `yaml:"-"`
	// Path limits the fault to request paths that contain it.
	Path string
	// Method limits the fault to one HTTP method.
	Method string
}

// Check returns what is wrong with the fault.
func (f Fault) Check() error {
	switch {
	case !slices.Contains(places, f.At):
		return fmt.Errorf("fault at %q: the places are %s", f.At, strings.Join(places, ", "))
	case !slices.Contains(kinds, f.Kind):
		return fmt.Errorf("fault of kind %q: the kinds are %s", f.Kind, strings.Join(kinds, ", "))
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("fault with status %d: it must be between 200 and 599", f.Status)
	case f.Skip < 0 || f.Times < 0 || f.Delay < 0:
		return fmt.Errorf("fault %s: skip, times and delay must not be negative", f.Kind)
	case f.Kind == Resync && (f.At != AtGraph || f.Path == ""):
		return fmt.Errorf("fault %s: it strikes at %s, and needs the path of a delta query", f.Kind, AtGraph)
	case (f.Kind == Latency || f.Kind == Slow || f.Kind == Late) && f.Delay == 0:
		return fmt.Errorf("fault %s: it needs a delay", f.Kind)
	}
	return nil
}

func (f Fault) strikes(at string, r *http.Request) bool {
	return (f.At == AtAll || f.At == at) && strings.Contains(r.URL.Path, f.Path) &&
		(f.Method == "" || strings.EqualFold(f.Method, r.Method))
}

// Injector holds the active faults. The zero value has none. It is safe for concurrent
// use.
type Injector struct {
	mu     sync.Mutex
	active []*counted
}

type counted struct {
	Fault
	seen int
}

// Set replaces all faults.
func (i *Injector) Set(faults ...Fault) error {
	for _, f := range faults {
		if err := f.Check(); err != nil {
			return err
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.active = nil
	for _, f := range faults {
		i.active = append(i.active, &counted{Fault: f})
	}
	return nil
}

// next returns the first fault for a request and counts the request.
func (i *Injector) next(at string, r *http.Request) (Fault, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, f := range i.active {
		if !f.strikes(at, r) {
			continue
		}
		n := f.seen
		if n < f.Skip || f.Times == 0 || n < f.Skip+f.Times {
			f.seen++
		}
		if n >= f.Skip && (f.Times == 0 || n < f.Skip+f.Times) {
			return f.Fault, true
		}
	}
	return Fault{}, false
}
