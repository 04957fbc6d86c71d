package entra

import (
	"errors"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/fact"
)

// clock compares the service's clock with this machine's.
type clock struct {
	Server time.Time // the Date header, whole seconds
	Local  time.Time // this machine's clock in the middle of the request
	// Offset is the service's time minus this machine's. It is positive if this machine
	// is slow. It is accurate to within Uncertainty.
	Offset      time.Duration
	Uncertainty time.Duration
}

var (
	errNoDate = errors.New("no answer carried a usable Date header")
	errCached = errors.New("the answer came from a cache, so that its Date header is old")
)

// clockOf reads the service's clock from an answer. The Date header is cut to whole
// seconds, so the true time is half a second later on average. At which point of the
// round trip it was written is unknown.
func clockOf(ex exchange) fact.Fact[clock] {
	if ex.Header.Get("Age") != "" {
		return fact.Missing[clock](errCached)
	}
	server, err := http.ParseTime(ex.Header.Get("Date"))
	if err != nil {
		return fact.Missing[clock](errNoDate)
	}
	local := ex.Sent.Add(ex.Took / 2)
	return fact.Of(clock{
		Server: server.UTC(), Local: local.UTC(),
		Offset:      server.Add(500 * time.Millisecond).Sub(local.Round(0)),
		Uncertainty: ex.Took/2 + 500*time.Millisecond,
	})
}

// clockFrom uses the latest answer with a usable date. Answers of the token endpoint
// are never cached; the discovery document may be.
func clockFrom(seen []exchange) fact.Fact[clock] {
	last := fact.Missing[clock](errNoDate)
	for i := len(seen) - 1; i >= 0; i-- {
		if seen[i].Header == nil {
			continue
		}
		if last = clockOf(seen[i]); last.Known() {
			return last
		}
	}
	return last
}
