package diagnose_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

var now = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

const (
	appID    = "7c0f6e1a-2d43-4b58-9a6e-1f3d5c7b9e20"
	tenantID = "2b9d4f60-8e17-4c3a-b5d2-6a0c8e4f1b73"
	// intact has the current format and a correct checksum. Its hint is zzz. Microsoft
	// published it as a test string.
	intact = "zzz8Q~zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzblP"
)

// world returns a refused client secret and the objects that a reader has read.
func world(code, value string, creds ...objects.Credential) *diagnose.Facts {
	f := &diagnose.Facts{Now: now, Within: 30 * 24 * time.Hour}
	f.Setup = diagnose.Setup{Tenant: diagnose.Setting{Value: tenantID, Origin: origin.Origin{Place: origin.Flag, Name: "--tenant"}},
		ClientID: diagnose.Setting{Value: appID, Origin: origin.Origin{Place: origin.Flag, Name: "--client-id"}}, Kind: objects.Password, Origin: origin.Origin{Place: origin.Environment, Name: "AZURE_CLIENT_SECRET"}}
	f.Secret = fact.Of(secrets.Inspect(secrets.NewValue(value), appID, tenantID))
	f.SignIn = fact.Of(signIn(code))
	sp := objects.ServicePrincipal{ID: "5d1e8a37-4c92-4f06-a7b8-3e9c0d6f2a14", AppID: appID, DisplayName: "Archive", OwnerTenant: tenantID}
	app := &objects.Application{ID: "9f3b7c25-6a0d-4e81-8c4f-b1d2e5a70936", AppID: appID, DisplayName: "Archive"}
	for _, c := range creds {
		if c.StoredOn == objects.OnServicePrincipal {
			sp.Credentials = append(sp.Credentials, c)
		} else {
			app.Credentials = append(app.Credentials, c)
		}
	}
	f.ServicePrincipals, f.Application = fact.Of([]objects.ServicePrincipal{sp}), fact.Of(app)
	f.Reader = diagnose.Reader{Mode: "environment", Name: "environment"}
	return f
}

// signIn returns a refusal with the code, or a token if the code is empty.
func signIn(code string) diagnose.SignIn {
	if code == "" {
		return diagnose.SignIn{Token: &diagnose.Token{TenantID: tenantID, AppID: appID, Roles: fact.Of([]string{"User.Read.All"})}}
	}
	found, err := aadsts.FindString("AADSTS" + code + ": (text)")
	if err != nil || len(found) == 0 {
		panic("the code is not found: " + code)
	}
	return diagnose.SignIn{Refusal: &diagnose.Refusal{Match: found[0], Status: 401, Stage: "token", OAuth: "invalid_client"}}
}

func noReader(f *diagnose.Facts) *diagnose.Facts {
	f.ServicePrincipals = fact.Fact[[]objects.ServicePrincipal]{}
	f.Application = fact.Fact[*objects.Application]{}
	return f
}

func password(id, hint string, start, end time.Duration) objects.Credential {
	s, e := now.Add(start), now.Add(end)
	return objects.Credential{KeyID: id, Kind: objects.Password, StoredOn: objects.OnApplication, Hint: hint, Start: &s, End: &e}
}

func onPrincipal(c objects.Credential) objects.Credential {
	c.StoredOn = objects.OnServicePrincipal
	return c
}

const day = 24 * time.Hour

