package diagnose

import (
	"errors"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

func checkConfiguration(v *view) outcome {
	if p := v.Setup.Problem; p != nil {
		return failed(p.Summary)
	}
	if !v.SignIn.Asked() {
		return skipped(msg.New("no credential is configured; only the reported error is examined"))
	}
	s := v.Setup
	if len(s.Warnings) > 0 {
		return warn(s.Warnings[0])
	}
	return pass(msg.New("tenant from %s, client ID from %s, credential from %s", s.Tenant.Origin.Text(), s.ClientID.Origin.Text(), s.Origin.Text()))
}

func checkShape(v *view) outcome {
	switch v.Setup.Kind {
	case objects.Password:
		return checkSecretShape(v)
	case objects.Certificate:
		return checkCertificateFile(v)
	case objects.Federated:
		return checkTokenFile(v)
	}
	return skipped(msg.New("there is nothing to examine"))
}

func checkSecretShape(v *view) outcome {
	if !v.Secret.Known() {
		return skipped(msg.New("there is no value to examine"))
	}
	shape := v.shape()
	if d, ok := shape.Proven(); ok {
		return failed(msg.New("%s (%s)", d.Text, d.Where))
	}
	switch {
	case len(shape.Damages) > 0:
		return warn(msg.New("%s (%s)", shape.Damages[0].Text, shape.Damages[0].Where))
	case shape.Generation == secrets.GenerationCurrent:
		return pass(msg.New("%d characters with a correct checksum: the value is intact", shape.Length))
	}
	return pass(msg.New("%d characters; values of this kind have no checksum, so a wrong character cannot be detected", shape.Length))
}

func checkCertificateFile(v *view) outcome {
	if !v.Certificate.Known() {
		return skipped(msg.New("there is no certificate to examine"))
	}
	c := v.Certificate.Value
	switch {
	case c.KeyMismatch:
		return failed(msg.New("the private key does not match the certificate"))
	case !c.NotAfter.After(v.now):
		return failed(msg.New("the certificate expired on %s", c.NotAfter))
	case c.NotBefore.After(v.now):
		return failed(msg.New("the certificate is not valid until %s", c.NotBefore))
	}
	var warnings []msg.Text
	if !c.NotAfter.After(v.now.Add(v.Within)) {
		warnings = append(warnings, msg.New("the certificate expires on %s", c.NotAfter))
	}
	if len(c.Refusals) > 0 {
		warnings = append(warnings, msg.New("some clients do not accept this file: %s", msg.Join(c.Refusals, "; ")))
	}
	switch {
	case len(warnings) > 0:
		return warn(msg.Join(warnings, "; "))
	case c.Format.IsZero():
		return pass(msg.New("%s, valid until %s", c.SHA1, c.NotAfter))
	}
	return pass(msg.New("%s, valid until %s; %s", c.SHA1, c.NotAfter, c.Format))
}

func checkTokenFile(v *view) outcome {
	if !v.Token.Known() {
		return skipped(msg.New("there is no token to examine"))
	}
	t := v.Token.Value
	if !t.Expires.IsZero() && !t.Expires.After(v.now) {
		return failed(msg.New("the token expired on %s", t.Expires))
	}
	return pass(msg.New("issuer %s, subject %s, audience %s", t.Issuer, t.Subject, strings.Join(t.Audiences, ", ")))
}

func checkNetwork(v *view) outcome {
	switch n := v.network; {
	case errors.Is(v.SignIn.Err(), ErrTenantUnusable), !v.SignIn.Asked():
		return skipped(msg.New("no request was sent"))
	case n != nil && !n.Later():
		return failed(n.Text())
	case !v.SignIn.Known():
		return unknown(msg.New("no request was sent: %s", msg.Of(v.SignIn.Err())))
	}
	o := pass(msg.New("%s answers with a trusted certificate", v.Setup.AuthorityHost))
	o.took = v.SignIn.Value.Took
	return o
}

func checkService(v *view) outcome {
	if !v.SignIn.Known() {
		return skipped(msg.New("no request was sent"))
	}
	s := v.SignIn.Value
	switch {
	case v.network != nil && v.network.Later():
		return failed(v.network.Text())
	case s.Waits > 0:
		return warn(msg.New("it asked spcheck to wait (HTTP status %d, %s in total), then answered", s.WaitStatus, s.Waited.Round(time.Millisecond)))
	case v.network != nil:
		return skipped(msg.New("it was not reached"))
	}
	return pass(msg.New("it answers without delay"))
}

func checkClock(v *view) outcome {
	skew, source := v.skew()
	if source.IsZero() {
		return skipped(msg.New("no answer contained the time"))
	}
	switch {
	case len(wrongClock(v)) > 0:
		return failed(msg.New("this machine's clock is %s", offBy(skew)))
	case skew.Abs() >= skewLimit:
		return warn(msg.New("this machine's clock is %s; certificates and other signed assertions will be refused", offBy(skew)))
	}
	return pass(msg.New("it agrees with Entra's clock"))
}

func checkTenant(v *view) outcome {
	proven := msg.New("%s exists", v.Setup.Tenant.Value)
	if also := v.tenantNames(); also != "" {
		proven = msg.New("%s exists (%s)", v.Setup.Tenant.Value, also)
	}
	if v.fromText {
		proven = msg.New("it exists: the error occurs after the tenant was found")
	}
	return v.passed(aadsts.StageTenant, proven, msg.New("Entra refuses the tenant %s", v.Setup.Tenant.Value))
}

// tenantNames returns the tenant's ID and the organization's name, so that a person can
// see whether it is the right tenant.
func (v *view) tenantNames() string {
	var names []string
	if id := v.tenantID(); !strings.EqualFold(id, v.Setup.Tenant.Value) {
		names = append(names, id)
	}
	if o := v.Organization; o.Known() && o.Value.DisplayName != "" && strings.EqualFold(o.Value.ID, v.tenantID()) {
		names = append(names, o.Value.DisplayName)
	}
	return strings.Join(names, ", ")
}

func checkApplication(v *view) outcome {
	proven := msg.New("known in the tenant: %s", v.appID())
	if v.appID() == "" {
		proven = msg.New("known in the tenant")
	}
	return v.passed(aadsts.StageApplication, proven, msg.New("not known in the tenant: %s", v.Setup.ClientID.Value))
}

func checkCredential(v *view) outcome {
	refusedText := msg.New("Entra refuses it (%s)", v.refusal.code())
	if v.family(aadsts.SecretExpired) {
		refusedText = msg.New("Entra says that it has expired (%s)", v.refusal.code())
	}
	proven := msg.New("Entra accepts it")
	if at, _ := v.reached(); at != aadsts.StageToken {
		proven = msg.New("Entra probably accepted it, since it refused the request at a later point")
	}
	return v.passed(aadsts.StageCredential, proven, refusedText)
}

func checkPrincipal(v *view) outcome {
	if v.switchedOff().Value {
		return failed(msg.New("it is disabled in the tenant"))
	}
	refused := msg.New("it is disabled (%s)", v.refusal.code())
	if v.family(aadsts.PrincipalMissing) {
		refused = msg.New("it is missing (%s)", v.refusal.code())
	}
	return v.passed(aadsts.StagePrincipal, msg.New("it exists and is enabled"), refused)
}

func checkToken(v *view) outcome {
	switch {
	case v.Setup.Problem != nil, v.refusal == nil && v.token == nil:
		return skipped(msg.New("not checked, since Entra was not reached"))
	case v.refusal != nil && v.refusal.code() == "":
		return unknown(msg.New("the answer does not say"))
	case v.refusal != nil:
		return failed(msg.New("not issued (%s)", v.refusal.code()))
	}
	switch roles := v.token.Roles; {
	case !roles.Known():
		return pass(msg.New("issued; its application permissions are unknown, since only Microsoft Graph can read the token"))
	case len(roles.Value) == 0:
		return warn(msg.New("issued, but without application permissions"))
	default:
		return pass(msg.New("issued, with the application permissions %s", strings.Join(roles.Value, ", ")))
	}
}

// checkReported compares the pasted error with the result of the sign-in.
func checkReported(v *view) outcome {
	last := v.reported
	switch {
	case !v.Text.Asked():
		return skipped(msg.New("not given (see --error-text)"))
	case last == nil:
		return unknown(msg.New("the text contains no error code"))
	case v.fromText && last.Decisive != "":
		return failed(msg.New("AADSTS%s", last.Decisive))
	case v.fromText:
		return failed(last.Causes[0].Summary)
	case v.aboutOtherApp(last):
		return warn(msg.New("the text is about the application %s, not the configured one: the product may use a different client ID", last.AppID))
	case v.works() && v.beforeRepair():
		return pass(msg.New("the text dates from %s, before the credential that now works was added", *last.Timestamp))
	case v.works():
		return warn(msg.New("it does not happen with the configured credential: the product uses a different one, or does something else"))
	case last.Decisive == "":
		return unknown(msg.New("the error in the text has no code to compare"))
	case v.refusal == nil:
		return skipped(msg.New("not checked, since Entra was not reached"))
	case v.refusal.Decisive == "":
		return unknown(msg.New("the answer does not say"))
	case last.Decisive == v.refusal.Decisive:
		return pass(msg.New("Entra gives the same answer now: AADSTS%s", last.Decisive))
	}
	return warn(msg.New("the text says AADSTS%s, but Entra now answers AADSTS%s", last.Decisive, v.refusal.Decisive))
}

func checkRenewal(v *view) outcome {
	switch {
	case !v.Renewal.Asked():
		return skipped(msg.New("not checked"))
	case !v.Renewal.Known():
		return unknown(msg.New("the records of earlier renewals could not be read: %s", msg.Of(v.Renewal.Err())))
	case v.Renewal.Value.State.IsZero():
		return pass(msg.New("none on this machine"))
	}
	return warn(v.Renewal.Value.State)
}
