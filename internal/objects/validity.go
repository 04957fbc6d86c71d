package objects

import (
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// never is how far ahead an end date means that nobody expects it, in years: the
// portal's former option "never" wrote 99 years, scripts write the year 2299.
const never = 20

// Status places the credential against now. Within is the warning window: an
// end at its very edge is inside. A start of exactly now has begun, an end of
// exactly now has passed. A credential whose dates could not be read has none.
func (c Credential) Status(now time.Time, within time.Duration) result.CredentialStatus {
	switch {
	case c.Problem != "":
		return ""
	case c.End != nil && !c.End.After(now):
		return result.Expired
	case c.Start != nil && c.Start.After(now):
		return result.NotYetValid
	case c.End == nil || c.End.After(now.AddDate(never, 0, 0)):
		return result.NeverExpires
	case !c.End.After(now.Add(within)):
		return result.Expiring
	}
	return result.Valid
}

// DaysLeft is the number of whole days until the end, rounded down, so that it
// is negative once ended; nil where there is no end. It counts in seconds since
// a time.Duration holds 292 years only.
func (c Credential) DaysLeft(now time.Time) *int {
	if c.End == nil {
		return nil
	}
	const day = 24 * 60 * 60
	seconds := c.End.Unix() - now.Unix()
	if c.End.Nanosecond() < now.Nanosecond() {
		seconds--
	}
	days := seconds / day
	if seconds%day < 0 {
		days--
	}
	n := int(days)
	return &n
}

// Usable reports whether the credential can sign in now. One of another purpose does
// not, nor does a certificate that is not there to verify.
func (c Credential) Usable(now time.Time) bool {
	if !c.Purpose.SignsIn() || c.Kind == Certificate && c.Usage != "" && c.Usage != "Verify" {
		return false
	}
	switch c.Status(now, 0) {
	case result.Valid, result.Expiring, result.NeverExpires:
		return true
	}
	return false
}

// Expired reports whether the credential's end has passed.
func (c Credential) Expired(now time.Time) bool { return c.Status(now, 0) == result.Expired }