// These combinations are not in the sandbox: contradictions lower the certainty, and
// supporting facts raise it.
func TestVerdicts(t *testing.T) {
	const id = "1a2b3c4d-0000-4000-8000-000000000001"
	other := "1a2b3c4d-0000-4000-8000-000000000002"
	for name, tc := range map[string]struct {
		facts     *diagnose.Facts
		cause     causes.ID
		certainty result.Certainty
		code      int
	}{
		"ended by its hint": {world("7000222", intact, password(id, "zzz", -400*day, -day)), causes.SecretExpired, result.Proven, 2},
		"Graph shows none that ended": {world("7000222", intact, password(id, "zzz", -100*day, 100*day)),
			causes.SecretExpired, result.Likely, 2},
		"starts like a valid one, and the expired one starts differently": {world("7000222", intact, password(id, "zzz", -5*day, 100*day), password(other, "abc", -400*day, -day)),
			causes.SecretNotPropagated, result.Possible, 2},
		"the listed one starts differently": {world("7000222", intact, password(id, "abc", -400*day, -day)),
			causes.SecretExpired, result.Possible, 2},
		"fresh, and Entra knows only the older, ended one": {world("7000222", intact, password(id, "zzz", -2*time.Minute, 100*day), password(other, "abc", -400*day, -day)),
			causes.SecretNotPropagated, result.Likely, 2},
		"the valid one is older than the ended one": {world("7000222", intact, password(id, "zzz", -100*day, -day), password(other, "abc", -400*day, 100*day)),
			causes.SecretExpired, result.Proven, 2},
		"the newer one is on the other object": {world("7000222", intact, onPrincipal(password(id, "zzz", -400*day, -day)), password(other, "abc", -10*day, 100*day)),
			causes.SecretSuperseded, result.Proven, 2},
		"starts like a valid secret, but its checksum is wrong": {world("7000215", strings.Replace(intact, "zzzz", "zzyz", 1), password(id, "zzz", -100*day, 100*day)),
			causes.SecretDamaged, result.Proven, 2},
		"starts like a valid secret, without a checksum": {world("7000215", "zzz-hand-set-value", password(id, "zzz", -100*day, 100*day)),
			causes.SecretDamaged, result.Likely, 2},
		"intact, and listed as valid": {world("7000215", intact, password(id, "zzz", -100*day, 100*day)),
			causes.SecretWrong, result.Possible, 2},
		"wrong answer for a listed secret that ended": {world("7000215", intact, password(id, "zzz", -400*day, -day)),
			causes.SecretExpired, result.Possible, 2},
		"old answer, nobody reads":         {noReader(world("50012", "hand-set-value-of-long")), causes.SecretWrong, result.Possible, 2},
		"a GUID that is a true, ended key": {world("7000222", id), causes.SecretExpired, result.Likely, 2},
		"a GUID that is refused":           {world("7000215", "8d3f5b71-2c4e-4a69-b0d8-7e1f9c3a5d26", password(id, "abc", -day, day)), causes.SecretIsKeyID, result.Likely, 2},
		"not begun, and without a hint": {world("7000222", "hand-set-value-of-long", onPrincipal(password(id, "", day, 100*day))),
			causes.SecretNotYetValid, result.Likely, 2},
		"the API is unknown": {noReader(world("500011", intact)), causes.ResourceNotFound, result.Proven, 2},
		"healthy":            {world("", intact, password(id, "zzz", -100*day, 100*day)), "", "", 0},
		"healthy, one ends at the edge of the window": {world("", intact, password(id, "zzz", -100*day, 30*day)),
			causes.SecretExpiring, result.Proven, 1},
		"healthy, another one ends in the window": {world("", intact, password(id, "zzz", -100*day, 300*day), password(other, "abc", -100*day, 3*day)),
			causes.SecretExpiring, result.Proven, 1},
		"healthy, a SAML key ends in the window": {world("", intact, password(id, "zzz", -100*day, 300*day), saml(password(other, "", -100*day, 3*day))), "", "", 0},
		"healthy, dates unreadable":              {world("", intact, objects.Credential{KeyID: id, Kind: objects.Password, Problem: "endDateTime"}), "", "", 3},
		"healthy, the application could not be read": {unreadApplication(world("", intact, onPrincipal(password(id, "zzz", -100*day, 300*day)))),
			"", "", 3},
		"OAuth's own answer without a code, nobody reads": {noReader(uncoded(world("7000215", "hand-set-value-of-long"))), causes.SecretWrong, result.Possible, 2},
		"flapping between servers":                        {flapping(world("", intact, password(id, "zzz", -2*time.Minute, 300*day))), causes.SecretNotPropagated, result.Likely, 2},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			var cause causes.ID
			var certainty result.Certainty
			if d.RootCause != nil {
				cause, certainty = causes.ID(d.RootCause.ID), d.RootCause.Certainty
			}
			if cause != tc.cause || certainty != tc.certainty || d.ExitCode != tc.code {
				t.Errorf("%q (%s), exit code %d, want %q (%s), %d", cause, certainty, d.ExitCode, tc.cause, tc.certainty, tc.code)
			}
			if d.RootCause != nil && len(d.RootCause.Evidence) == 0 {
				t.Error("the root cause has no evidence")
			}
		})
	}
}

