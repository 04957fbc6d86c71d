package renew

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/commandline"
	federated "github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// planTrusts lists the credentials that are needed. Existing ones stay as they are.
func (f *federation) planTrusts() {
	var taken []string
	for _, c := range f.tenant.federated {
		taken = append(taken, c.Name)
	}
	for i, p := range f.found.Pairs {
		t := result.Trust{Issuer: p.Issuer, Subject: p.Subject, Audience: f.Audience, Outcome: result.NotAdded, Name: f.Name}
		switch c := f.existing(p); {
		case c != nil:
			t.Name, t.ID, t.Outcome = c.Name, result.OrNil(c.KeyID), result.AlreadyThere
		case f.Name == "":
			t.Name = federated.Name(p.Subject, taken...)
		case i > 0:
			t.Name += "-2"
		}
		taken = append(taken, t.Name)
		f.res.Trusts = append(f.res.Trusts, t)
	}
	f.tokenFits = f.Token != nil && slices.ContainsFunc(f.found.Pairs, func(p federated.Pair) bool {
		return p.Issuer == f.Token.Issuer && p.Subject == f.Token.Subject
	})
}

// narrowToToken keeps the one issuer and subject that the token has, if several are
// possible.
func (f *federation) narrowToToken() {
	if f.Token == nil || len(f.found.Pairs) < 2 {
		return
	}
	sent := federated.Pair{Issuer: f.Token.Issuer, Subject: f.Token.Subject}
	if slices.Contains(f.found.Pairs, sent) {
		f.found.Pairs = []federated.Pair{sent}
		f.found.Notes = []msg.Text{msg.New("The token shows which form of subject the workload sends, so only that form is accepted.")}
	}
}

// existing returns the existing credential with this issuer and subject, or nil. There is at
// most one.
func (f *federation) existing(p federated.Pair) *objects.Credential {
	for i, c := range f.tenant.federated {
		if c.Issuer == p.Issuer && c.Subject == p.Subject {
			return &f.tenant.federated[i]
		}
	}
	return nil
}

// missingCount returns how many credentials must be added.
func (f *federation) missingCount() int {
	n := 0
	for _, t := range f.res.Trusts {
		if t.Outcome == result.NotAdded {
			n++
		}
	}
	return n
}

// preflight checks everything before anything is changed.
func (f *federation) preflight(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, f.Input.Timeout)
	defer cancel()
	refusal, overall := ask(ctx, f.questions(), &f.res.Checks)
	if err := ctx.Err(); err != nil {
		return err
	}
	if refusal != nil {
		refusal.What = unchanged(refusal.What)
		f.step(stepPreflight, result.Fail, refusal.What)
		return refusal
	}
	n := f.missingCount()
	if f.DryRun {
		for i := range f.res.Trusts {
			if f.res.Trusts[i].Outcome == result.NotAdded {
				f.res.Trusts[i].Outcome = result.Planned
			}
		}
	}
	summary := msg.New("%d federated credentials will be added to the application.", n)
	if n == 0 {
		summary = msg.New("The application already accepts these tokens.")
	}
	f.step(stepPreflight, overall, summary)
	return nil
}

func (f *federation) questions() []question {
	questions := []question{
		{"account", msg.New("Service principal"), plain(f.checkAccount)},
		{"existing", msg.New("Existing federated credentials"), plain(f.checkExisting)},
		{"limit", msg.New("Number of federated credentials"), plain(f.checkLimit)},
		{"permission", msg.New("Permission"), f.checkPermission},
		{"policy", msg.New("Policies and lock"), f.checkPolicy},
		{"token", msg.New("Token of the workload"), plain(f.checkToken)},
	}
	if f.tenant.app == nil {
		return questions[:1] // the others need an application
	}
	return questions
}

// checkAccount checks whether the application can have federated credentials, and whether
// they could sign in.
func (f *federation) checkAccount() finding {
	sp, app := f.tenant.sp, f.tenant.app
	switch {
	case sp != nil && sp.Type == objects.ManagedIdentity:
		return failed(msg.New("it is a managed identity; its federated credentials are Azure resources, and only a user-assigned identity can have them"),
			msg.New("add it with: %s", commandline.Words{"az", "identity", "federated-credential", "create", "--identity-name", "NAME", "--resource-group", "GROUP",
				"--name", "NAME", "--issuer", "ISSUER", "--subject", "SUBJECT", "--audiences", f.Audience}))
	case sp != nil && sp.Type == "ServiceIdentity":
		return failed(msg.New("it is an agent identity, which has no credential of its own"),
			msg.New("add the federated credential to its blueprint: --sp with the blueprint's application ID"))
	case app == nil:
		return failed(msg.New("the application is registered in another tenant, and federated credentials are kept on the application"),
			msg.New("ask its owner to add the federated credential there, or use a secret or certificate on the service principal"))
	}
	return f.tenant.checkAccount()
}

