package diagnose

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// List returns the list of credentials. It uses the objects, and the configured secret's
// hint to mark the configured credential. Its exit code does not take --fail-on into
// account.
func List(f *Facts) *result.SecretList {
	v := newView(f).named()
	l := &result.SecretList{
		Header:      result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: f.Now.UTC()},
		Credentials: v.rows(v.creds, v.configuredHere),
		Notes:       append(v.listNotes(), f.Notes...),
	}
	if v.sp != nil {
		l.ServicePrincipal = &result.ServicePrincipal{ID: v.sp.ID, AppID: result.OrNil(v.sp.AppID), DisplayName: result.OrNil(v.sp.DisplayName),
			Type: result.OrNil(v.sp.Type), AccountEnabled: v.sp.AccountEnabled}
	}
	if v.app != nil {
		l.Application = &result.Application{ID: v.app.ID, DisplayName: result.OrNil(v.app.DisplayName), SignInAudience: result.OrNil(v.app.SignInAudience)}
	}
	l.Status = v.listStatus()
	l.ExitCode = exitCodes[l.Status]
	return l
}

// configuredHere reports whether a listed credential is the configured one, or nil if
// that is unknown or nothing is configured for this application.
func (v *view) configuredHere(c objects.Credential) *bool {
	switch {
	case v.Setup.Kind == "", v.Setup.ClientID.Value == "":
		return nil
	case v.spDiffers:
		return new(false)
	}
	return v.configured(c)
}

func (v *view) listStatus() result.Status {
	inUse, known := v.match.one()
	known = known && v.match.proven() && v.Setup.ClientID.Value != ""
	usable, _ := v.count()
	switch {
	case known && inUse.Expired(v.now):
		return result.Critical
	case v.endUnknown():
		return result.Unknown
	case v.switchedOff().Value, v.appDisabled(), v.homeless(), v.fileExpired(), usable == 0 && !v.keyless() && !v.singleSignOn():
		return result.Critical
	case len(v.ending()) > 0, !v.samlText().IsZero(), usable > 0 && usable == len(v.which(v.probablyLost)):
		return result.Warning
	}
	return result.OK
}

// homeless reports an application for this tenant only that has no service principal here.
func (v *view) homeless() bool {
	return v.sp == nil && v.app != nil && v.app.SignInAudience == "AzureADMyOrg"
}

// fileExpired reports whether the configured certificate has expired, but its entry has not.
func (v *view) fileExpired() bool {
	return !v.spDiffers && v.match.proven() && v.Certificate.Known() && !v.Certificate.Value.NotAfter.After(v.now) && !v.expired(v.match.sure[0])
}