func saml(c objects.Credential) objects.Credential {
	c.Purpose = result.SAMLSigning
	return c
}

func unreadApplication(f *diagnose.Facts) *diagnose.Facts {
	f.Application = fact.Missing[*objects.Application](errors.New("refused"))
	return f
}

// uncoded is a refusal with nothing but the OAuth error of RFC 6749.
func uncoded(f *diagnose.Facts) *diagnose.Facts {
	f.SignIn = fact.Of(diagnose.SignIn{Refusal: &diagnose.Refusal{Status: 401, Stage: "token", OAuth: "invalid_client"}})
	return f
}

func flapping(f *diagnose.Facts) *diagnose.Facts {
	f.Repeats = []diagnose.SignIn{signIn(""), signIn("7000215")}
	return f
}

// If a server is down, wrong or refuses, the status must not be healthy.
func TestUnknownIsNeverHealthy(t *testing.T) {
	f := world("", intact)
	f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](errors.New("refused"))
	if d := diagnose.Judge(f); d.Status != result.Unknown || d.ExitCode != 3 {
		t.Errorf("status %s, exit code %d, want unknown and 3", d.Status, d.ExitCode)
	}
	if l := diagnose.List(f); l.Status != result.Unknown || l.ExitCode != 3 {
		t.Errorf("list: status %s, exit code %d, want unknown and 3", l.Status, l.ExitCode)
	}
	// If the same objects were read and are empty, nothing can sign in.
	if l := diagnose.List(world("7000215", intact)); l.Status != result.Critical {
		t.Errorf("list of no credential: status %s, want critical", l.Status)
	}
}

// An application that could not be read is not absent.
func TestUnreadApplicationIsNotAbsent(t *testing.T) {
	f := unreadApplication(world("", intact))
	l := diagnose.List(f)
	d, err := l.Document(result.View{})
	if err != nil {
		t.Fatal(err)
	}
	text := d.Headline.String()
	for _, part := range d.Parts {
		for _, fact := range part.Facts {
			text += " " + fact.Value.String()
		}
	}
	if strings.Contains(text, "none in this tenant") || strings.Contains(text, "no credentials") || !strings.Contains(msg.Join(l.Notes, " ").String(), "The application could not be read: refused") {
		t.Errorf("%s; notes %v", text, l.Notes)
	}
	for _, c := range diagnose.Judge(f).Checks {
		if c.ID == "lock" && c.Status != result.CheckUnknown {
			t.Errorf("lock: %s, %s", c.Status, c.Summary)
		}
	}
}

// A list without the secret that signs in is too old to say when it expires.
func TestAWorkingSecretThatIsNotListedHasNoExpiryDate(t *testing.T) {
	f := world("", intact, password(keyA, "abc", -400*day, -day))
	if d := diagnose.Judge(f); d.Status != result.Unknown || d.ExitCode != 3 {
		t.Errorf("status %s, exit code %d", d.Status, d.ExitCode)
	}
	f.SignIn, f.Reader.Self = fact.Fact[diagnose.SignIn]{}, true // as list-secrets with --reader self
	if l := diagnose.List(f); l.Status != result.Unknown || !strings.Contains(msg.Join(l.Notes, " ").String(), "does not list it yet") {
		t.Errorf("list: status %s, notes %v", l.Status, l.Notes)
	}
}

