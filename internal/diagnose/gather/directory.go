package gather

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// readDirectory reads the objects and what is related to them.
func (r *run) readDirectory(ctx context.Context, signedIn <-chan struct{}) {
	c, ctx := r.findReader(ctx, signedIn)
	if c == nil {
		if signedIn != nil {
			<-signedIn
			if r.unreachable() { // the readers failed for the same reason
				r.note(func(f *diagnose.Facts) {
					f.Reader = diagnose.Reader{Mode: f.Reader.Mode}
					f.ServicePrincipals, f.Application = fact.Fact[[]objects.ServicePrincipal]{}, fact.Fact[*objects.Application]{}
				})
			}
		}
		return
	}
	r.reader, r.time = c.sees, ctx
	missing := r.place(c)
	if len(r.facts.ServicePrincipals.Value) > 1 {
		r.blame(ctx, c.sees)
		return
	}
	whole := make(chan struct{})
	r.readEvidence(ctx, c.sees, signedIn, whole, func() {
		missing(ctx)
		r.blame(ctx, c.sees)
		r.settle(diagnose.OfObjects)
		close(whole)
	})
}

// lookup is what was found for --sp or the client ID.
type lookup struct {
	principals   fact.Fact[[]objects.ServicePrincipal]
	applications fact.Fact[[]objects.Application]
}

// lookUp requests both objects at the same time.
func (r *run) lookUp(ctx context.Context, d Directory) (l lookup) {
	if r.SP != "" && r.ObjectsOnly {
		principals, refused, apps, appsRefused := d.FindBoth(ctx, r.SP)
		l.principals, l.applications = read(principals, refused), read(apps, appsRefused)
		return l
	}
	if r.SP != "" {
		together(
			func() { l.principals = read(d.FindServicePrincipals(ctx, r.SP)) },
			func() { l.applications = read(d.FindApplications(ctx, r.SP)) },
		)
		return l
	}
	id := r.seen().Setup.ClientID.Value
	together(func() { l.principals = read(d.ServicePrincipalsByAppID(ctx, id)) }, func() {
		var apps []objects.Application
		app, err := d.ApplicationByAppID(ctx, id)
		if app != nil {
			apps = []objects.Application{*app}
		}
		l.applications = read(apps, err)
	})
	return l
}

// readsOnly reports whether the token of a reader allows no changes. The token was just
// used, so no request is made.
func readsOnly(d Directory) bool {
	bearer, ok := d.(interface {
		Token(context.Context) (secrets.Value, error)
	})
	if !ok {
		return false
	}
	token, err := bearer.Token(context.Background())
	if err != nil {
		return false
	}
	claims := entra.ClaimsOf(token)
	return claims.Known() && claims.Value.ReadsOnly()
}

// place stores what was found. It returns a function that reads the other object, because
// a name may belong to only one of the two.
func (r *run) place(c *chosen) (missing func(context.Context)) {
	principals, apps := c.found.principals.Value, c.found.applications
	missing = func(context.Context) {}
	readsOnly := readsOnly(c.sees)
	r.note(func(f *diagnose.Facts) {
		f.Reader.Name, f.Reader.Self, f.Reader.ReadsOnly = c.Name, c.Self, readsOnly
		f.ServicePrincipals = c.found.principals
		switch {
		case len(principals) > 1, len(principals) == 1 && principals[0].AppID == "":
			f.Application = fact.Of[*objects.Application](nil)
		case len(principals) == 1:
			same := func(a objects.Application) bool { return strings.EqualFold(a.AppID, principals[0].AppID) }
			i := slices.IndexFunc(apps.Value, same)
			switch {
			case i >= 0:
				f.Application = fact.Of(&apps.Value[i])
			case r.SP == "":
				f.Application = fact.From[*objects.Application](nil, apps.Err())
			default:
				missing = func(ctx context.Context) {
					take(r, &r.facts.Application, read(c.sees.ApplicationByAppID(ctx, principals[0].AppID)))
				}
			}
		case len(apps.Value) == 1:
			f.Application = fact.Of(&apps.Value[0])
			if id := apps.Value[0].AppID; id != "" && r.SP != "" {
				missing = func(ctx context.Context) {
					take(r, &r.facts.ServicePrincipals, read(c.sees.ServicePrincipalsByAppID(ctx, id)))
				}
			}
		default:
			r.alike = apps.Value
			f.Application = fact.From[*objects.Application](nil, apps.Err())
		}
	})
	return missing
}

