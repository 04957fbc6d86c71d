package scan

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// unusedAfter is how long a credential must have been left alone: the activity
// report looks back 30 days (retention of sign-in logs with a P1 or P2 licence).
const unusedAfter = 30 * 24 * time.Hour

func judgeExpired(c *ruleCase) result.Severity {
	switch {
	case c.Status != result.Expired:
		return ""
	case c.Joined && c.Beside:
		return result.SevInfo // a leftover beside one that works
	case c.Joined && !c.Complete:
		return result.SevWarning // another one may be in what was not read
	}
	return result.SevCritical
}

func judgeEnding(c *ruleCase) result.Severity {
	return when(c.Status == result.Expiring && !(c.Joined && c.Outlasted), result.SevWarning)
}

// judgeReplaced is a credential that needs no renewal any more, since there is a
// longer-lived one.
func judgeReplaced(c *ruleCase) result.Severity {
	return when(c.Status == result.Expiring && (!c.Joined || c.Outlasted), result.SevInfo)
}

// judgeSAMLExpired is never critical: the application itself signs in by something
// else, or not at all.
func judgeSAMLExpired(c *ruleCase) result.Severity {
	switch {
	case c.Status != result.Expired:
		return ""
	case c.superseded():
		return result.SevInfo // a leftover beside the one that signs
	}
	return result.SevWarning
}

func judgeSAMLEnding(c *ruleCase) result.Severity {
	return when(c.Status == result.Expiring && !c.superseded(), result.SevWarning)
}

// superseded reports a SAML certificate that does not sign any more: the object
// names another one, or has one that lasts longer where it names none.
func (c *ruleCase) superseded() bool {
	if active := c.Object.SigningThumbprint; active != "" && c.Credential.Thumbprint != "" {
		return !strings.EqualFold(c.Credential.Thumbprint, active)
	}
	return c.Joined && c.Outlasted
}

// replaced reports a credential that needs no renewal since there is another.
func (c *ruleCase) replaced() bool {
	if c.Credential.SignsSAML() {
		return c.superseded()
	}
	return c.Status == result.Expired && c.Beside || c.Status == result.Expiring && c.Outlasted
}

// judgeDisabled leaves out what could not sign in anyway.
func judgeDisabled(c *ruleCase) result.Severity {
	return when(c.Object.Disabled && (!c.Joined || c.Beside), result.SevInfo)
}

func judgeLifetime(c *ruleCase) result.Severity {
	cr := c.Credential
	if c.MaxLifetime <= 0 || cr.End == nil || cr.Start == nil || !cr.End.After(c.Now) {
		return ""
	}
	// Compared as dates: a time.Duration holds 292 years only.
	return when(cr.End.After(cr.Start.Add(c.MaxLifetime)), result.SevWarning)
}

func judgeNever(c *ruleCase) result.Severity {
	return when(c.Status == result.NeverExpires, result.SevInfo)
}

func judgePrincipal(c *ruleCase) result.Severity {
	secret := c.Object.Kind == objects.OnServicePrincipal && c.Credential.Kind == objects.Password
	return when(secret && c.Status != result.Expired, result.SevInfo)
}

// judgeMany leaves single sign-on out: passwords of its signing keys are no
// secrets of the application.
func judgeMany(c *ruleCase) result.Severity {
	return when(c.MaxPasswords > 0 && c.UsableSecrets > c.MaxPasswords && !strings.EqualFold(c.Object.SSOMode, "saml"), result.SevInfo)
}

// judgeUnused spares what is so young that nobody can have used it much.
func judgeUnused(c *ruleCase) result.Severity {
	if !usable(c.Status) || c.Credential.Start != nil && c.Now.Sub(*c.Credential.Start) < unusedAfter {
		return ""
	}
	return when(!c.Joined || c.Now.Sub(c.LastUsed) > unusedAfter, result.SevInfo)
}

// judgeLost knows the secrets of spcheck's own by their name: each that was stored
// was used, by spcheck itself, to prove it.
func judgeLost(c *ruleCase) result.Severity {
	return when(c.Credential.PossiblyLost(nil, c.Now) && (!c.Joined || c.LastUsed.IsZero()), result.SevWarning)
}

func judgeOwnerless(c *ruleCase) result.Severity {
	return when(!c.Joined || c.Ownerless, result.SevInfo)
}

func judgePassword(c *ruleCase) result.Severity {
	return when(c.Credential.Kind == objects.Password && usable(c.Status) && (!c.Joined || c.Stronger), result.SevInfo)
}

// judgeAppeared takes a renewal for what it most likely is.
func judgeAppeared(c *ruleCase) result.Severity {
	switch {
	case !c.Joined, c.Change == "new":
		return result.SevWarning
	case c.Change == "renewed":
		return result.SevInfo
	}
	return ""
}

func judgeRefused(c *ruleCase) result.Severity {
	return when(c.Refused != nil || !c.Joined && c.alive(), result.SevInfo)
}

func judgeStarting(c *ruleCase) result.Severity {
	return when(c.Starting != nil || !c.Joined && c.alive(), result.SevWarning)
}

func judgePreviewed(c *ruleCase) result.Severity {
	return when(c.Previewed != nil || !c.Joined && c.alive(), result.SevWarning)
}

func judgeForeign(c *ruleCase) result.Severity { return when(c.Foreign, result.SevWarning) }

func judgePrivileged(c *ruleCase) result.Severity {
	return when(c.alive() && (!c.Joined || c.Privileged), result.SevInfo)
}

// alive reports a credential that signs in, or will.
func (c *ruleCase) alive() bool { return usable(c.Status) || c.Status == result.NotYetValid }

func when(found bool, s result.Severity) result.Severity {
	if found {
		return s
	}
	return ""
}

func usable(s result.CredentialStatus) bool {
	return s == result.Valid || s == result.Expiring || s == result.NeverExpires
}