// A tenant that was never filled in is in no other cloud.
func TestTheZeroTenantIsInNoOtherCloud(t *testing.T) {
	f := noReader(world("900021", intact))
	f.Setup.Tenant.Value = "00000000-0000-0000-0000-000000000000"
	if d := diagnose.Judge(f); d.RootCause.ID != string(causes.TenantNotGiven) || len(d.Alternatives) > 0 {
		t.Errorf("%s, alternatives %+v", d.RootCause.ID, d.Alternatives)
	}
}

// JSON that is not what Graph sends may come from Graph itself.
func TestOddJSONFromGraphProvesNoProxy(t *testing.T) {
	f := world("", intact, password(keyA, "zzz", -10*day, 300*day))
	f.Users = fact.Missing[diagnose.Access](&diagnose.Failure{Network: &netfail.Error{Kind: netfail.WrongAnswer, Reason: netfail.MissingField}})
	if c := diagnose.Judge(f).RootCause; c.ID != string(causes.AnswerNotFromEntra) || c.Certainty != result.Likely {
		t.Errorf("%s (%s)", c.ID, c.Certainty)
	}
}

// Certificates and federated credentials are compared with the list like secrets.
func TestAListWithoutTheCredentialThatSignsInIsTooOld(t *testing.T) {
	certificate := func(print string, end time.Duration) objects.Credential {
		c := password(keyA, "", -400*day, end)
		c.Kind, c.Thumbprint, c.Usage = objects.Certificate, print, "Verify"
		return c
	}
	withCertificate := func(f *diagnose.Facts) *diagnose.Facts {
		f.Setup.Kind, f.Secret = objects.Certificate, fact.Fact[secrets.Shape]{}
		f.Certificate = fact.Of(secrets.Certificate{SHA1: strings.Repeat("AB", 20), NotAfter: now.Add(90 * day)})
		return f
	}
	withToken := func(f *diagnose.Facts) *diagnose.Facts {
		f.Setup.Kind, f.Secret = objects.Federated, fact.Fact[secrets.Shape]{}
		f.Token = fact.Of(secrets.FederatedToken{Issuer: "https://token.example", Subject: "repo", Audiences: []string{"a"}})
		return f
	}
	flexible := objects.Credential{KeyID: keyA, Kind: objects.Federated, StoredOn: objects.OnApplication, Issuer: "https://token.example", Audiences: []string{"a"}}
	for name, tc := range map[string]struct {
		facts      *diagnose.Facts
		status     result.Status
		configured string
	}{
		"another certificate":                  {withCertificate(world("", intact, certificate(strings.Repeat("CD", 20), -day))), result.Unknown, "no"},
		"no certificate":                       {withCertificate(world("", intact)), result.Unknown, ""},
		"the certificate":                      {withCertificate(world("", intact, certificate(strings.Repeat("ab", 20), 90*day))), result.OK, "yes"},
		"a certificate without a thumbprint":   {withCertificate(world("", intact, certificate("", 90*day))), result.OK, "yes"},
		"no federated credential":              {withToken(world("", intact)), result.Unknown, ""},
		"a flexible federated credential":      {withToken(world("", intact, flexible)), result.OK, "yes"},
		"an expired secret that looks like it": {world("", intact, password(keyA, "zzz", -400*day, -day)), result.Unknown, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose.Judge(tc.facts)
			configured := ""
			for _, c := range d.Credentials {
				configured = "unknown"
				if c.Configured != nil {
					configured = map[bool]string{true: "yes", false: "no"}[*c.Configured]
				}
			}
			if l := diagnose.List(tc.facts); d.Status != tc.status || l.Status != tc.status || configured != tc.configured {
				t.Errorf("status %s, of the list %s; configured: %q", d.Status, l.Status, configured)
			}
			for _, n := range diagnose.List(tc.facts).Notes {
				if strings.Contains(n.String(), "cannot sign in") || configured == "unknown" && strings.Contains(n.String(), "does not list it") {
					t.Error(n)
				}
			}
		})
	}
}

