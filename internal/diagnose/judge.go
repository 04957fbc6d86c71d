package diagnose

import (
	"errors"
	"slices"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

var exitCodes = map[result.Status]int{
	result.OK: fail.CodeOK, result.Warning: fail.CodeWarning,
	result.Critical: fail.CodeCritical, result.Unknown: fail.CodeUnknown,
}

// Judge returns the diagnosis. Its exit code does not take --fail-on into account.
func Judge(f *Facts) *result.Diagnosis {
	v := newView(f)
	verdicts := judgeCauses(v)
	d := &result.Diagnosis{
		Header:       result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: f.Now.UTC()},
		Target:       v.target(),
		Alternatives: []result.Cause{},
		Checks:       runChecks(v),
		Credentials:  v.rows(v.shown.creds, v.configured),
		Reported:     v.report(),
	}
	for i, found := range verdicts {
		c := v.cause(found)
		switch {
		case i == 0:
			about := v
			if found.onNamed {
				about = v.named()
			}
			c.Remedies = about.remedies(found)
			d.RootCause = &c
		case found.certainty == result.Proven:
			v.besides(d.RootCause, c, found)
		case found.id != causes.Unknown:
			d.Alternatives = append(d.Alternatives, c)
		}
	}
	d.Status = v.status(verdicts)
	d.ExitCode = exitCodes[d.Status]
	if v.Setup.Problem != nil {
		d.ExitCode = v.Setup.Problem.Failure().Code
	}
	return d
}

// besides adds another proven cause to the root cause. It is not an alternative, because
// both are true, and it has its own remedy.
func (v *view) besides(root *result.Cause, c result.Cause, found *verdict) {
	for _, e := range c.Evidence[:min(1, len(c.Evidence))] {
		also := e
		also.Claim, also.Value = msg.New("also found"), c.Summary
		root.Evidence = append(root.Evidence, also, e)
	}
	root.Remedies = append(root.Remedies, v.specific(found)...)
}

// status combines the sign-in, the reported failure and the listed credentials. The worse
// status comes first.
func (v *view) status(verdicts []*verdict) result.Status {
	best := &verdict{}
	if len(verdicts) > 0 {
		best = verdicts[0]
	}
	switch {
	case v.Setup.Problem != nil, v.refusal == nil && (v.network != nil || !v.SignIn.Asked()),
		v.works() && best.id == causes.Unknown && !best.product:
		return result.Unknown
	case best.product && best.certainty == result.Possible, v.fromText && best.id == causes.SecretExpiring:
		return result.Warning
	case best.product, v.refusal != nil, errors.Is(v.SignIn.Err(), ErrTenantUnusable), errors.Is(v.SignIn.Err(), ErrCannotSign):
		return result.Critical
	case !v.SignIn.Known(), best.id.Is(causes.Network):
		return result.Unknown
	case best.id != "" && best.id != causes.SecretExpiring:
		return result.Critical
	case v.endUnknown():
		return result.Unknown
	case best.id == causes.SecretExpiring, len(v.expiredUses()) > 0, v.reported != nil && v.aboutOtherApp(v.reported):
		return result.Warning
	}
	return result.OK
}

// endUnknown reports whether the expiry dates were requested and could not be read.
func (v *view) endUnknown() bool {
	if !v.ServicePrincipals.Asked() {
		return false
	}
	v = v.named()
	return !v.listed() || v.sp == nil && v.app == nil || v.unreadable() != "" || v.incomplete() != "" || v.unlistedInUse() || v.perhapsFederated()
}

// unlistedInUse reports whether the configured credential signs in, but is none of the
// listed ones: the list is older than the credential, so it does not show when that expires.
func (v *view) unlistedInUse() bool {
	signsIn := v.works() || v.Reader.Self && v.ServicePrincipals.Known()
	return signsIn && v.recognizable() && v.listed() && !v.spDiffers && !v.foreign() && !v.keyless() && v.match.none()
}

// recognizable reports whether the configured credential would be recognised in the list.
func (v *view) recognizable() bool {
	switch v.Setup.Kind {
	case objects.Certificate:
		return v.Certificate.Known()
	case objects.Federated:
		return v.Token.Known() && !v.federatedUnread()
	}
	return v.hint() != ""
}

