package diagnose

import (
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

func principalRules() []rule {
	return []rule{principalMissing, principalDisabled, disabledBesides, resourceUnknown, blocked}
}

func principalMissing(v *view) []*verdict {
	if !v.is("7000229") {
		return nil
	}
	return one(v.answered(verdictOf(causes.ServicePrincipalMissing, result.Proven).
		because(msg.New("The application is registered, but it has no service principal (enterprise application) in the tenant that was asked. Registrations made by script do not create one, and it can be deleted by itself."))))
}

// principalDisabled tells the switch of the tenant from the one of Microsoft or
// the application's owner: both answer 7000112.
func principalDisabled(v *view) []*verdict {
	switch {
	case v.is("7000116"):
		return one(v.answered(verdictOf(causes.AppDisabled, result.Proven).
			because(msg.New("The owner of the application disabled the registration itself; the tenants that use it cannot enable it."))))
	case !v.is("7000112"):
		return nil
	case v.sp != nil && v.sp.AccountEnabled != nil && !*v.sp.AccountEnabled:
		return one(v.answered(verdictOf(causes.ServicePrincipalDisabled, result.Proven).
			because(msg.New("The service principal is switched off in the tenant (Enabled for users to sign in: No).")).
			seen(msg.New("accountEnabled"), "false", fromDirectory("servicePrincipal", "accountEnabled"))))
	case v.disabledByMicrosoft() != "":
		return one(v.answered(verdictOf(causes.AppDisabled, result.Proven).
			because(msg.New("Microsoft disabled the application.")).
			seen(msg.New("disabledByMicrosoftStatus"), v.disabledByMicrosoft(), fromDirectory("servicePrincipal", "disabledByMicrosoftStatus"))))
	case v.app != nil && v.app.Disabled != nil && *v.app.Disabled:
		return one(v.answered(verdictOf(causes.AppDisabled, result.Proven).
			because(msg.New("The owner of the application disabled the registration itself; it can be enabled there.")).
			seen(msg.New("isDisabled"), "true", fromDirectory("application", "isDisabled"))))
	}
	app := v.answered(verdictOf(causes.AppDisabled, result.Likely).
		because(msg.New("Entra says that the application is disabled. Whether Microsoft, its owner or an administrator of this tenant did so, the answer does not tell.")))
	if v.sp != nil && v.sp.AccountEnabled != nil {
		app.because(msg.New("Entra says that the application is disabled, although its service principal is enabled in the tenant: Microsoft or its owner did so.")).
			seen(msg.New("accountEnabled"), "true", fromDirectory("servicePrincipal", "accountEnabled"))
		return one(app)
	}
	return []*verdict{app, verdictOf(causes.ServicePrincipalDisabled, result.Possible)}
}

// disabledBesides is a service principal that is switched off while something
// else was refused first: renewing alone would not help.
func disabledBesides(v *view) []*verdict {
	if v.refusal == nil || v.is("7000112", "7000116") || v.sp == nil || v.sp.AccountEnabled == nil || *v.sp.AccountEnabled {
		return nil
	}
	return one(verdictOf(causes.ServicePrincipalDisabled, result.Proven).alongside().
		seen(msg.New("accountEnabled"), "accountEnabled false", fromDirectory("servicePrincipal", "accountEnabled")))
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
// is behind it, a wrong address or cloud, the answer does not tell.
func resourceUnknown(v *view) []*verdict {
	if v.fromText || !v.is("500011") {
		return nil
	}
	return []*verdict{
		v.answered(verdictOf(causes.ResourceNotFound, result.Proven).because(v.meaning()).
			seen(msg.New("the API that the token was asked for"), v.Setup.GraphResource, msg.New("configuration"))),
		verdictOf(causes.WrongCloud, result.Possible).alongside(),
	}
}

// blocked is a policy for workload identities. That the credential is checked
// before it is what two tool authors report, not what Microsoft states.
func blocked(v *view) []*verdict {
	if !v.is("53003") || v.fromText {
		return nil
	}
	return one(v.answered(verdictOf(causes.ConditionalAccess, result.Proven).
		because(msg.New("A Conditional Access policy for workload identities blocks this service principal, by the network it comes from or by its risk. The credential was likely accepted: by all reports it is checked first."))))
}
