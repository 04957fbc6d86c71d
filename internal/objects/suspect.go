package objects

import (
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// ownName is how spcheck names what it adds: a person's words, and a
// part that no other secret has.
var ownName = lazyregexp.New(`\([0-9a-f]{8}-[0-9a-f]{4}\)$`)

// MadeBySpcheck reports whether the credential is a secret or a certificate that
// spcheck has added.
func (c Credential) MadeBySpcheck() bool {
	return (c.Kind == Password || c.Kind == Certificate) && ownName().MatchString(c.Name)
}

// ReportLag is how long a use may take to show in the activity report at most; it
// usually takes hours.
const ReportLag = 48 * time.Hour

// PossiblyLost reports whether a secret is one that spcheck has added and that was
// never used: spcheck itself signs in with every secret once it is stored, so that
// of one without any use the value has probably come to nobody. used is the
// activity report.
func (c Credential) PossiblyLost(used []Activity, now time.Time) bool {
	if c.Kind != Password || !c.MadeBySpcheck() || !c.Usable(now) || c.Start == nil || now.Sub(*c.Start) < ReportLag {
		return false
	}
	return LastUse(used, c.KeyID) == nil
}

// LastUse is when a key was last used by the activity report, nil where it knows of
// no use.
func LastUse(used []Activity, keyID string) *time.Time {
	for _, a := range used {
		if a.KeyID == keyID {
			return a.LastUsed
		}
	}
	return nil
}