// blame reports a --sp that names nothing, or more than one thing.
func (r *run) blame(ctx context.Context, d Directory) {
	if r.SP == "" {
		return
	}
	like := r.similarNames(ctx, d)
	r.note(func(f *diagnose.Facts) {
		found, app := f.ServicePrincipals.Value, f.Application
		if len(found) > 1 || len(r.alike) > 1 || len(found) == 0 && app.Known() && app.Value == nil {
			f.Setup.Problem = diagnose.Misnamed(r.SP, found, r.alike, like)
		}
	})
}

// readFederated adds the federated credentials, which Graph does not return with the
// application. whole is closed when both objects have been read.
func (r *run) readFederated(ctx context.Context, d Directory, appID string, whole <-chan struct{}) {
	id, _ := holder(r.seen(), objects.OnApplication)
	federated, err := d.FederatedCredentials(ctx, appID, id)
	<-whole
	// The federated credentials of a managed identity are on its service principal.
	if found := r.seen().ServicePrincipals.Value; len(found) == 1 && found[0].Type == objects.ManagedIdentity {
		r.addFederated(objects.OnServicePrincipal)(d.IdentityFederatedCredentials(ctx, found[0].ID))
	}
	if r.seen().Application.Value != nil {
		r.addFederated(objects.OnApplication)(federated, err)
	}
}

// addFederated adds the federated credentials of an object, or a problem and a note about
// the error.
func (r *run) addFederated(on string) func([]objects.Credential, error) {
	return func(federated []objects.Credential, err error) {
		r.note(func(f *diagnose.Facts) {
			if err != nil {
				f.Notes = append(f.Notes, msg.New("Federated credentials could not be read: %s.", Reason(err)))
				blemish(f, on, objects.UnreadFederated)
			}
			update(f, on, func(have []objects.Credential) []objects.Credential { return append(have, federated...) })
		})
	}
}

// blemish notes a problem in a copy of an object.
func blemish(f *diagnose.Facts, on, problem string) {
	if on == objects.OnApplication && f.Application.Value != nil {
		app := *f.Application.Value
		app.Problems = append(slices.Clone(app.Problems), problem)
		f.Application = fact.Of(&app)
	}
	if on == objects.OnServicePrincipal && len(f.ServicePrincipals.Value) == 1 {
		sp := f.ServicePrincipals.Value[0]
		sp.Problems = append(slices.Clone(sp.Problems), problem)
		f.ServicePrincipals = fact.Of([]objects.ServicePrincipal{sp})
	}
}

// update changes a copy of an object's credentials, because others may read the original.
func update(f *diagnose.Facts, on string, change func([]objects.Credential) []objects.Credential) {
	if on == objects.OnApplication && f.Application.Value != nil {
		app := *f.Application.Value
		app.Credentials = change(slices.Clone(app.Credentials))
		f.Application = fact.Of(&app)
	}
	if on == objects.OnServicePrincipal && len(f.ServicePrincipals.Value) == 1 {
		sp := f.ServicePrincipals.Value[0]
		sp.Credentials = change(slices.Clone(sp.Credentials))
		f.ServicePrincipals = fact.Of([]objects.ServicePrincipal{sp})
	}
}

// readThumbprints adds the thumbprints that Graph only returns for a single object.
// Without them, the list is still useful.
func (r *run) readThumbprints(ctx context.Context, d Directory, on string, whole <-chan struct{}) {
	id, creds := holder(r.seen(), on)
	if id == "" {
		<-whole
		id, creds = holder(r.seen(), on)
	}
	if id == "" || !slices.ContainsFunc(creds, lacksThumbprint) {
		return
	}
	prints, err := d.Thumbprints(ctx, on, id)
	if err != nil || len(prints) == 0 {
		return
	}
	r.note(func(f *diagnose.Facts) {
		update(f, on, func(have []objects.Credential) []objects.Credential {
			for i := range have {
				if lacksThumbprint(have[i]) {
					have[i].Thumbprint = prints[have[i].KeyID]
				}
			}
			return have
		})
	})
}

func lacksThumbprint(c objects.Credential) bool {
	return c.Kind == objects.Certificate && c.Thumbprint == ""
}

// holder returns the ID and the credentials of an object, if there is one.
func holder(f *diagnose.Facts, on string) (id string, creds []objects.Credential) {
	if on == objects.OnApplication && f.Application.Value != nil {
		return f.Application.Value.ID, f.Application.Value.Credentials
	}
	if on == objects.OnServicePrincipal && len(f.ServicePrincipals.Value) == 1 {
		return f.ServicePrincipals.Value[0].ID, f.ServicePrincipals.Value[0].Credentials
	}
	return "", nil
}