// checkExisting compares the new credentials with the existing ones.
func (f *federation) checkExisting() finding {
	for _, p := range f.found.Pairs {
		c := f.existing(p)
		if c != nil && !slices.Contains(c.Audiences, f.Audience) {
			return failed(msg.New("the federated credential %s has the same issuer and subject, and expects the audience %s: there cannot be two", c.Name, strings.Join(c.Audiences, ", ")),
				msg.New("have the tokens issued for that audience, or change the credential's audience in the portal"))
		}
	}
	for _, t := range f.res.Trusts {
		if t.Outcome == result.NotAdded && slices.ContainsFunc(f.tenant.federated, func(c objects.Credential) bool { return strings.EqualFold(c.Name, t.Name) }) {
			return failed(msg.New("another federated credential has the name %s", t.Name), msg.New("choose another --name, or leave it out"))
		}
	}
	if f.missingCount() == 0 {
		return passed(msg.New("The application already accepts these tokens."))
	}
	for _, p := range f.found.Pairs {
		for _, c := range f.tenant.federated {
			if near(p, c) {
				return warned(msg.New("The federated credential %s differs only in letter case or a trailing slash; a token must match one of them character by character.", c.Name))
			}
		}
	}
	return passed(msg.New("The application has %d federated credentials; all of them stay.", len(f.tenant.federated)))
}

// near reports whether two look the same to a person, but not to Entra.
func near(p federated.Pair, c objects.Credential) bool {
	same := p.Issuer == c.Issuer && p.Subject == c.Subject
	return !same && strings.EqualFold(strings.TrimSuffix(p.Issuer, "/"), strings.TrimSuffix(c.Issuer, "/")) && strings.EqualFold(p.Subject, c.Subject)
}

func (f *federation) checkLimit() finding {
	have, more := len(f.tenant.federated), f.missingCount()
	if more > 0 && have+more > federated.Most {
		return failed(msg.New("the application has %d federated credentials and may have %d; %d more were requested", have, federated.Most, more),
			msg.New("remove one that nobody uses: %s", commandline.Words{"az", "ad", "app", "federated-credential", "list", "--id", f.tenant.appID()}),
			msg.New("or use another application for this workload"))
	}
	return passed(msg.New("The application may have %d federated credentials; it has %d.", federated.Most, have))
}

// checkPermission checks whether the actor may add federated credentials. Unlike for
// secrets, Directory.ReadWrite.All is not enough (Microsoft's published permission
// descriptions).
func (f *federation) checkPermission(ctx context.Context) finding {
	a := f.tenant.actor
	who := actorName(a)
	switch p := permissionOf(a); {
	case f.missingCount() == 0:
		return skipped(msg.New("Nothing has to be changed."))
	case p == permissionAll && slices.Contains(a.Claims.Value.Roles, "Application.ReadWrite.All"):
		return passed(msg.New("%s may add federated credentials to every application.", who))
	case p == permissionAll && !slices.Contains(a.Claims.Value.Roles, "Application.ReadWrite.OwnedBy"):
		return failed(msg.New("%s may change secrets with Directory.ReadWrite.All, but not federated credentials", who), askFor(a), useAnotherIdentity()).unreadable()
	case p == permissionAll, p == permissionOwned:
		return checkOwner(ctx, a, who, objects.OnApplication, f.tenant.app.ID)
	case p == permissionPerson:
		return unknown(msg.New("%s must own the object or have the role Application Administrator. That cannot be checked in advance; otherwise the change is refused and nothing is changed.", who))
	case p == permissionNone:
		return failed(msg.New("%s lacks the permission to change applications", who), askFor(a), useAnotherIdentity()).unreadable()
	}
	return unknown(msg.New("Whether %s may add the credential cannot be checked in advance, since its token cannot be read.", who))
}

// checkPolicy checks whether an app management policy applies. Some policies allow only
// certain issuers (public reports), but v1.0 of Microsoft Graph does not show that part.
// The lock does not matter, because the credential is added to the application.
func (f *federation) checkPolicy(ctx context.Context) finding {
	app := f.tenant.app
	if f.missingCount() == 0 {
		return skipped(msg.New("Nothing has to be changed."))
	}
	policies, err := f.tenant.actor.Client.Policies(ctx, objects.OnApplication, app.ID, app.Created)
	switch {
	case err != nil:
		return unknown(msg.New("The policies could not be read (%s). If one of them forbids the issuer, the credential is refused and nothing is changed.", msg.Of(err)))
	case len(policies) > 0:
		return unknown(msg.New("A policy restricts the application's credentials (%s). Whether it forbids the issuer cannot be checked in advance; if it does, nothing is changed.", result.PolicyName(policies[0].Source)))
	}
	return passed(msg.New("No policy restricts the application's credentials, and a lock on its service principal does not affect it."))
}

// checkToken checks whether the token can be used to test the credential.
func (f *federation) checkToken() finding {
	t := f.Token
	switch {
	case t == nil || !f.tokenFits && !f.Given:
		return skipped(msg.New("No token of this workload was given, so the credential cannot be tested here."))
	case !f.tokenFits:
		return failed(msg.New("the token belongs to a different workload: its issuer is %s, its subject %s", t.Issuer, t.Subject),
			msg.New("use --from-token alone: it takes the issuer and subject from the token"))
	case !slices.Contains(t.Audiences, f.Audience):
		return failed(msg.New("the token was issued for the audience %s, but the credential is to expect %s", strings.Join(t.Audiences, ", "), f.Audience),
			msg.New("have the token issued for %s, or give its audience with --audience", f.Audience))
	case !t.Expires.IsZero() && !t.Expires.After(f.clock.serviceNow()):
		f.tokenFits = false
		return warned(msg.New("The token expired on %s, so the credential cannot be tested with it.", t.Expires))
	}
	return passed(msg.New("The token matches the credential, and can be used to test it."))
}
