package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// FaultKinds returns the kinds of faults.
func FaultKinds() []string { return fault.Kinds() }

// FaultPlaces returns the places of a fault.
func FaultPlaces() []string { return fault.Places() }

// ParseFault parses a fault from a command line: KIND[=TIMES|=DURATION][@PLACE], such as
// throttle=3@graph or latency=2s. The defaults are every place and every request.
// Throttling asks clients to wait one second.
func ParseFault(text string) (Fault, error) {
	rest, place, placed := strings.Cut(text, "@")
	kind, amount, counted := strings.Cut(rest, "=")
	f := Fault{Kind: kind, At: fault.AtAll}
	if placed {
		f.At = place
	}
	if kind == fault.Throttle {
		f.RetryAfter = "1"
	}
	if counted {
		if n, err := strconv.Atoi(amount); err == nil && n > 0 {
			f.Times = n
		} else if d, err := time.ParseDuration(amount); err == nil && d > 0 {
			f.Delay = d
		} else {
			return Fault{}, fmt.Errorf("fault %s: %q is neither a number nor a duration", kind, amount)
		}
	}
	return f, f.Check()
}
