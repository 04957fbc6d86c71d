package diagnose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// view is the facts and what follows directly from them.
type view struct {
	*Facts
	// now is the server's time if it is known, so that a wrong clock on this machine does
	// not make a valid credential look expired. Otherwise it is this machine's time.
	now     time.Time
	refusal *Refusal
	// fromText means that the refusal comes from --error-text.
	fromText bool
	token    *Token
	network  *netfail.Error
	// reported is the error in --error-text, nil if it contains none.
	reported *aadsts.Match
	// listing is what was read of the configured application; shown is what the report
	// lists. They differ if --sp names another application (spDiffers) or the reader read
	// another tenant (wrongTenant). Then shown does not explain the sign-in.
	listing
	shown                  listing
	spDiffers, wrongTenant bool
	match                  match
}

// listing is what was read of one application in the tenant.
type listing struct {
	sp    *objects.ServicePrincipal
	app   *objects.Application
	creds []objects.Credential
}

// appID returns the application ID, or an empty string if nothing was read.
func (l listing) appID() string {
	switch {
	case l.sp != nil && l.sp.AppID != "":
		return l.sp.AppID
	case l.app != nil:
		return l.app.AppID
	}
	return ""
}

// which returns the credentials that keep accepts.
func (l listing) which(keep func(objects.Credential) bool) []objects.Credential {
	return slices.DeleteFunc(slices.Clone(l.creds), func(c objects.Credential) bool { return !keep(c) })
}

// passwords returns the client secrets that keep accepts.
func (l listing) passwords(keep func(objects.Credential) bool) []objects.Credential {
	return l.which(func(c objects.Credential) bool { return c.Kind == objects.Password && !c.SignsSAML() && keep(c) })
}

func anyCredential(objects.Credential) bool { return true }

// usable and expired report the state of a credential.
func (v *view) usable(c objects.Credential) bool { return c.Usable(v.now) }

func (v *view) expired(c objects.Credential) bool { return c.Expired(v.now) }

// count returns how many credentials can sign in now, and how many have expired.
func (v *view) count() (usable, expired int) {
	return len(v.which(v.usable)),
		len(v.which(func(c objects.Credential) bool { return v.expired(c) && c.Purpose.SignsIn() }))
}

// ending returns the credentials that are valid now and expire inside the warning window,
// the earliest expiry date first.
func (v *view) ending() []objects.Credential {
	ending := v.which(func(c objects.Credential) bool {
		return c.Purpose.SignsIn() && c.Status(v.now, v.Within) == result.Expiring
	})
	slices.SortStableFunc(ending, func(a, b objects.Credential) int { return cmp.Compare(a.End.Unix(), b.End.Unix()) })
	return ending
}

// outlasting returns usable ones of the same kind that expire after the warning window.
func (v *view) outlasting(c objects.Credential) []objects.Credential {
	return v.which(func(other objects.Credential) bool {
		return other.Kind == c.Kind && other.Purpose.SignsIn() && other.KeyID != c.KeyID && v.usable(other) &&
			other.Status(v.now, v.Within) != result.Expiring
	})
}

// unreadable returns the first credential with malformed dates, or an empty string.
func (v *view) unreadable() string {
	for _, c := range v.creds {
		if c.Problem != "" {
			return c.Label()
		}
	}
	return ""
}

func newView(f *Facts) *view {
	v := &view{Facts: f, now: f.Now}
	v.readText()
	v.readSignIn()
	v.readObjects()
	v.match = v.matchCredential()
	return v
}

// readText picks one of the errors in --error-text: preferably one about the configured
// application, then one with a code, then the last one, which is the latest in a log.
func (v *view) readText() {
	best := -1
	for i := range v.Text.Value {
		m := &v.Text.Value[i]
		worth := 0
		if !v.aboutOtherApp(m) {
			worth += 2
		}
		if m.Decisive != "" {
			worth++
		}
		if isError(*m) && worth >= best {
			v.reported, best = m, worth
		}
	}
}

// readSignIn reads the sign-in, or --error-text if there was none.
func (v *view) readSignIn() {
	if !v.SignIn.Known() {
		if v.reported != nil && !v.SignIn.Asked() {
			v.refusal, v.fromText = &Refusal{Match: *v.reported}, true
		}
		return
	}
	s := v.SignIn.Value
	v.token, v.network, v.refusal = s.Token, s.Network, s.Refusal
	if s.ServerTime != nil {
		v.now = *s.ServerTime
	}
	for _, r := range v.Repeats {
		v.refusal = cmp.Or(v.refusal, r.Refusal)
	}
}

func (v *view) readObjects() {
	if len(v.ServicePrincipals.Value) == 1 {
		v.shown.sp = &v.ServicePrincipals.Value[0]
		v.shown.creds = append(v.shown.creds, v.shown.sp.Credentials...)
	}
	if v.shown.app = v.Application.Value; v.shown.app != nil {
		v.shown.creds = append(v.shown.creds, v.shown.app.Credentials...)
	}
	own, found := v.Setup.ClientID.Value, v.shown.appID()
	v.spDiffers = own != "" && found != "" && !strings.EqualFold(own, found)
	signedIn, read := v.SignIn.Value.TenantID, v.Organization.Value.ID
	v.wrongTenant = objects.IsGUID(signedIn) && objects.IsGUID(read) && !strings.EqualFold(signedIn, read)
	if !v.spDiffers && !v.wrongTenant {
		v.listing = v.shown
	}
}

// named returns the view of what the report lists. It is a different view only if --sp
// names another application than the configured one.
func (v *view) named() *view {
	if !v.spDiffers {
		return v
	}
	f := *v.Facts
	f.Setup.ClientID = Setting{Value: v.shown.appID(), Origin: origin.Origin{Place: origin.Flag, Name: "--sp"}}
	w := *v
	w.Facts, w.listing = &f, v.shown
	return &w
}

// listed reports whether both objects were read, so that a credential that is not in
// creds does not exist.
func (v *view) listed() bool {
	if v.wrongTenant || v.spDiffers && v.listing.appID() == "" {
		return false
	}
	return v.ServicePrincipals.Known() && v.Application.Known() && len(v.ServicePrincipals.Value) < 2
}

// family reports whether the catalogue assigns the refusal's code to one of these
// families of rules.
func (v *view) family(rules ...aadsts.Rule) bool {
	return v.refusal != nil && v.refusal.Entry.Is(rules...)
}

// firstCause reports whether the catalogue's first cause for the refusal is one of these.
func (v *view) firstCause(ids ...causes.ID) bool {
	return len(v.refusal.Causes) > 0 && slices.Contains(ids, v.refusal.Causes[0].ID)
}

// works reports whether the sign-in works.
func (v *view) works() bool { return v.token != nil && v.refusal == nil }

// isPassword reports whether the credential is a client secret. If there is only a text,
// it may be one.
func (v *view) isPassword() bool { return v.Setup.Kind == objects.Password || v.Setup.Kind == "" }

// shape returns what the format of the secret shows, or the zero Shape without a secret.
func (v *view) shape() secrets.Shape { return v.Secret.Value }

// hint returns the first three characters of the configured value, or of the corrected
// value if that signed in. Graph lists the same for each secret.
func (v *view) hint() string { return v.shape().Hint }

// name returns the display name of the application, or else its client ID.
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

// appID returns the client ID, or an empty string if it is unknown.
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

// tenantID returns the tenant's GUID, or the configured tenant if the GUID is unknown.
func (v *view) tenantID() string { return cmp.Or(v.SignIn.Value.TenantID, v.Setup.Tenant.Value) }
