package renew

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/session"
)

// tenant is a service principal and its application, and the identity that may change them.
type tenant struct {
	actor *session.Actor
	facts *diagnose.Facts
	sp    *objects.ServicePrincipal // nil if the tenant has none
	app   *objects.Application      // nil if it is registered in another tenant
	// federated are the application's federated credentials. refresh does not read them
	// again. unread means that they could not be read.
	federated []objects.Credential
	unread    bool
	// configured is the tenant as it was configured. id is its GUID, or empty if that is
	// not known.
	configured, id string
	timeout        time.Duration
}

// open reads both objects with the first identity that suits.
func open(ctx context.Context, c *Common, suits func(*session.Actor) bool) (*tenant, error) {
	facts, actor := session.Act(ctx, c.Input, suits)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if actor == nil {
		return nil, unreadable(facts)
	}
	if p := facts.Setup.Problem; p != nil {
		return nil, p.Failure()
	}
	t := &tenant{actor: actor, facts: facts, configured: facts.Setup.Tenant.Value, timeout: c.Input.Timeout}
	if !facts.Application.Known() {
		return nil, fail.Unknown(msg.New("the application could not be read: %s", msg.Of(facts.Application.Err())))
	}
	if found := facts.ServicePrincipals.Value; len(found) == 1 {
		t.sp = &found[0]
	}
	if t.app = facts.Application.Value; t.app != nil {
		t.federated = ofKind(t.app.Credentials, objects.Federated)
		t.unread = slices.Contains(t.app.Problems, objects.UnreadFederated)
	}
	t.id = t.tenantID()
	if uuid.Validate(t.appID()) != nil {
		return nil, fail.Unknown(unchanged(msg.New("Microsoft Graph returned no application ID for %s", t.name())))
	}
	return t, nil
}

func (t *tenant) tenantID() string {
	if claims := t.actor.Claims; claims.Known() && claims.Value.TenantID != "" {
		return claims.Value.TenantID
	}
	if uuid.Validate(t.configured) == nil {
		return t.configured
	}
	return ""
}

// key returns the name of the tenant in the journal.
func (t *tenant) key() string {
	if t.id != "" {
		return t.id
	}
	return t.configured
}

func (t *tenant) appID() string {
	if t.sp != nil {
		return t.sp.AppID
	}
	return t.app.AppID
}

func (t *tenant) name() string {
	if t.sp != nil {
		return t.sp.DisplayName
	}
	return t.app.DisplayName
}

// refresh reads both objects again.
func (t *tenant) refresh(ctx context.Context) error {
	if err := t.refreshOne(ctx, objects.OnServicePrincipal); err != nil {
		return err
	}
	return t.refreshOne(ctx, objects.OnApplication)
}

// refreshOne reads one of the objects again, if there is one. An object that arrives without
// its credentials has not been read: what it does not list may still be there.
func (t *tenant) refreshOne(ctx context.Context, on string) error {
	switch {
	case on == objects.OnServicePrincipal && t.sp != nil:
		sp, err := t.actor.Client.ServicePrincipal(ctx, t.sp.ID)
		if err == nil {
			err = received(on, sp.ID, sp.Problems)
		}
		if err != nil {
			return err
		}
		t.sp = &sp
		t.facts.ServicePrincipals = fact.Of([]objects.ServicePrincipal{sp})
	case on == objects.OnApplication && t.app != nil:
		app, err := t.actor.Client.Application(ctx, t.app.ID)
		if err == nil {
			err = received(on, app.ID, app.Problems)
		}
		if err != nil {
			return err
		}
		app.Credentials = append(app.Credentials, t.federated...)
		t.app = &app
		t.facts.Application = fact.Of(t.app)
	}
	return nil
}

func received(on, id string, problems []string) error {
	if objects.Incomplete(problems) {
		return msg.Error(msg.New("Microsoft Graph returned %s without its credentials", on+" "+id))
	}
	return nil
}

// activity returns the activity report. A run on several applications reads it when it is
// first needed.
func (t *tenant) activity(ctx context.Context) fact.Fact[[]objects.Activity] {
	if !t.facts.Activity.Asked() {
		ctx, cancel := context.WithTimeout(ctx, t.timeout)
		defer cancel()
		t.facts.Activity = t.actor.Activity(ctx, t.appID())
	}
	return t.facts.Activity
}