// perhapsFederated reports whether no credential is usable, but the federated ones could not
// be read.
func (v *view) perhapsFederated() bool {
	usable, _ := v.count()
	return usable == 0 && v.federatedUnread() && !v.keyless() && !v.singleSignOn()
}

func (v *view) federatedUnread() bool {
	return v.sp != nil && slices.Contains(v.sp.Problems, objects.UnreadFederated) ||
		v.app != nil && slices.Contains(v.app.Problems, objects.UnreadFederated)
}

// incomplete returns the object without all its credentials, or an empty string.
func (v *view) incomplete() string {
	switch {
	case v.sp != nil && objects.Incomplete(v.sp.Problems):
		return "servicePrincipal " + v.sp.ID
	case v.app != nil && objects.Incomplete(v.app.Problems):
		return "application " + v.app.ID
	}
	return ""
}

func (v *view) cause(d *verdict) result.Cause {
	generic, _ := causes.Lookup(d.id)
	c := result.Cause{ID: string(d.id), Certainty: d.certainty, Summary: d.summary, Explanation: d.explanation, Evidence: d.evidence}
	if c.Summary.IsZero() {
		c.Summary = generic.Summary
	}
	if c.Explanation.IsZero() {
		c.Explanation = generic.Remedy
	}
	if c.Evidence == nil {
		c.Evidence = []result.Evidence{}
	}
	if r := v.refusal; r != nil && len(r.Codes) > 0 {
		c.AADSTS = &result.AADSTS{Codes: r.Codes, Decisive: result.OrNil(r.Decisive), TraceID: result.OrNil(r.TraceID),
			CorrelationID: result.OrNil(r.CorrelationID), Timestamp: r.Timestamp}
	}
	return c
}

func (v *view) target() result.Target {
	s := v.Setup
	t := result.Target{Tenant: result.OrNil(s.Tenant.Value), ClientID: result.OrNil(v.appID()), AuthorityHost: result.OrNil(s.AuthorityHost),
		GraphEndpoint: result.OrNil(s.GraphEndpoint), Cloud: result.OrNil(s.Cloud.Value)}
	switch {
	case v.sp != nil:
		t.DisplayName = result.OrNil(v.sp.DisplayName)
	case v.app != nil:
		t.DisplayName = result.OrNil(v.app.DisplayName)
	}
	if s.Kind == "" {
		return t
	}
	c := &result.TargetCredential{Kind: s.Kind, Origin: s.Origin.String()}
	if s.Kind == objects.Password && v.Secret.Known() {
		c.Length, c.Hint = new(v.shape().Length), result.OrNil(v.shape().Hint)
	}
	if s.Kind == objects.Certificate && v.Certificate.Known() {
		c.Hint = result.OrNil(v.Certificate.Value.SHA1)
	}
	t.Credential = c
	return t
}

// configured reports whether a credential is the configured one, or nil if unknown.
func (v *view) configured(c objects.Credential) *bool {
	if !v.Secret.Known() && !v.Certificate.Known() && !v.Token.Known() {
		return nil
	}
	chosen, single := v.match.one()
	yes := single && chosen.KeyID == c.KeyID && chosen.Kind == c.Kind
	same := func(m objects.Credential) bool { return m.KeyID == c.KeyID }
	possible := slices.ContainsFunc(v.match.maybe, same) || slices.ContainsFunc(v.match.sure, same) ||
		len(v.match.sure) == 0 && slices.ContainsFunc(v.hinted(), same)
	switch {
	case yes && v.contradicted(c):
		return nil
	case yes && (v.match.proven() || v.family(aadsts.SecretExpired) || v.token != nil && v.listed()):
		return new(true)
	case c.Kind == v.Setup.Kind && c.Purpose.SignsIn() && possible:
		return nil
	}
	return new(false)
}

// contradicted reports whether Entra's answer shows that the credential is not the
// configured one, although it has the same hint: Entra accepts a valid one, and no longer
// returns 7000215 for an expired one.
func (v *view) contradicted(c objects.Credential) bool {
	return v.family(aadsts.SecretWrong) || v.oldSpelling() && c.Usable(v.now)
}
