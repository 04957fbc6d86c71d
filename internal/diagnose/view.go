package diagnose

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/objects"
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
	network  *Network
	sp       *objects.ServicePrincipal
	app      *objects.Application
	creds    []objects.Credential
	match    match
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

// reported is the error in --error-text: the last of a log is the one that
// stands. A message that only tells which program wrote it is none. It is nil
// where there is no error.
func (v *view) reported() *aadsts.Match {
	if !v.Text.Known() {
		return nil
	}
	for i := len(v.Text.Value) - 1; i >= 0; i-- {
		if m := &v.Text.Value[i]; len(m.Causes) > 0 {
			return m
		}
	}
	return nil
}

func (v *view) readObjects() {
	if v.ServicePrincipals.Known() && len(v.ServicePrincipals.Value) == 1 {
		v.sp = &v.ServicePrincipals.Value[0]
		v.creds = append(v.creds, v.sp.Credentials...)
	}
	if v.Application.Known() && v.Application.Value != nil {
		v.app = v.Application.Value
		v.creds = append(v.creds, v.app.Credentials...)
	}
}

// listed reports whether both objects were read, so that a credential which is
// not among creds does not exist.
func (v *view) listed() bool {
	return v.ServicePrincipals.Known() && v.Application.Known() && len(v.ServicePrincipals.Value) < 2
}

// is reports whether the decisive code is one of these.
func (v *view) is(codes ...string) bool {
	for _, c := range codes {
		if v.code == c {
			return true
		}
	}
	return false
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
	case v.sp != nil:
		return v.sp.AppID
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
