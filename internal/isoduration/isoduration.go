// Package isoduration reads ISO 8601 durations as Entra's policies write them.
package isoduration

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

var form = lazyregexp.New(`^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

const day = 24 * time.Hour

// units returns what the groups of the form count.
func units() []time.Duration {
	return []time.Duration{365 * day, 30 * day, 7 * day, day, time.Hour, time.Minute, time.Second}
}

// Parse reads a duration such as P90D or P4DT12H30M5S. Years and months count as
// 365 and 30 days, as in .NET, which the service is written in.
func Parse(s string) (time.Duration, error) {
	m := form.FindStringSubmatch(s)
	if m == nil || s == "P" || s[len(s)-1] == 'T' {
		return 0, fmt.Errorf("%q is no ISO 8601 duration", s)
	}
	var total float64
	for i, unit := range units() {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.ParseFloat(m[i+1], 64)
		if err != nil {
			return 0, fmt.Errorf("%q is no ISO 8601 duration: %w", s, err)
		}
		total += n * float64(unit)
	}
	// The largest duration is no float: this is the first that is too large.
	if total >= math.MaxInt64 {
		return 0, fmt.Errorf("duration %q is too long", s)
	}
	return time.Duration(total), nil
}
