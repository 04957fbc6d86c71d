package diagnose

import (
	"strconv"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

func principalRules() []rule {
	return []rule{principalMissing, principalDisabled, disabledBesides, resourceUnknown, blocked}
}

func principalMissing(v *view) []*verdict {
	if !v.family(aadsts.PrincipalMissing) {
		return nil
	}
	return one(v.answered(proven(causes.ServicePrincipalMissing, v.principalUnlisted()).
		because(msg.New("The application is registered, but it has no service principal (enterprise application) in this tenant. Registering an application by script does not create one, and it can be deleted separately."))))
}

// principalDisabled distinguishes the switch of the tenant from the one of Microsoft or
// the application's owner: both answer 7000112.
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
	case v.app != nil && v.app.Disabled != nil && *v.app.Disabled:
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
// principal; missing where Graph did not say.
func (v *view) switchedOff() fact.Fact[bool] {
	if v.sp == nil || v.sp.AccountEnabled == nil {
		return fact.Fact[bool]{}
	}
	return fact.Of(!*v.sp.AccountEnabled)
}

func (v *view) seenSwitch(d *verdict) *verdict {
	return d.seen(msg.New("accountEnabled"), v.inPrincipal("accountEnabled", func(sp objects.ServicePrincipal) string { return strconv.FormatBool(*sp.AccountEnabled) }))
}

// disabledBesides is a service principal that is switched off while something
// else was refused first: renewing alone would not help. Where nothing was refused
// yet, the next token will be.
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
	return v.app != nil && v.app.Disabled != nil && *v.app.Disabled || v.disabledByMicrosoft() != ""
}

func (v *view) disabledByMicrosoft() string {
	if v.sp != nil && v.sp.DisabledByMicrosoft != "" && v.sp.DisabledByMicrosoft != "NotDisabled" {
		return v.sp.DisabledByMicrosoft
	}
	if v.app != nil && v.app.DisabledByMicrosoft != "" && v.app.DisabledByMicrosoft != "NotDisabled" {
		return v.app.DisabledByMicrosoft
	}
	return ""
}

// resourceUnknown is an API that the tenant does not know. Which of the reasons
// is behind it, a wrong address or cloud, the answer does not say.
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
