package diagnose

import (
	"slices"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// List turns facts into the finished list of credentials. Of the facts it needs
// the objects; the configured secret's shape marks the configured credential.
// It is a pure function; the exit code is the one before --fail-on.
func List(f *Facts) *result.SecretList {
	v := newView(f).named()
	l := &result.SecretList{
		Header:      result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: f.Now.UTC()},
		Credentials: v.listRows(),
		Notes:       append(v.listNotes(), f.Notes...),
	}
	if v.sp != nil {
		l.ServicePrincipal = &result.ServicePrincipal{ID: v.sp.ID, AppID: result.OrNil(v.sp.AppID), DisplayName: result.OrNil(v.sp.DisplayName),
			Type: result.OrNil(v.sp.Type), AccountEnabled: v.sp.AccountEnabled}
	}
	if v.app != nil {
		l.Application = &result.Application{ID: v.app.ID, DisplayName: result.OrNil(v.app.DisplayName), SignInAudience: result.OrNil(v.app.SignInAudience)}
	}
	l.Status, l.ExitCode = v.listStatus()
	return l
}

func (v *view) listRows() []result.Credential {
	rows := Rows(v.creds, v.now, v.Within, v.lastUse())
	for i, c := range v.creds {
		switch {
		case v.Setup.Kind == "", v.Setup.ClientID.Value == "":
			// What is configured here, or for which application, is not known.
		case v.stranger:
			rows[i].Configured = new(bool)
		default:
			rows[i].Configured = v.configured(c)
		}
	}
	return SortRows(rows)
}

func (v *view) listStatus() (result.Status, int) {
	inUse, known := v.match.one()
	known = known && v.match.proven() && v.Setup.ClientID.Value != ""
	usable, _ := v.count()
	switch {
	case v.endUnknown():
		return result.Unknown, fail.CodeUnknown
	case v.switchedOff().Value, v.appDisabled(), usable == 0 && !v.keyless() && !v.singleSignOn(), known && inUse.Expired(v.now):
		return result.Critical, fail.CodeCritical
	case len(v.ending()) > 0, !v.samlSentence().IsZero(), usable > 0 && usable == v.probablyLost():
		return result.Warning, fail.CodeWarning
	}
	return result.OK, fail.CodeOK
}

// probablyLost counts the usable secrets of spcheck's own whose value has probably
// come to nobody.
func (v *view) probablyLost() int {
	n := 0
	for _, c := range v.creds {
		if v.Activity.Known() && c.PossiblyLost(v.Activity.Value, v.now) {
			n++
		}
	}
	return n
}

func (v *view) listNotes() []msg.Text {
	var notes []msg.Text
	say := func(t msg.Text) { notes = append(notes, t) }
	if v.sp != nil && v.holds(v.sp.Credentials, objects.Password) {
		say(msg.New("Credentials stored on the service principal work, but the portal does not show them on the application's Certificates & secrets page."))
	}
	if v.sp == nil && v.app != nil {
		say(msg.New("The application has no service principal in this tenant: it cannot sign in here."))
	}
	switch {
	case v.keyless():
		say(v.kindSentence())
	case v.singleSignOn():
		say(msg.New("It is used for single sign-on (SAML) and does not sign in as an application, so it needs no client secret."))
	case v.sp != nil && v.app == nil && v.Application.Known():
		say(v.withoutApplication())
	}
	for _, c := range v.creds {
		if c.Purpose == result.TokenEncryption {
			say(msg.New("%s only encrypts tokens; the application cannot sign in with it.", c.Label()))
		}
	}
	if slices.ContainsFunc(v.creds, objects.Credential.SignsSAML) && !v.singleSignOn() {
		say(msg.New("The entries of SAML signing certificates (single sign-on) cannot be used to sign the application in."))
	}
	if text := v.samlSentence(); !text.IsZero() {
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
	for _, c := range v.creds {
		if v.Activity.Known() && c.PossiblyLost(v.Activity.Value, v.now) {
			say(msg.New("The secret %s was added by spcheck and never used; its value is probably lost. If no product uses it, remove it.", c.Label()))
		}
	}
	for _, c := range v.ending() {
		if longer := v.outlasting(c); len(longer) > 0 {
			say(msg.New("%s expires soon, but %s is valid for longer: switch the product to it, then remove the first. No renewal is needed.", c.Label(), longer[0].Label()))
		}
	}
	if v.Activity.Asked() && !v.Activity.Known() {
		say(msg.New("When each credential was last used could not be read: %s", textOf(v.Activity.Err())))
	}
	return notes
}

func (v *view) holds(creds []objects.Credential, kind string) bool {
	for _, c := range creds {
		if c.Kind == kind && !c.SignsSAML() {
			return true
		}
	}
	return false
}

func (v *view) withoutApplication() msg.Text {
	if v.foreign() {
		return msg.New("The application is registered in another tenant (%s); credentials stored there are not visible from here.", v.sp.OwnerTenant)
	}
	return msg.New("This service principal (type %s) has no application in this tenant.", v.sp.Type)
}
