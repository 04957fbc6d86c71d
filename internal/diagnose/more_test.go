package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

const handSet = "zzz-hand-set-value"

// Situations of the contract from row 43 on, independent of the sandbox.
func TestWhatExistsDecides(t *testing.T) {
	sameHint := func(code, value string) *diagnose.Facts {
		return world(code, value, password(keyA, "zzz", -400*day, -day), password(keyB, "zzz", -10*day, 300*day))
	}
	for name, tc := range map[string]struct {
		facts     *diagnose.Facts
		cause     causes.ID
		certainty result.Certainty
		second    causes.ID
		never     string // in no remedy
	}{
		"43: a service principal of minutes ago": {principalOf(world("700016", intact), 2*time.Minute), causes.SecretNotPropagated, result.Likely, "", "create"},
		"43: of last year":                       {principalOf(world("700016", intact), 300*day), causes.SecretNotPropagated, result.Possible, "", "create"},
		"43: missing, and made minutes ago":      {principalOf(world("7000229", intact), 2*time.Minute), causes.SecretNotPropagated, result.Likely, "", "create"},
		"43: a certificate of minutes ago":       {uploaded(-2 * time.Minute), causes.SecretNotPropagated, result.Likely, "", "--cert"},
		"43: a certificate of last month":        {uploaded(-30 * day), causes.SecretNotPropagated, result.Possible, "", "--cert"},
		"45: only a certificate":                 {world("7000215", handSet, entry(-day, day)), causes.SecretRemoved, result.Likely, "", ""},
		"45: only a certificate, old answer":     {world("50012", handSet, entry(-day, day)), causes.SecretRemoved, result.Likely, "", ""},
		"46: the same hint":                      {sameHint("7000215", handSet), causes.SecretSuperseded, result.Likely, causes.SecretDamaged, ""},
		"46: the same hint, and Entra says so":   {sameHint("7000222", handSet), causes.SecretSuperseded, result.Likely, "", ""},
		"46: intact by its checksum":             {sameHint("7000215", intact), causes.SecretSuperseded, result.Likely, "", ""},
		"a hint that many applications share":    {sharedBy(41), causes.SecretRemoved, result.Likely, causes.SecretOfOtherApp, ""},
		"a hint that one application has":        {sharedBy(1), causes.SecretOfOtherApp, result.Likely, causes.SecretRemoved, ""},
		"47: a managed identity":                 {ofType(world("7000215", intact), "ManagedIdentity"), causes.PrincipalKindMismatch, result.Likely, "", "secret"},
		"47: an agent identity":                  {ofType(world("7000215", intact), "ServiceIdentity"), causes.PrincipalKindMismatch, result.Likely, "", "renew-secret"},
		"47: a vendor's application":             {vendors(world("7000215", intact)), causes.PrincipalKindMismatch, result.Likely, "", "renew-secret"},
		"51: deleted last week":                  {deleted(), causes.AppDeleted, result.Proven, "", "create"},
		"52: a revoked token":                    {graphSays(401, "InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenCreatedWithOutdatedPolicies"), "token-no-longer-valid", result.Likely, "", "grant"},
		"52: an expired token":                   {graphSays(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."), "token-no-longer-valid", result.Likely, "", "grant"},
		"52: another audience":                   {graphSays(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience."), "token-for-wrong-resource", result.Likely, "", "grant"},
		"52: the licence":                        {graphSays(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license"), "resource-disabled", result.Likely, "", "grant"},
		"52: an identity that is listed":         {graphSays(401, "Authorization_IdentityNotFound", "The identity of the calling application could not be established."), causes.ServicePrincipalDisabled, result.Possible, "", "create"},
		"52: the role is in the token":           {graphSays(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."), causes.PermissionMissing, result.Possible, "", "permission add"},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			if d.RootCause == nil {
				t.Fatal("healthy")
			}
			if d.RootCause.ID != string(tc.cause) || d.RootCause.Certainty != tc.certainty {
				t.Errorf("%s (%s), want %s (%s)", d.RootCause.ID, d.RootCause.Certainty, tc.cause, tc.certainty)
			}
			if tc.second != "" && (len(d.Alternatives) == 0 || d.Alternatives[0].ID != string(tc.second) || d.Alternatives[0].Certainty != result.Possible) {
				t.Errorf("alternatives %+v, want %s", d.Alternatives, tc.second)
			}
			for _, r := range d.RootCause.Remedies {
				for _, c := range r.Commands {
					if tc.never != "" && strings.Contains(c.Command, tc.never) {
						t.Errorf("a remedy that harms: %s", c.Command)
					}
				}
			}
		})
	}
}

func principalOf(f *diagnose.Facts, age time.Duration) *diagnose.Facts {
	f.ServicePrincipals.Value[0].Created = new(now.Add(-age))
	return f
}

func uploaded(start time.Duration) *diagnose.Facts {
	f := certificate(unknownKey, -day, day)
	f.Application.Value.Credentials = []objects.Credential{entry(start, 300*day)}
	return f
}

// sharedBy returns a value with the hint of n other applications' secrets.
func sharedBy(n int) *diagnose.Facts {
	f := world("7000215", intact, password(keyA, "abc", -day, day))
	var e diagnose.Elsewhere
	for i := range n {
		e.Found = append(e.Found, diagnose.Other{AppID: fmt.Sprintf("0e5c8b72-93d4-4f1a-8a60-%012d", i), DisplayName: "x", KeyID: keyB})
	}
	f.Elsewhere = fact.Of(e)
	return f
}

func ofType(f *diagnose.Facts, kind string) *diagnose.Facts {
	f.ServicePrincipals.Value[0].Type = kind
	f.Application = fact.Of[*objects.Application](nil)
	return f
}

func vendors(f *diagnose.Facts) *diagnose.Facts {
	f.ServicePrincipals.Value[0].OwnerTenant = otherID
	f.Application = fact.Of[*objects.Application](nil)
	return f
}

func graphSays(status int, code, message string) *diagnose.Facts {
	f := world("", intact, password(keyA, "zzz", -10*day, 300*day))
	f.Users = fact.Of(diagnose.Access{Status: status, Code: code, Message: message})
	return f
}

// A client secret is no federated credential, whatever code is reported.
func TestASecretIsNoFederatedCredential(t *testing.T) {
	if c := diagnose.Judge(world("7002138", intact, password(keyA, "zzz", -10*day, 300*day))).RootCause; c.ID != string(causes.FederationMismatch) {
		t.Errorf("%s: %s", c.ID, c.Summary)
	}
}

// Whoever disabled the application, a new secret alone would not help.
func TestADisabledApplicationIsFoundBesideAnExpiredSecret(t *testing.T) {
	f := world("7000222", intact, password(keyA, "zzz", -400*day, -day))
	f.ServicePrincipals.Value[0].Disabled = new(true) // of another tenant's application
	d := diagnose.Judge(f)
	var claims []string
	for _, e := range d.RootCause.Evidence {
		claims = append(claims, e.Claim.String())
	}
	if d.RootCause.ID != string(causes.SecretExpired) || !slices.Contains(claims, "isDisabled") {
		t.Errorf("%s, evidence %v", d.RootCause.ID, claims)
	}
}

// A restored application needs its service principal, which is not restored with it; a new
// one would lack the permissions of the deleted one.
func TestTheServicePrincipalIsRestoredToo(t *testing.T) {
	const principal = "5b1e9d40-7c62-4f3a-9d08-2a6c4e8f1b35"
	gone := fact.Of(&objects.Deleted{ID: principal, AppID: appID, DisplayName: "Archive", At: new(now.Add(-7 * day))})
	both := deleted()
	both.DeletedPrincipal = gone
	alone := world("7000229", intact, password(keyA, "zzz", -10*day, 300*day))
	alone.ServicePrincipals, alone.DeletedPrincipal = fact.Of([]objects.ServicePrincipal{}), gone
	for cause, f := range map[causes.ID]*diagnose.Facts{causes.AppDeleted: both, causes.ServicePrincipalMissing: alone} {
		d := diagnose.Judge(f)
		var commands []string
		for _, r := range d.RootCause.Remedies {
			for _, c := range r.Commands {
				commands = append(commands, c.Command)
			}
		}
		all := strings.Join(commands, "\n")
		if d.RootCause.ID != string(cause) || !strings.Contains(all, "deletedItems/"+principal+"/restore") || strings.Contains(all, "sp create") {
			t.Errorf("%s:\n%s", d.RootCause.ID, all)
		}
	}
}

func deleted() *diagnose.Facts {
	f := noReader(world("700016", intact))
	f.Deleted = fact.Of(&objects.Deleted{ID: "9f3b7c25-6a0d-4e81-8c4f-b1d2e5a70936", AppID: appID, DisplayName: "Archive", At: new(now.Add(-7 * day))})
	return f
}

// The blocking policy and its conditions come from the answer, Graph or the log.
func TestThePolicyIsNamed(t *testing.T) {
	const policy = "6d0f1c2e-3b4a-4958-8776-5a4b3c2d1e0f"
	blocked := func() *diagnose.Facts {
		f := noReader(world("53003", intact))
		f.SignIn.Value.Refusal.Policies = []string{policy}
		return f
	}
	read := blocked()
	read.Access = fact.Of([]objects.AccessPolicy{{ID: policy, Name: "Only from the office", From: []string{"All"}, Except: []string{"4c1d"}}})
	logged := blocked()
	logged.SignInLog = fact.Of([]objects.SignInEntry{{Time: now.Add(-time.Minute), ErrorCode: "53003", IPAddress: "203.0.113.24",
		Blocking: []objects.AppliedPolicy{{ID: policy, Name: "Only from the office", Conditions: "location"}}}})
	for name, tc := range map[string]struct {
		facts *diagnose.Facts
		says  []string
	}{
		"the answer alone": {blocked(), []string{policy}},
		"Graph":            {read, []string{policy, "Only from the office", "all networks except the named locations 4c1d"}},
		"the log":          {logged, []string{policy, "Only from the office", "location", "203.0.113.24"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			if d.RootCause == nil || d.RootCause.ID != string(causes.ConditionalAccess) || d.RootCause.Certainty != result.Proven {
				t.Fatalf("root cause %+v", d.RootCause)
			}
			all := d.RootCause.Summary.String()
			for _, e := range d.RootCause.Evidence {
				all += "\n" + e.Value.String()
			}
			for _, s := range tc.says {
				if !strings.Contains(all, s) {
					t.Errorf("%q is not in:\n%s", s, all)
				}
			}
		})
	}
}

// A service principal that needs no secret is not critical. One that is disabled or has
// no credential left is.
func TestListKnowsKinds(t *testing.T) {
	disabled := world("", intact, password(keyA, "zzz", -day, 300*day))
	disabled.ServicePrincipals.Value[0].AccountEnabled = new(false)
	byOwner := world("", intact, password(keyA, "zzz", -day, 300*day))
	byOwner.Application.Value.Disabled = new(true)
	single := world("", intact, saml(password(keyA, "", -day, 300*day)))
	single.ServicePrincipals.Value[0].SSOMode = "saml"
	encrypts := entry(-day, 300*day)
	encrypts.Usage, encrypts.Purpose = "Encrypt", result.TokenEncryption
	lapsed := entry(-900*day, -2*day)
	lapsed.Usage, lapsed.Purpose = "Sign", result.SAMLSigning
	ssoLapsed := world("", intact, lapsed, encrypts)
	for name, tc := range map[string]struct {
		facts  *diagnose.Facts
		status result.Status
		note   string
	}{
		"a managed identity":             {ofType(world("", intact), "ManagedIdentity"), result.OK, "Azure manages its credential"},
		"an agent identity":              {ofType(world("", intact), "ServiceIdentity"), result.OK, "belongs to its blueprint"},
		"a vendor's application":         {vendors(world("", intact)), result.OK, "registered in another tenant"},
		"single sign-on only":            {single, result.OK, "single sign-on"},
		"single sign-on that ended":      {ssoLapsed, result.Warning, "users cannot sign in to the application"},
		"nothing but encryption":         {world("", intact, encrypts), result.Critical, "only encrypts"},
		"disabled in the tenant":         {disabled, result.Critical, "is disabled"},
		"disabled by its owner":          {byOwner, result.Critical, "is disabled"},
		"an application without secrets": {world("", intact), result.Critical, "cannot sign in as an application"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.facts.SignIn = fact.Fact[diagnose.SignIn]{} // list-secrets does not test the credential
			l := diagnose.List(tc.facts)
			var notes []string
			for _, n := range l.Notes {
				notes = append(notes, n.String())
			}
			if all := strings.Join(notes, "\n"); l.Status != tc.status || !strings.Contains(all, tc.note) {
				t.Errorf("%s, want %s; notes:\n%s", l.Status, tc.status, all)
			}
		})
	}
}

// Objects of another tenant prove no cause, and do not make a sign-in healthy.
func TestAnotherTenantExplainsNothing(t *testing.T) {
	f := world("7000222", intact, password(keyA, "zzz", -400*day, -day), password(keyB, "abc", -10*day, 100*day))
	f.SignIn.Value.TenantID, f.Organization = tenantID, fact.Of(objects.Organization{ID: otherID})
	if d := diagnose.Judge(f); d.RootCause == nil || d.RootCause.ID != string(causes.SecretExpired) {
		t.Errorf("root cause %+v, want what the answer alone says", d.RootCause)
	}
	f.SignIn = fact.Of(diagnose.SignIn{TenantID: tenantID, Token: issuedToken()})
	if d := diagnose.Judge(f); d.Status != result.Unknown {
		t.Errorf("status %s, want unknown", d.Status)
	}
}
