package renew

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

// suits implements procedure. The application itself needs no right to add a certificate of
// its own.
func (r *certRun) suits(a *session.Actor) bool {
	source := r.Input.Settings.Credential
	return mayChange(a) || a.Self && source != nil && source.Kind == objects.Certificate
}

func (r *certRun) questions() []question {
	return []question{
		{"earlier", msg.New("Earlier renewal"), plain(r.checkEarlier)},
		{"existing", msg.New("Existing certificates"), r.checkKeys},
		{"account", msg.New("Service principal"), plain(r.tenant.checkAccount)},
		{"permission", msg.New("Permission"), r.checkPower},
		{"policy", msg.New("Policies"), r.checkKeyPolicy},
		{"lock", msg.New("Lock of the service principal"), plain(r.checkLock)},
		{"clock", msg.New("Clock"), plain(r.checkClock)},
		{"target", msg.New("Target"), r.checkFile},
		{"journal", msg.New("Journal"), plain(r.checkJournal)},
	}
}

// plan decides which object gets the certificate. An application that renews its own
// certificate must prove that it has the key of one on the same object.
func (r *certRun) plan(ctx context.Context) error {
	configured := r.ownKey(ctx, r.tenant)
	if r.On == "" && configured != nil && r.holds(objects.OnApplication, configured) == nil && r.holds(objects.OnServicePrincipal, configured) != nil {
		r.On = objects.OnServicePrincipal
	}
	if err := r.run.plan(ctx); err != nil {
		return err
	}
	if configured != nil && r.holds(r.res.Plan.StoredOn, configured) != nil {
		r.own = configured
	}
	if r.to != nil {
		r.res.Plan.Target = result.OrNil(r.to.Spec())
	}
	return nil
}

// holds returns the valid credential of an object that is this certificate, or nil.
func (r *certRun) holds(on string, c *secrets.Credential) *objects.Credential {
	now := r.clock.serviceNow()
	for _, k := range ofKind(r.tenant.credentials(), objects.Certificate) {
		if k.StoredOn == on && strings.EqualFold(k.Thumbprint, c.Certificate.SHA1) && k.Usable(now) {
			return &k
		}
	}
	return nil
}

// maxKeys is the number of certificates above which an object may have no room for another
// one. An object holds about 1,200 values in all its collections, and certificates are
// large (public reports of Directory_ResourceSizeExceeded).
const maxKeys = 100

// checkKeys reads the certificates that will be kept.
func (r *certRun) checkKeys(ctx context.Context) finding {
	list, err := r.tenant.actor.Client.Keys(ctx, r.res.Plan.StoredOn, r.res.Plan.ObjectID)
	if err != nil {
		return failed(msg.New("the certificates could not be read: %s", msg.Of(err))).unreadable()
	}
	r.seen = &list
	now := r.clock.serviceNow()
	valid := slices.DeleteFunc(slices.Clone(list.Keys), func(c objects.Credential) bool { return !c.Usable(now) })
	switch {
	case len(list.Keys) > maxKeys:
		return warned(msg.New("The object has %d certificates; there may be no room for another one.", len(list.Keys)))
	case len(valid) == 0:
		return warned(msg.New("No certificate is valid at the moment (total: %d); all stay as they are.", len(list.Keys)))
	}
	return passed(msg.New("Valid certificates: %d of %d. All stay as they are.", len(valid), len(list.Keys)))
}

// checkPower says with which right the certificate is added.
func (r *certRun) checkPower(ctx context.Context) finding {
	if r.own != nil {
		return passed(msg.New("The application renews its own certificate: it proves that it has the key of a valid one, so it needs no permission to add another."))
	}
	return checkPermission(ctx, r.tenant.actor, r.res.Plan.StoredOn, r.res.Plan.ObjectID)
}

