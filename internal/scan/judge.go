package scan

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// need is what a rule needs besides the two collections.
type need int

// The needs of rules. Each one that is read costs a listing.
const (
	needNothing   need = iota
	needOwners         // which objects have no owner
	needActivity       // when each credential was last used
	needSuspicion      // the same, only if there are secrets that spcheck added
	NeedBaseline       // an earlier scan
	NeedLifetime       // the option --max-lifetime
	needPolicies       // app management policies
	NeedPreview        // the option --policy-preview
	needPowers         // the permissions and roles of privileged applications
	needIssuers        // the federated credentials
)

// rule is one thing that a scan looks for.
type rule struct {
	ID       string
	Title    msg.Text
	Severity result.Severity // the highest that the rule gives
	Remedy   msg.Text
	Need     need
	// OnRequest marks a rule that runs only on request, because it costs further requests.
	OnRequest bool
	// Objects marks a rule about objects rather than credentials.
	Objects bool
	// Purpose limits the rule to credentials for this purpose. Empty means sign-in; every
	// means any purpose.
	Purpose result.Purpose
	// Finds reports whether the rule applies to the case. Lower returns a lower severity
	// for some cases, or nothing. It may be nil.
	Finds func(*ruleCase) bool
	Lower func(*ruleCase) result.Severity
}

// every is the Purpose of a rule about all credentials.
const every result.Purpose = "every"

// about reports whether a rule is about credentials like this one. Nil is an object.
func (r *rule) about(c *objects.Credential) bool {
	if c == nil || r.Objects || r.Purpose == every {
		return r.Objects == (c == nil)
	}
	return r.Purpose == c.Purpose || r.Purpose == "" && c.Purpose.SignsIn()
}

// judge returns the severity of what the rule finds, or nothing.
func (r *rule) judge(c *ruleCase) result.Severity {
	if !r.Finds(c) {
		return ""
	}
	if r.Lower != nil {
		if lower := r.Lower(c); lower != "" {
			return lower
		}
	}
	return r.Severity
}

// ruleCase is one credential, or an object if Credential is nil, with what rules need to
// judge it.
type ruleCase struct {
	Now           time.Time
	Within        time.Duration
	MaxLifetime   time.Duration // 0 means any
	MaxPasswords  int           // 0 means any
	Object        *objects.Listed
	Credential    *objects.Credential
	Status        result.CredentialStatus
	UsableSecrets int // passwords of the object that are usable now
	// Joined is true after the whole tenant was read. Before that, the fields below are not
	// known, and a rule assumes the worst.
	Joined bool
	// Complete is true if nothing of the application is missing.
	Complete bool
	// Beside is true if the application has a credential that is usable now, on any object.
	Beside bool
	// Outlasted is true if it has a credential of the same kind that is usable beyond the
	// warning window.
	Outlasted bool
	// Stronger is true if it has a usable certificate or a federated credential.
	Stronger bool
	// Ownerless is true if the object has no owner.
	Ownerless bool
	// LastUsed is when the credential was last used, or zero for never.
	LastUsed time.Time
	// Change compares the credential with the baseline: "new", "renewed" or empty.
	Change string
	// Privileged is true if the application has a permission or role that is enough to take
	// over the tenant.
	Privileged bool
	// Foreign is true if the issuer of a federated credential deserves attention.
	Foreign bool
	// Refused, Starting and Previewed are the restrictions of app management policies that
	// the credential would violate today, from a later date, and under the previewed
	// policy. Nil means none.
	Refused, Starting, Previewed *result.PolicyBreach
}

// unusedAfter is how long a credential must be unused. The activity report goes back 30
// days (retention of sign-in logs with a P1 or P2 licence).
const unusedAfter = 30 * 24 * time.Hour

func expired(c *ruleCase) result.Severity {
	switch {
	case c.Joined && c.Beside: // another credential works
		return result.SevInfo
	case c.Joined && !c.Complete: // another one may be in what was not read
		return result.SevWarning
	}
	return ""
}

// signingExpired is never critical: the application itself signs in with another
// credential, or not at all.
func signingExpired(c *ruleCase) result.Severity {
	if c.superseded() {
		return result.SevInfo
	}
	return ""
}

// renewed lowers the severity of a credential that is most likely a renewal.
func renewed(c *ruleCase) result.Severity {
	if c.Joined && c.Change == "renewed" {
		return result.SevInfo
	}
	return ""
}

// superseded reports a SAML certificate that no longer signs: the object names another one,
// or names none and has one that expires later.
func (c *ruleCase) superseded() bool {
	if active := c.Object.SigningThumbprint; active != "" && c.Credential.Thumbprint != "" {
		return !strings.EqualFold(c.Credential.Thumbprint, active)
	}
	return c.Joined && c.Outlasted
}

// replaced reports a credential that needs no renewal because there is another one.
func (c *ruleCase) replaced() bool {
	if c.Credential.SignsSAML() {
		return c.superseded()
	}
	return c.Status == result.Expired && c.Beside || c.Status == result.Expiring && c.Outlasted
}

func tooLong(c *ruleCase) bool {
	cr := c.Credential
	// Compared as dates, because a time.Duration holds only 292 years.
	return c.MaxLifetime > 0 && cr.End != nil && cr.Start != nil && cr.End.After(c.Now) &&
		cr.End.After(cr.Start.Add(c.MaxLifetime))
}

func onServicePrincipal(c *ruleCase) bool {
	return c.Object.Kind == objects.OnServicePrincipal && c.Credential.Kind == objects.Password && c.Status != result.Expired
}

// tooMany ignores single sign-on: the passwords of its signing keys are not secrets of the
// application.
func tooMany(c *ruleCase) bool {
	return c.MaxPasswords > 0 && c.UsableSecrets > c.MaxPasswords && !strings.EqualFold(c.Object.SSOMode, "saml")
}

// unused ignores credentials that are too new.
func unused(c *ruleCase) bool {
	start := c.Credential.Start
	return usable(c.Status) && (start == nil || c.Now.Sub(*start) >= unusedAfter) &&
		(!c.Joined || c.Now.Sub(c.LastUsed) > unusedAfter)
}

func passwordBeside(c *ruleCase) bool {
	return c.Credential.Kind == objects.Password && usable(c.Status) && (!c.Joined || c.Stronger)
}

// alive reports a credential that is usable now or later.
func (c *ruleCase) alive() bool { return usable(c.Status) || c.Status == result.NotYetValid }

func usable(s result.CredentialStatus) bool {
	return s == result.Valid || s == result.Expiring || s == result.NeverExpires
}
