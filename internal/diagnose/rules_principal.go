package diagnose

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

func principalMissing(v *view) []*verdict {
	if !v.family(aadsts.PrincipalMissing) {
		return nil
	}
	return one(v.answered(proven(causes.ServicePrincipalMissing, v.principalUnlisted()).
		because(msg.New("The application is registered, but it has no service principal (enterprise application) in this tenant. Registering an application by script does not create one, and it can be deleted separately."))))
}

// principalDisabled distinguishes who disabled the application: the tenant, Microsoft or
// the owner. Entra returns 7000112 for all of them.
func principalDisabled(v *view) []*verdict {
	switch {
	case v.family(aadsts.AppDisabled):
		return one(v.answered(proven(causes.AppDisabled, v.notEnabled()).
			because(msg.New("The application is disabled, in the tenant or by its publisher. An application of your own shows isDisabled in Microsoft Graph, and can be enabled there."))))
	case !v.family(aadsts.PrincipalDisabled):
		return nil
	case v.switchedOff().Value:
		return one(v.answered(v.seenSwitch(proven(causes.ServicePrincipalDisabled, v.switchedOff()).
			because(msg.New("The service principal is disabled in the tenant (Enabled for users to sign in: No).")))))
	case v.disabledByMicrosoft() != "":
		return one(v.answered(proven(causes.AppDisabled, v.notEnabled()).
			because(msg.New("Microsoft disabled the application.")).
			seen(msg.New("disabledByMicrosoftStatus"), seen.Text(fact.Of(v), fromDirectory("servicePrincipal", "disabledByMicrosoftStatus"), (*view).disabledByMicrosoft))))
	case v.disabledByOwner():
		return one(v.answered(proven(causes.AppDisabled, v.notEnabled()).
			because(msg.New("The owner disabled the app registration itself; it can be enabled again there.")).
			seen(msg.New("isDisabled"), v.inApplication("isDisabled", func(a objects.Application) string { return strconv.FormatBool(*a.Disabled) }))))
	}
	app := v.answered(likely(causes.AppDisabled).
		because(msg.New("Entra says that the application is disabled. The answer does not say whether Microsoft, its owner or an administrator of this tenant disabled it.")))
	if v.switchedOff().Known() {
		return one(v.seenSwitch(app.because(msg.New("Entra says that the application is disabled, although its service principal is enabled in the tenant: Microsoft or its owner disabled it."))))
	}
	return []*verdict{app, possible(causes.ServicePrincipalDisabled)}
}

// switchedOff reports whether an administrator of the tenant disabled the service
// principal.
func (v *view) switchedOff() fact.Fact[bool] {
	if v.sp == nil || v.sp.AccountEnabled == nil {
		return fact.Fact[bool]{}
	}
	return fact.Of(!*v.sp.AccountEnabled)
}

func (v *view) seenSwitch(d *verdict) *verdict {
	return d.seen(msg.New("accountEnabled"), v.inPrincipal("accountEnabled", func(sp objects.ServicePrincipal) string { return strconv.FormatBool(*sp.AccountEnabled) }))
}

// disabledBesides is a disabled service principal while Entra refused something else
// first, so a renewal alone would not help. If Entra refused nothing, it will refuse the
// next token.
func disabledBesides(v *view) []*verdict {
	switch {
	case !v.switchedOff().Value, v.family(aadsts.PrincipalDisabled, aadsts.AppDisabled), v.refusal == nil && v.token == nil:
		return nil
	case v.refusal == nil:
		return one(v.seenSwitch(likely(causes.ServicePrincipalDisabled).
			because(msg.New("A token was still issued: not every Entra server knows yet that the service principal is disabled. Tokens issued earlier stay valid for about an hour."))))
	}
	return one(v.seenSwitch(proven(causes.ServicePrincipalDisabled, v.switchedOff()).alongside()))
}

// appDisabled reports whether the owner or Microsoft disabled the application.
func (v *view) appDisabled() bool {
	return v.disabledByOwner() || v.disabledByMicrosoft() != ""
}