// checkKeyPolicy shortens the lifetime to what the policies allow, or reports that they
// forbid it.
func (r *certRun) checkKeyPolicy(ctx context.Context) finding {
	plan := r.res.Plan
	policies, err := r.tenant.actor.Client.KeyPolicies(ctx, plan.StoredOn, plan.ObjectID, r.tenant.created(plan.StoredOn))
	if err != nil {
		return policiesUnread(err)
	}
	for _, p := range policies {
		switch {
		case p.AuthoritiesOnly && !p.Exempts:
			return failed(msg.New("%s allows only certificates from certain authorities, and the new one is self-signed", result.PolicyName(p.Source)),
				msg.New("ask an administrator of the tenant to exempt the application from the policy, or upload a certificate from such an authority"))
		case p.AuthoritiesOnly:
			return warned(msg.New("%s allows only certificates from certain authorities, but exempts some callers. Whether it exempts this one cannot be checked in advance.", result.PolicyName(p.Source)))
		case p.Unclear:
			return unknown(msg.New("%s has a restriction that could not be read. If it forbids the new credential, it is refused and nothing is changed.", result.PolicyName(p.Source)))
		}
	}
	return r.fitLifetime(policies)
}

// checkFile checks whether the file can be replaced, and what it contains.
func (r *certRun) checkFile(ctx context.Context) finding {
	if r.to == nil {
		return skipped(msg.New("No target was given, so none was checked."))
	}
	held, err := r.to.Check(ctx)
	if err != nil {
		return failed(msg.New("the target cannot be used: %s", msg.Of(err)), msg.New("choose another file with --to, or give the password of this one with --password-file"))
	}
	r.held = held
	if !r.to.Encrypted() {
		r.note(msg.New("The key in %s is not encrypted; anyone who can read the file can use it.", r.to.Path))
	}
	switch _, known := r.currentCertificate(); {
	case !held.There:
		return warned(msg.New("%s does not exist and will be created.", r.to.Path))
	case !held.SelfSigned:
		return warned(msg.New("The certificate in %s was issued by an authority; the new one is self-signed.", r.to.Path))
	case !known:
		return warned(msg.New("The certificate in %s does not belong to this application; it will be kept in %s.", r.to.Path, r.to.Backup))
	}
	return passed(msg.New("%s can be replaced; its content will be kept in %s.", r.to.Path, r.to.Backup))
}

// currentCertificate returns the registered certificate that is in the file.
func (r *certRun) currentCertificate() (objects.Credential, bool) {
	all := ofKind(r.tenant.credentials(), objects.Certificate)
	i := slices.IndexFunc(all, func(c objects.Credential) bool {
		return r.held.Thumbprint != "" && strings.EqualFold(c.Thumbprint, r.held.Thumbprint)
	})
	if i < 0 {
		return objects.Credential{}, false
	}
	return all[i], true
}

func (*certRun) removes() bool { return false }

// needed reports whether a renewal is due. It depends on the certificate in the file.
func (r *certRun) needed(ctx context.Context) (bool, error) {
	if r.to == nil {
		return true, nil
	}
	held, err := r.to.Held(ctx)
	switch {
	case err != nil:
		return false, fail.Unknown(unchanged(msg.New("it could not be determined whether a renewal is due: %s", msg.Of(err))), msg.New("give the password of the file with --password-file"))
	case !held.There:
		return false, fail.Usage(unchanged(msg.New("there is no file %s, so it is not known whether a renewal is due", r.to.Path)),
			msg.New("check that it is where the product reads its certificate; to store a first one there, run once without --if-expiring-within"))
	}
	r.held = held
	c, known := r.currentCertificate()
	if !known || !usable(c, r.clock.serviceNow()) {
		r.setReason(msg.New("The certificate in %s does not work.", r.to.Path))
		return true, nil
	}
	// Entra checks the date in the certificate as well as that of the credential.
	if c.End == nil || held.NotAfter.Before(*c.End) {
		c.End = &held.NotAfter
	}
	if r.due(c) {
		r.setReason(msg.New("The certificate %s expires on %s.", c.KeyID, *c.End))
		return true, nil
	}
	r.step(stepPreflight, result.Pass, msg.New("Nothing to do: the certificate %s is valid until %s.", c.KeyID, *c.End))
	return false, nil
}