// credentials returns the credentials of both objects.
func (t *tenant) credentials() []objects.Credential {
	var all []objects.Credential
	if t.app != nil {
		all = append(all, t.app.Credentials...)
	}
	if t.sp != nil {
		all = append(all, t.sp.Credentials...)
	}
	return all
}

// allListed reports whether credentials returns all of them: there are no others that could
// not be read, or that are on an application in another tenant.
func (t *tenant) allListed() bool {
	return t.app != nil && !t.unread && len(t.app.Problems) == 0 && (t.sp == nil || len(t.sp.Problems) == 0)
}

// forget drops a credential that was just removed.
func (t *tenant) forget(c objects.Credential) {
	kept := func(list []objects.Credential) []objects.Credential {
		return slices.DeleteFunc(slices.Clone(list), identical(c))
	}
	if t.app != nil {
		t.app.Credentials = kept(t.app.Credentials)
	}
	if t.sp != nil {
		t.sp.Credentials = kept(t.sp.Credentials)
	}
}

// keyIDs returns the key IDs of all credentials.
func (t *tenant) keyIDs() []string {
	var ids []string
	for _, c := range t.credentials() {
		ids = append(ids, c.KeyID)
	}
	return ids
}

// pending returns the unfinished renewal of the application, or nil.
func (t *tenant) pending(store *journal.Store, kind journal.Kind) (*journal.Entry, error) {
	return store.Pending(kind, t.appID(), t.key(), t.configured)
}

// lock keeps other runs from changing the application.
func (t *tenant) lock(store *journal.Store) (func(), error) {
	unlock, err := store.Lock(t.key(), t.appID())
	if errors.Is(err, journal.ErrBusy) {
		return nil, fail.Unknown(unchanged(msg.New("another run of spcheck is changing the credentials of %s", t.name())),
			msg.New("wait until it has finished, then try again"))
	}
	if err != nil {
		return nil, fail.Usage(unchanged(msg.Of(err)), stateHint())
	}
	return unlock, nil
}

// unreadable returns the error if no identity could read the objects.
func unreadable(f *diagnose.Facts) error {
	if f.Reader.Mode == "none" {
		return fail.Usage(msg.New("changing credentials needs an identity that is allowed to, but --reader is none"))
	}
	e := fail.Unknown(msg.New("the service principal could not be read: %s", msg.Of(f.ServicePrincipals.Err())))
	for _, t := range f.Reader.Tried {
		e.Hint(msg.New("%s: %s", t.Name, t.Reason))
	}
	if advice := f.GraphAdvice(); !advice.IsZero() {
		return e.Hint(advice)
	}
	return e.Hint(msg.New("choose the identity with --reader, for example --reader azure-cli after az login"))
}

// described returns the objects and the name of the actor for the report.
func (t *tenant) described() (*result.ServicePrincipal, *result.Application, *string) {
	return t.resultPrincipal(), t.resultApplication(), result.OrNil(t.actor.Name)
}

func (t *tenant) resultPrincipal() *result.ServicePrincipal {
	if t.sp == nil {
		return nil
	}
	return &result.ServicePrincipal{ID: t.sp.ID, AppID: result.OrNil(t.sp.AppID), DisplayName: result.OrNil(t.sp.DisplayName),
		Type: result.OrNil(t.sp.Type), AccountEnabled: t.sp.AccountEnabled}
}

func (t *tenant) resultApplication() *result.Application {
	if t.app == nil {
		return nil
	}
	return &result.Application{ID: t.app.ID, DisplayName: result.OrNil(t.app.DisplayName), SignInAudience: result.OrNil(t.app.SignInAudience)}
}

// failure returns an error with what Microsoft Graph answered and, if it denied access,
// what to do about that. An interruption keeps its exit code.
func (t *tenant) failure(what msg.Text, err error) *fail.Error {
	if errors.Is(err, context.Canceled) {
		return fail.Interrupted(msg.New("interrupted: %s", what))
	}
	e := fail.Unknown(msg.New("%s: %s", what, msg.Of(err)))
	if graph.IsForbidden(err) {
		e.Hint(askFor(t.actor)).Hint(useAnotherIdentity())
	}
	return e
}

func (t *tenant) objectID(on string) string {
	if on == objects.OnServicePrincipal {
		return t.sp.ID
	}
	return t.app.ID
}

func (t *tenant) created(on string) *time.Time {
	if on == objects.OnServicePrincipal {
		return t.sp.Created
	}
	return t.app.Created
}
