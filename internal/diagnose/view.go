package diagnose

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/secrets"
)

// view is the facts with what follows from them at once.
type view struct {
	*Facts
	// now is the best clock at hand: the server's where it is known, so that a
	// wrong clock here does not turn a valid credential into an ended one.
	now     time.Time
	refusal *Refusal
	// code is the decisive code of the refusal, empty without one.
	code string
	// fromText says that the refusal is the one in --error-text, since nothing
	// was asked.
	fromText bool
	token    *Token
	network  *netfail.Error
	// listing holds the objects of the configured application, as far as they
	// were read; shown those that the report lists. They differ where --sp names
	// another application: what that one has explains nothing of this sign-in.
	listing
	shown    listing
	stranger bool
	// abroad says that what was read belongs to another tenant than the one that
	// was asked: it is shown, and explains nothing either.
	abroad bool
	match  match
}

// listing is what was read of one application in the tenant.
type listing struct {
	sp    *objects.ServicePrincipal
	app   *objects.Application
	creds []objects.Credential
}

// appID is the application ID of what is listed, empty where nothing is.
func (l listing) appID() string {
	switch {
	case l.sp != nil && l.sp.AppID != "":
		return l.sp.AppID
	case l.app != nil:
		return l.app.AppID
	}
	return ""
}

func newView(f *Facts) *view {
	v := &view{Facts: f, now: f.Now}
	v.readSignIn()
	v.readObjects()
	v.match = v.matchCredential()
	return v
}

func (v *view) readSignIn() {
	if !v.SignIn.Known() {
		v.readText()
		return
	}
	s := v.SignIn.Value
	v.token, v.network, v.refusal = s.Token, s.Network, s.Refusal
	if s.ServerTime != nil {
		v.now = *s.ServerTime
	}
	for i := range v.Repeats {
		if r := v.Repeats[i].Refusal; r != nil && v.refusal == nil {
			v.refusal = r
		}
	}
	if v.refusal != nil {
		v.code = v.refusal.Decisive
	}
}

// readText takes the refusal from --error-text where there was no sign-in.
func (v *view) readText() {
	if last := v.reported(); last != nil && !v.SignIn.Asked() {
		v.refusal, v.fromText, v.code = &Refusal{Match: *last}, true, last.Decisive
	}
}

func (v *view) readObjects() {
	if v.ServicePrincipals.Known() && len(v.ServicePrincipals.Value) == 1 {
		v.shown.sp = &v.ServicePrincipals.Value[0]
		v.shown.creds = append(v.shown.creds, v.shown.sp.Credentials...)
	}
	if v.Application.Known() && v.Application.Value != nil {
		v.shown.app = v.Application.Value
		v.shown.creds = append(v.shown.creds, v.shown.app.Credentials...)
	}
	own, found := v.Setup.ClientID.Value, v.shown.appID()
	v.abroad = v.otherTenant()
	if v.stranger = own != "" && found != "" && !strings.EqualFold(own, found); !v.stranger && !v.abroad {
		v.listing = v.shown
	}
}

// otherTenant reports whether the reader read in another tenant than the one that
// the sign-in went to, as far as both are known.
func (v *view) otherTenant() bool {
	asked, read := v.SignIn.Value.TenantID, v.Organization.Value.ID
	return objects.IsGUID(asked) && objects.IsGUID(read) && !strings.EqualFold(asked, read)
}

// named is the view of what the report lists: the same, save where --sp names
// another application than the configured one, which it then is about.
func (v *view) named() *view {
	if !v.stranger {
		return v
	}
	f := *v.Facts
	f.Setup.ClientID = Setting{Value: v.shown.appID(), Origin: origin.Origin{Place: origin.Flag, Name: "--sp"}}
	w := *v
	w.Facts, w.listing = &f, v.shown
	return &w
}

// listed reports whether both objects were read, so that a credential which is
// not among creds does not exist.
func (v *view) listed() bool {
	if v.abroad || v.stranger && v.listing.appID() == "" {
		return false
	}
	return v.ServicePrincipals.Known() && v.Application.Known() && len(v.ServicePrincipals.Value) < 2
}

// family reports whether the catalogue files the refusal's code under one of
// these families of rules.
func (v *view) family(rules ...aadsts.Rule) bool {
	return v.refusal != nil && v.refusal.Entry.Is(rules...)
}

// isPassword reports whether the diagnosed credential is a client secret, or
// where only a text is at hand, may be one.
func (v *view) isPassword() bool { return v.Setup.Kind == objects.Password || v.Setup.Kind == "" }

// shape is what the secret shows offline; the zero shape where there is none.
func (v *view) shape() secrets.Shape {
	if v.Secret.Known() {
		return v.Secret.Value
	}
	return secrets.Shape{}
}

// name is what to call the application in a sentence.
func (v *view) name() string {
	switch {
	case v.sp != nil && v.sp.DisplayName != "":
		return v.sp.DisplayName
	case v.app != nil && v.app.DisplayName != "":
		return v.app.DisplayName
	case v.token != nil && v.token.AppName != "":
		return v.token.AppName
	}
	return v.appID()
}

// appID is the client ID, as far as it is known.
func (v *view) appID() string {
	switch {
	case v.Setup.ClientID.Value != "":
		return strings.ToLower(v.Setup.ClientID.Value)
	case v.shown.appID() != "":
		return v.shown.appID()
	case v.refusal != nil:
		return v.refusal.AppID
	}
	return ""
}

// tenantID is the tenant's GUID where it is known, else what is configured.
func (v *view) tenantID() string {
	if v.SignIn.Known() && v.SignIn.Value.TenantID != "" {
		return v.SignIn.Value.TenantID
	}
	return v.Setup.Tenant.Value
}