func (v *view) listNotes() []msg.Text {
	var notes []msg.Text
	say := func(t msg.Text) { notes = append(notes, t) }
	if v.sp != nil && len(listing{creds: v.sp.Credentials}.passwords(anyCredential)) > 0 {
		say(msg.New("Credentials stored on the service principal work, but the portal does not show them on the application's Certificates & secrets page."))
	}
	if v.sp == nil && v.app != nil {
		say(msg.New("The application has no service principal in this tenant: it cannot sign in here."))
		if r := v.regain()[0]; len(r.Commands) > 0 {
			say(msg.New("%s %s", r.Title, r.Commands[0].Command))
		}
	}
	if v.fileExpired() {
		say(msg.New("The configured certificate expired on %s, although its entry is valid for longer: Entra refuses it.", v.Certificate.Value.NotAfter))
	}
	switch {
	case v.keyless():
		say(v.kindText())
	case v.singleSignOn():
		say(msg.New("It is used for single sign-on (SAML) and does not sign in as an application, so it needs no client secret."))
	case v.sp == nil || v.app != nil || !v.Application.Known():
	case v.foreign():
		say(msg.New("The application is registered in another tenant (%s); credentials stored there are not visible from here.", v.sp.OwnerTenant))
	default:
		say(msg.New("This service principal (type %s) has no application in this tenant.", v.sp.Type))
	}
	if v.Application.Asked() && !v.Application.Known() && v.ServicePrincipals.Known() {
		say(msg.New("The application could not be read: %s. Its credentials are missing here.", msg.Of(v.Application.Err())))
	}
	if what := v.incomplete(); what != "" {
		say(msg.New("Microsoft Graph returned %s without all of its credentials. Read them again later, or with another reader (see --reader).", what))
	}
	switch {
	case !v.unlistedInUse():
	case len(v.hinted()) > 0:
		say(msg.New("The configured secret signs in, although the listed one with its first characters has expired. The list may be out of date; check again in a few minutes."))
	default:
		say(msg.New("The configured credential signs in, but Microsoft Graph does not list it yet. Other credentials may be missing as well; check again in a few minutes."))
	}
	for _, c := range v.creds {
		if c.Purpose == result.TokenEncryption {
			say(msg.New("%s only encrypts tokens; the application cannot sign in with it.", c.Label()))
		}
	}
	if slices.ContainsFunc(v.creds, objects.Credential.SignsSAML) && !v.singleSignOn() {
		say(msg.New("The entries of SAML signing certificates (single sign-on) cannot be used to sign the application in."))
	}
	if text := v.samlText(); !text.IsZero() {
		say(text)
	}
	if v.appDisabled() {
		say(msg.New("The application is disabled, by its owner or by Microsoft: it cannot sign in until it is enabled."))
	}
	if v.switchedOff().Value {
		say(msg.New("The service principal is disabled: it cannot sign in until it is enabled."))
	}
	if len(v.creds) == 0 && v.listed() && !v.endUnknown() && !v.keyless() && !v.singleSignOn() {
		say(msg.New("Neither the application nor the service principal has a credential: it cannot sign in as an application."))
	}
	for _, c := range v.creds {
		if c.Problem != "" {
			say(msg.New("The validity dates of %s could not be read (%s).", c.Label(), c.Problem))
		}
	}
	for _, c := range v.which(v.probablyLost) {
		say(msg.New("The secret %s was added by spcheck and never used; its value is probably lost. If no product uses it, remove it.", c.Label()))
	}
	for _, c := range v.ending() {
		if longer := v.outlasting(c); len(longer) > 0 {
			say(msg.New("%s expires soon, but %s is valid for longer: switch the product to it, then remove the first. No renewal is needed.", c.Label(), longer[0].Label()))
		}
	}
	if v.Activity.Asked() && !v.Activity.Known() {
		say(msg.New("When each credential was last used is unknown (%s).", barred(v.Activity.Err())))
	}
	return notes
}

// probablyLost reports whether spcheck added the secret and its value is probably lost.
func (v *view) probablyLost(c objects.Credential) bool {
	return v.Activity.Known() && c.PossiblyLost(v.Activity.Value, v.now)
}

func (v *view) rows(creds []objects.Credential, configured func(objects.Credential) *bool) []result.Credential {
	return Rows(creds, v.now, v.Within, v.Activity.Value, configured)
}

// Rows returns credentials as rows of a report, sorted by SortRows. used is the activity
// report. configured reports whether a credential is the configured one, or nil if that is
// unknown.
func Rows(creds []objects.Credential, now time.Time, within time.Duration, used []objects.Activity,
	configured func(objects.Credential) *bool) []result.Credential {
	rows := make([]result.Credential, len(creds))
	for i, c := range creds {
		hint := c.Hint
		if c.Kind == objects.Certificate {
			hint = c.Thumbprint
		}
		rows[i] = result.Credential{
			KeyID: result.OrNil(c.KeyID), Kind: c.Kind, Purpose: c.Purpose, StoredOn: c.StoredOn, DisplayName: result.OrNil(c.Name), Hint: result.OrNil(hint),
			StartDateTime: utc(c.Start), EndDateTime: utc(c.End), DaysLeft: c.DaysLeft(now), Status: c.Status(now, within),
			Configured: configured(c), LastUsedDateTime: utc(objects.LastUse(used, c.KeyID)),
		}
	}
	return SortRows(rows)
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}

// SortRows sorts rows by expiry date. Those that never expire come last.
func SortRows(rows []result.Credential) []result.Credential {
	end := func(c result.Credential) int64 {
		if c.EndDateTime == nil {
			return math.MaxInt64
		}
		return c.EndDateTime.Unix()
	}
	slices.SortStableFunc(rows, func(a, b result.Credential) int { return cmp.Compare(end(a), end(b)) })
	return rows
}
