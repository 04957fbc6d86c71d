package diagnose

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// principalDisabled distinguishes who disabled the application: the tenant, Microsoft or
// the owner. Entra returns 7000112 for all of them, and 7000116 for some.
func principalDisabled(v *view) []*verdict {
	switch {
	case !v.family(aadsts.PrincipalDisabled, aadsts.AppDisabled):
		return nil
	case v.switchedOff().Value:
		return one(v.answered(v.seenSwitch(proven(causes.ServicePrincipalDisabled, v.switchedOff()).
			because(msg.New("The service principal is disabled in the tenant (Enabled for users to sign in: No).")))))
	case v.appDisabled():
		return one(v.answered(v.seenDisabled(proven(causes.AppDisabled, v.notEnabled()))))
	case v.family(aadsts.AppDisabled):
		return one(v.answered(proven(causes.AppDisabled, v.notEnabled()).
			because(msg.New("The application is disabled, in the tenant or by its publisher. An application of your own shows isDisabled in Microsoft Graph, and can be enabled there."))))
	}
	app := v.answered(likely(causes.AppDisabled).
		because(msg.New("Entra says that the application is disabled. The answer does not say whether Microsoft, its owner or an administrator of this tenant disabled it.")))
	if v.switchedOff().Known() {
		return one(v.seenSwitch(app.because(msg.New("Entra says that the application is disabled, although its service principal is enabled in the tenant: Microsoft or its owner disabled it."))))
	}
	return []*verdict{app, possible(causes.ServicePrincipalDisabled)}
}

// switchedOff reports whether the service principal is disabled in the tenant.
func (v *view) switchedOff() fact.Fact[bool] {
	if v.sp == nil || v.sp.AccountEnabled == nil {
		return fact.Fact[bool]{}
	}
	return fact.Of(!*v.sp.AccountEnabled)
}

func (v *view) seenSwitch(d *verdict) *verdict {
	return d.seen(msg.New("accountEnabled"), v.inPrincipal("accountEnabled", func(sp objects.ServicePrincipal) string { return strconv.FormatBool(*sp.AccountEnabled) }))
}

// alsoDisabled is a disabled service principal or application while Entra refused something
// else first, so a renewal alone would not help. If Entra refused nothing, it will refuse
// the next token.
func alsoDisabled(v *view) []*verdict {
	if v.family(aadsts.PrincipalDisabled, aadsts.AppDisabled) || v.refusal == nil && v.token == nil {
		return nil
	}
	switch {
	case v.switchedOff().Value && v.refusal == nil:
		return one(v.seenSwitch(likely(causes.ServicePrincipalDisabled).
			because(msg.New("A token was still issued: not every Entra server knows yet that the service principal is disabled. Tokens issued earlier stay valid for about an hour."))))
	case v.switchedOff().Value:
		return one(v.seenSwitch(proven(causes.ServicePrincipalDisabled, v.switchedOff()).alongside()))
	case v.appDisabled() && v.refusal == nil:
		return one(v.seenDisabled(likely(causes.AppDisabled)).
			because(msg.New("A token was still issued: not every Entra server knows yet that the application is disabled. Tokens issued earlier stay valid for about an hour.")))
	case v.appDisabled():
		return one(v.seenDisabled(proven(causes.AppDisabled, v.notEnabled()).alongside()))
	}
	return nil
}

// appDisabled reports whether the owner or Microsoft disabled the application.
func (v *view) appDisabled() bool {
	return v.disabledByOwner() || v.disabledByMicrosoft() != ""
}

// seenDisabled says who disabled the application.
func (v *view) seenDisabled(d *verdict) *verdict {
	if v.disabledByMicrosoft() != "" {
		return d.because(msg.New("Microsoft disabled the application.")).
			seen(msg.New("disabledByMicrosoftStatus"), seen.Text(fact.Of(v), fromDirectory(objects.OnServicePrincipal, "disabledByMicrosoftStatus"), (*view).disabledByMicrosoft))
	}
	return d.because(msg.New("The owner disabled the app registration itself; it can be enabled again there.")).
		seen(msg.New("isDisabled"), seen.Text(fact.Of(v), fromDirectory(v.disabledOn(), "isDisabled"), func(v *view) string { return strconv.FormatBool(v.disabledByOwner()) }))
}

// disabledByOwner reads isDisabled. The service principal mirrors the application's, also
// in other tenants.
func (v *view) disabledByOwner() bool { return v.disabledOn() != "" }

func (v *view) disabledOn() string {
	switch {
	case v.app != nil && v.app.Disabled != nil && *v.app.Disabled:
		return objects.OnApplication
	case v.sp != nil && v.sp.Disabled != nil && *v.sp.Disabled:
		return objects.OnServicePrincipal
	}
	return ""
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

// reactivate says how to enable an application again, if it is known who disabled it.
func (v *view) reactivate() []result.Remedy {
	switch {
	case v.disabledByMicrosoft() != "":
		return []result.Remedy{remedy(msg.New("Find out what the application did before it was disabled, and who can use its credentials, then ask Microsoft's support. Nobody in the tenant can enable it again"))}
	case v.disabledOn() == objects.OnServicePrincipal || v.foreign():
		return []result.Remedy{remedy(msg.New("Ask the publisher of the application to activate it again. It is registered in another tenant"))}
	case v.disabledOn() == objects.OnApplication && objects.IsGUID(v.app.ID):
		url := strings.TrimSuffix(v.Setup.GraphResource, "/") + "/v1.0/applications/" + v.app.ID
		commands := result.Commands(commandline.Document(`{"isDisabled":false}`, "az", "rest", "--method", "PATCH", "--url", url, "--body")...)
		commands = append(commands, result.PowerShell("Update-MgApplication -ApplicationId %s -BodyParameter @{isDisabled=$false}", v.app.ID)...)
		return []result.Remedy{remedy(msg.New("Find out who disabled the app registration and why, then activate it again"), commands...), v.checkAgain()}
	}
	return nil
}