// A valid entry helps nobody if the sign-in is not possible for another reason.
func TestListOfAnApplicationThatCannotSignIn(t *testing.T) {
	valid := password(keyA, "zzz", -day, 90*day)
	homeless := func(audience string) *diagnose.Facts {
		f := world("7000229", intact, valid)
		f.ServicePrincipals = fact.Of([]objects.ServicePrincipal{})
		f.Application.Value.SignInAudience = audience
		return f
	}
	expired := world("700027", intact)
	entry := valid
	entry.Kind, entry.Hint, entry.Usage, entry.Thumbprint = objects.Certificate, "", "Verify", strings.Repeat("AB", 20)
	expired.Application.Value.Credentials = []objects.Credential{entry}
	expired.Setup.Kind, expired.Secret = objects.Certificate, fact.Fact[secrets.Shape]{}
	expired.Certificate = fact.Of(secrets.Certificate{SHA1: entry.Thumbprint, NotAfter: now.Add(-day)})
	for name, tc := range map[string]struct {
		facts  *diagnose.Facts
		status result.Status
		note   string
	}{
		"no service principal":                            {homeless("AzureADMyOrg"), result.Critical, "az ad sp create --id " + appID},
		"no service principal, but used by other tenants": {homeless("AzureADMultipleOrgs"), result.OK, "az ad sp create --id " + appID},
		"the certificate expired before its entry":        {expired, result.Critical, "The configured certificate expired on"},
	} {
		tc.facts.SignIn = fact.Fact[diagnose.SignIn]{}
		l := diagnose.List(tc.facts)
		if l.Status != tc.status || !strings.Contains(msg.Join(l.Notes, " ").String(), tc.note) {
			t.Errorf("%s: %s, %v", name, l.Status, l.Notes)
		}
	}
}

// A list that is not whole says what is missing.
func TestListNamesWhatWasLeftOut(t *testing.T) {
	f := world("", intact, password(keyA, "zzz", -day, 90*day))
	f.ServicePrincipals.Value[0].Problems = []string{objects.NoPasswords}
	l := diagnose.List(f)
	if notes := msg.Join(l.Notes, " ").String(); l.Status != result.Unknown || !strings.Contains(notes, "servicePrincipal "+f.ServicePrincipals.Value[0].ID+" without all") {
		t.Errorf("%s: %s", l.Status, notes)
	}
}

// Notes of optional facts are short.
func TestListSaysWhyTheLastUseIsUnknown(t *testing.T) {
	for want, f := range map[string]*diagnose.Failure{
		"(needs Entra ID P1)":            {Status: 403, Unlicensed: true},
		"(this cloud does not offer it)": {Status: 400, Code: "BadRequest", Message: "Resource not found for the segment 'appCredentialSignInActivities'."},
	} {
		w := world("", intact, password(keyA, "zzz", -day, 90*day))
		w.Activity = fact.Missing[[]objects.Activity](f)
		if notes := diagnose.List(w).Notes; len(notes) != 1 || !strings.Contains(notes[0].String(), want) {
			t.Errorf("%v, want %s", notes, want)
		}
	}
}

// A list of federated credentials that could not be read is not an empty one.
func TestUnreadFederatedCredentialsAreUnknown(t *testing.T) {
	f := world("7000215", intact, password(keyA, "abc", -400*day, -day))
	if l := diagnose.List(f); l.Status != result.Critical {
		t.Errorf("all read: %s", l.Status)
	}
	f.Application.Value.Problems = []string{objects.UnreadFederated}
	if l := diagnose.List(f); l.Status != result.Unknown || l.ExitCode != 3 {
		t.Errorf("list: status %s, exit code %d", l.Status, l.ExitCode)
	}
	// The one in use has expired, whatever else there is.
	inUse := world("7000215", intact, password(keyA, "zzz", -400*day, -day))
	inUse.Application.Value.Problems = f.Application.Value.Problems
	if l := diagnose.List(inUse); l.Status != result.Critical {
		t.Errorf("list with the one in use: status %s", l.Status)
	}
	for _, c := range diagnose.Judge(f).Checks {
		if c.ID == "end-dates" && c.Status != result.CheckUnknown {
			t.Errorf("%s: %s", c.Status, c.Summary)
		}
	}
}