func (v *view) disabledByOwner() bool {
	return v.app != nil && v.app.Disabled != nil && *v.app.Disabled
}

func (v *view) disabledByMicrosoft() string {
	var states []string
	if v.sp != nil {
		states = append(states, v.sp.DisabledByMicrosoft)
	}
	if v.app != nil {
		states = append(states, v.app.DisabledByMicrosoft)
	}
	return cmp.Or(slices.DeleteFunc(states, func(s string) bool { return s == "NotDisabled" })...)
}

// resourceUnknown is an API that the tenant does not know. The answer does not show
// whether the address or the cloud is wrong.
func resourceUnknown(v *view) []*verdict {
	if v.fromText || !v.family(aadsts.ResourceUnknown) {
		return nil
	}
	return []*verdict{
		v.answered(proven(causes.ResourceNotFound, v.resourceUnread()).because(v.meaning()).
			seen(msg.New("the API that the token was asked for"), seen.Text(fact.Of(v.Setup), msg.New("configuration"), func(s Setup) string { return s.GraphResource }))),
		possible(causes.WrongCloud).alongside(),
	}
}

// Entra's sign-in servers learn of new objects and credentials minutes after Graph lists
// them. made is the longest time assumed here; reports speak of seconds to minutes.
const made = time.Hour

// principalBehind is a listed service principal that Entra does not find yet.
func principalBehind(v *view) []*verdict {
	if v.fromText || !v.clientUnknown() && !v.family(aadsts.PrincipalMissing) || v.sp == nil {
		return nil
	}
	d := possible(causes.SecretNotPropagated)
	if created := v.sp.Created; created != nil && v.now.Sub(*created) >= -skewLimit && v.now.Sub(*created) < made {
		d = likely(causes.SecretNotPropagated).
			seen(msg.New("the service principal was created"), v.inPrincipal("createdDateTime", func(sp objects.ServicePrincipal) string { return rfc3339(*sp.Created) }))
	}
	return one(v.answered(d.
		says(msg.New("Microsoft Graph lists the application, but Entra's sign-in service does not know it yet.")).
		because(msg.New("A new or restored application takes a few minutes to become known everywhere. You do not have to create anything.")).
		seen(msg.New("a service principal with that client ID exists"), v.inPrincipal("id", func(sp objects.ServicePrincipal) string { return sp.ID }))))
}

// certificateBehind is a listed certificate that Entra does not find yet.
func certificateBehind(v *view) []*verdict {
	listed := v.which(v.hasThumbprint)
	if v.fromText || !v.keyNotFound() || len(listed) == 0 {
		return nil
	}
	d := possible(causes.SecretNotPropagated)
	if age, ok := v.age(listed[0]); ok && age < made {
		d = likely(causes.SecretNotPropagated)
	}
	return one(v.answered(d.
		says(msg.New("The certificate is registered, but Entra's sign-in service does not know it yet.")).
		because(msg.New("After an upload it takes a few minutes until a certificate is known everywhere. Uploading it again does not help.")).
		seen(msg.New("thumbprint of the certificate"), v.fingerprint()).
		seen(msg.New("the credential with the certificate's thumbprint"), v.entry(listed[0]))))
}

// federationBehind is a listed federated credential that Entra does not find yet. Graph
// does not show when it was created.
func federationBehind(v *view) []*verdict {
	if len(federationMismatch(v)) == 0 || len(v.match.sure) == 0 {
		return nil
	}
	c := v.match.sure[0]
	return one(v.answered(likely(causes.SecretNotPropagated).
		says(msg.New("The federated credential is registered, but Entra's sign-in service does not know it yet.")).
		because(msg.New("A registered federated credential matches the issuer, subject and audience of the token. A new one takes a few minutes to become known everywhere.")).
		seen(msg.New("federated credential %s expects", c.Name), seen.Of(known(&c), fromCredential(c), expected))))
}
