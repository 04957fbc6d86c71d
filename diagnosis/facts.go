package diagnosis

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Secret is the value of a client secret. Every way of printing it gives a redacted
// text.
type Secret = secrets.Value

// NewSecret wraps a value.
func NewSecret(value string) Secret { return secrets.NewValue(value) }

// caller is the origin that reports name for the caller's settings.
var caller = origin.Origin{Name: "the caller"}

// errNotEntra is returned for a SignIn.Body that did not come from a token endpoint of
// Entra.
var errNotEntra = errors.New("diagnosis: SignIn.Body is no answer of Entra's token endpoint")

// facts converts f to the facts that the command judges.
func (f Facts) facts() (*diagnose.Facts, error) {
	cloud, _ := entra.CloudByName("public")
	out := &diagnose.Facts{Now: f.Now, Within: 30 * 24 * time.Hour, Setup: diagnose.Setup{
		Tenant: setting(f.Tenant), ClientID: setting(strings.ToLower(f.ClientID)), Cloud: setting("public"),
		AuthorityHost: cloud.LoginHost, GraphEndpoint: cloud.GraphEndpoint, GraphResource: cloud.GraphEndpoint, PortalURL: cloud.Portal,
	}}
	if !f.Secret.Empty() {
		out.Setup.Kind, out.Setup.Origin = objects.Password, caller
		out.Secret = fact.Of(secrets.Inspect(f.Secret, f.ClientID, f.Tenant))
	}
	if f.ErrorText != "" {
		out.Text = fact.From(aadsts.Find(context.Background(), strings.NewReader(f.ErrorText)))
	}
	f.directory(out)
	if f.SignIn == nil {
		return out, nil
	}
	s, err := f.SignIn.fact(f)
	out.SignIn = fact.Of(s)
	return out, err
}

func setting(value string) diagnose.Setting { return diagnose.Setting{Value: value, Origin: caller} }

func (s SignIn) fact(f Facts) (diagnose.SignIn, error) {
	var out diagnose.SignIn
	if !s.ServerTime.IsZero() {
		out.ServerTime, out.Skew = &s.ServerTime, new(s.ServerTime.Sub(f.Now))
	}
	if s.Accepted {
		out.Token = &diagnose.Token{AppID: strings.ToLower(f.ClientID)}
		return out, nil
	}
	refusal, ok := entra.ReadRefusal(s.Status, s.Body)
	if !ok {
		return out, errNotEntra
	}
	out.Refusal = gather.Refusal(context.Background(), refusal)
	return out, nil
}

// directory adds the objects, or the reason why they could not be read.
func (f Facts) directory(out *diagnose.Facts) {
	if f.DirectoryError != nil {
		err := &diagnose.Failure{Sentence: msg.Literal(neutral.Bound(f.DirectoryError.Error(), 300))}
		out.ServicePrincipals, out.Application = fact.Missing[[]objects.ServicePrincipal](err), fact.Missing[*objects.Application](err)
		return
	}
	if f.Directory == nil {
		return
	}
	out.Reader = diagnose.Reader{Mode: "environment", Name: caller.Name}
	var list []objects.ServicePrincipal
	if sp := f.Directory.ServicePrincipal; sp != nil {
		list = []objects.ServicePrincipal{{ID: sp.ID, AppID: strings.ToLower(f.ClientID), DisplayName: sp.DisplayName, Type: "Application",
			AccountEnabled: new(!sp.Disabled), Credentials: sp.credentials(objects.OnServicePrincipal)}}
	}
	out.ServicePrincipals = fact.Of(list)
	var app *objects.Application
	if a := f.Directory.Application; a != nil {
		app = &objects.Application{ID: a.ID, AppID: strings.ToLower(f.ClientID), DisplayName: a.DisplayName, Disabled: &a.Disabled,
			Credentials: a.credentials(objects.OnApplication)}
	}
	out.Application = fact.Of(app)
}

func (o *Object) credentials(on string) []objects.Credential {
	var list []objects.Credential
	for _, c := range o.Credentials {
		x := objects.Credential{KeyID: strings.ToLower(c.KeyID), Kind: objects.Password, StoredOn: on, ObjectID: o.ID, Name: c.Name, Hint: c.Hint,
			Start: when(c.Start), End: when(c.End)}
		if c.Certificate {
			x.Kind, x.Hint, x.Thumbprint, x.Usage = objects.Certificate, "", strings.ToUpper(c.Thumbprint), "Verify"
		}
		list = append(list, x)
	}
	return list
}

func when(t time.Time) *time.Time {
	if t.IsZero() { // in any time zone
		return nil
	}
	return &t
}
