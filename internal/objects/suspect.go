package objects

import (
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// ownName matches the names that spcheck gives to credentials: a text of the user's and
// a unique suffix.
var ownName = lazyregexp.New(`\([0-9a-f]{8}-[0-9a-f]{4}\)$`)

// MadeBySpcheck reports whether the name shows that spcheck added the credential.
func (c Credential) MadeBySpcheck() bool {
	return (c.Kind == Password || c.Kind == Certificate) && ownName().MatchString(c.Name)
}

// ReportLag is the longest time until a use appears in the activity report. It usually
// takes hours.
const ReportLag = 48 * time.Hour

// PossiblyLost reports whether spcheck added the secret and it was never used. spcheck
// signs in with every secret after storing it, so the value of an unused one was
// probably lost. used is the activity report.
func (c Credential) PossiblyLost(used []Activity, now time.Time) bool {
	if c.Kind != Password || !c.MadeBySpcheck() || !c.Usable(now) || c.Start == nil || now.Sub(*c.Start) < ReportLag {
		return false
	}
	return LastUse(used, c.KeyID) == nil
}

// LastUse returns when a key was last used according to the activity report, or nil if
// it has no use.
func LastUse(used []Activity, keyID string) *time.Time {
	for _, a := range used {
		if a.KeyID == keyID {
			return a.LastUsed
		}
	}
	return nil
}