// If the token cannot be read, nobody knows its permissions.
func TestUnreadableTokenHidesItsPermissions(t *testing.T) {
	f := world("", intact, password(keyA, "zzz", -100*day, 300*day))
	f.SignIn.Value.Token.Roles = fact.Missing[[]string](errors.New("opaque"))
	f.Users = fact.Of(diagnose.Access{Code: "Authorization_RequestDenied", Status: 403})
	d := diagnose.Judge(f)
	if d.RootCause == nil || d.RootCause.ID != string(causes.PermissionMissing) || d.RootCause.Certainty != result.Likely || len(d.RootCause.Evidence) != 1 {
		t.Errorf("%+v", d.RootCause)
	}
	for _, c := range d.Checks {
		if c.ID == "token" && strings.Contains(c.Summary.String(), "without") {
			t.Errorf("token: %s", c.Summary)
		}
	}
}

// If the dates of a server's certificate are wrong, the clock of this machine may be
// wrong instead.
func TestCertificateDatesMayBeTheClock(t *testing.T) {
	f := noReader(world("7000215", intact))
	f.SignIn = fact.Of(diagnose.SignIn{Network: &netfail.Error{Kind: netfail.TLS, Host: "login.microsoftonline.com", Certificate: &netfail.Certificate{Problem: netfail.OutsideDates}}})
	d := diagnose.Judge(f)
	if d.RootCause == nil || d.RootCause.ID != string(causes.TLSUntrusted) || d.ExitCode != 3 {
		t.Fatalf("root cause %+v, exit code %d", d.RootCause, d.ExitCode)
	}
	if len(d.Alternatives) != 1 || d.Alternatives[0].ID != string(causes.ClockSkew) {
		t.Errorf("alternatives %+v, want %s", d.Alternatives, causes.ClockSkew)
	}
}

// The organization's name shows whether it is the right tenant, and the lock shows where
// no credential can be added.
func TestChecksNameTenantAndLock(t *testing.T) {
	f := world("", intact)
	f.Organization = fact.Of(objects.Organization{ID: tenantID, DisplayName: "Contoso"})
	f.Application.Value.Lock = &objects.Lock{Enabled: true, AllProperties: true}
	for id, want := range map[string]string{"tenant": "Contoso", "lock": "locked; new ones"} {
		checks := diagnose.Judge(f).Checks
		i := slices.IndexFunc(checks, func(c result.Check) bool { return c.ID == id })
		if i < 0 || !strings.Contains(checks[i].Summary.String(), want) {
			t.Errorf("the check %s does not say %q", id, want)
		}
	}
}

// A cause beside the root cause is described in a sentence, with its evidence.
func TestWhatIsFoundBesidesReadsAsASentence(t *testing.T) {
	f := world("7000222", intact, password(keyA, "zzz", -400*day, -day))
	f.Policies = fact.Of([]objects.Policy{{Source: "tenant", PasswordsForbidden: true}})
	var lines []string
	for _, e := range diagnose.Judge(f).RootCause.Evidence {
		lines = append(lines, e.Claim.String()+": "+e.Value.String(), e.Claim.In("de")+": "+e.Value.In("de"))
	}
	for _, want := range []string{
		"also found: A policy forbids client secrets for this application.",
		"the policy that forbids new secrets: the tenant's app management policy",
		"außerdem festgestellt: Eine Richtlinie verbietet geheime Clientschlüssel für diese Anwendung.",
		"die Richtlinie, die neue geheime Clientschlüssel verbietet: die App-Verwaltungsrichtlinie des Mandanten",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("the evidence does not say %q: %q", want, lines)
		}
	}
}
