package diagnose_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	keyA = "1a2b3c4d-0000-4000-8000-000000000001"
	keyB = "1a2b3c4d-0000-4000-8000-000000000002"
	// Entra returns expiredKey for a certificate outside its validity, and unknownKey for
	// one that is not registered.
	expiredKey = "AADSTS700027: Client assertion contains an invalid signature. [Reason - The key used is expired., Thumbprint of key used by client: '" + thumbprint + "']"
	unknownKey = "AADSTS700027: Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: '" + thumbprint + "']"
)

// contradiction is a proven cause, and a change that contradicts the fact that proves it.
type contradiction struct {
	cause causes.ID
	facts func() *diagnose.Facts
	by    func(*diagnose.Facts)
}

func issuedToken() *diagnose.Token { return &diagnose.Token{TenantID: tenantID, AppID: appID} }

// issued makes the sign-in work.
func issued(f *diagnose.Facts) {
	s := f.SignIn.Value
	f.Repeats = append(f.Repeats, s)
	f.SignIn = fact.Of(diagnose.SignIn{Token: issuedToken(), Refusal: s.Refusal, Network: s.Network})
}

func refusedBy(code string) func() *diagnose.Facts {
	return func() *diagnose.Facts { return noReader(world(code, intact)) }
}

// list adds objects with these credentials.
func list(creds ...objects.Credential) func(*diagnose.Facts) {
	return func(f *diagnose.Facts) {
		w := world("", intact, creds...)
		f.ServicePrincipals, f.Application = w.ServicePrincipals, w.Application
	}
}

func entry(start, end time.Duration) objects.Credential {
	c := password(keyA, "", start, end)
	c.Kind, c.Thumbprint, c.Usage = objects.Certificate, thumbprint, "Verify"
	return c
}

func federated(subject string) *diagnose.Facts {
	f := noReader(world("700213", intact))
	f.Setup.Kind, f.Secret = objects.Federated, fact.Fact[secrets.Shape]{}
	soon := now.Add(time.Hour)
	f.Token = fact.Of(secrets.FederatedToken{Issuer: "https://issuer.example", Subject: subject, Audiences: []string{"api://AzureADTokenExchange"}, Expires: soon})
	return f
}

func trust(subject string) objects.Credential {
	return objects.Credential{KeyID: keyA, Kind: objects.Federated, StoredOn: objects.OnApplication, Name: "ci", Issuer: "https://issuer.example",
		Subject: subject, Audiences: []string{"api://AzureADTokenExchange"}}
}

// contradictions are stored under the name of the method that returns the excluding fact.
func contradictions() map[string]contradiction {
	valid := password(keyA, "zzz", -100*day, 100*day)
	return map[string]contradiction{
		"nothingAsked": {causes.ConfigIncomplete, func() *diagnose.Facts {
			f := noReader(world("7000215", intact))
			f.Setup.Problem = &diagnose.Problem{Cause: causes.ConfigIncomplete, Summary: msg.Literal("x"), Source: msg.Literal("y")}
			f.SignIn = fact.Fact[diagnose.SignIn]{}
			return f
		}, func(f *diagnose.Facts) { f.SignIn = fact.Of(signIn("7000215")) }},
		"unanswered": {causes.DNSFailure, func() *diagnose.Facts {
			f := refusedBy("7000215")()
			f.SignIn = fact.Of(diagnose.SignIn{Network: &netfail.Error{Kind: netfail.DNS}})
			return f
		}, func(f *diagnose.Facts) { f.Repeats = []diagnose.SignIn{signIn("7000215")} }},
		"graphSilent": {causes.DNSFailure, func() *diagnose.Facts {
			f := noReader(world("", intact))
			f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](&diagnose.Failure{Network: &netfail.Error{Kind: netfail.DNS}})
			return f
		}, func(f *diagnose.Facts) { f.Users = fact.Of(diagnose.Access{Allowed: true}) }},
		"refusedOnly": {causes.ConditionalAccess, refusedBy("53003"), issued},
		"tenantNameless": {causes.TenantMalformed, func() *diagnose.Facts {
			f := refusedBy("900023")()
			f.Setup.Tenant.Value = "no tenant"
			f.SignIn = fact.Missing[diagnose.SignIn](diagnose.ErrTenantUnusable)
			return f
		}, func(f *diagnose.Facts) { f.Setup.Tenant.Value = tenantID }},
		"tenantUnread": {causes.TenantNotFound, refusedBy("90002"), func(f *diagnose.Facts) {
			list()(f)
			f.Organization = fact.Of(objects.Organization{ID: tenantID})
		}},
		"clientUnlisted":    {causes.AppNotFound, refusedBy("700016"), list()},
		"isDeleted":         {causes.AppDeleted, deleted, list()},
		"principalUnlisted": {causes.ServicePrincipalMissing, refusedBy("7000229"), list()},
		"notEnabled": {causes.AppDisabled, refusedBy("7000116"), func(f *diagnose.Facts) {
			list()(f)
			f.Application.Value.Disabled = new(false)
		}},
		"switchedOff": {causes.ServicePrincipalDisabled, func() *diagnose.Facts {
			f := world("7000112", intact)
			f.ServicePrincipals.Value[0].AccountEnabled = new(false)
			return f
		}, func(f *diagnose.Facts) { f.ServicePrincipals.Value[0].AccountEnabled = new(true) }},
		"resourceUnread": {causes.ResourceNotFound, refusedBy("500011"), list()},
		"repairFits": {causes.SecretDamaged, func() *diagnose.Facts {
			f := noReader(world("7000215", " hand-set value "))
			f.Probes = []diagnose.Probe{{Repair: msg.Literal("trimmed"), SignIn: diagnose.SignIn{Token: issuedToken()}}}
			return f
		}, func(f *diagnose.Facts) { f.Probes[0].SignIn.Token.AppID = otherID }},
		"valueBelongs": {causes.SecretDamaged, func() *diagnose.Facts {
			return noReader(world("7000215", strings.Replace(intact, "zzzz", "zzyz", 1)))
		}, list()},
		"isKeyID": {causes.SecretIsKeyID, func() *diagnose.Facts { return world("7000215", keyA, password(keyA, "abc", -day, day)) },
			func(f *diagnose.Facts) { f.Application.Value.Credentials[0].KeyID = keyB }},
		"startsLater": {causes.SecretNotYetValid, func() *diagnose.Facts {
			return world("7000222", intact, password(keyA, "zzz", day, 100*day))
		}, func(f *diagnose.Facts) { f.Now = f.Now.Add(2 * day) }},
		"replaced": {causes.SecretSuperseded, func() *diagnose.Facts {
			return world("7000222", intact, password(keyA, "zzz", -400*day, -day), password(keyB, "abc", -10*day, 100*day))
		}, func(f *diagnose.Facts) { f.Application.Value.Credentials[1].Hint = "zzz" }},
		"expiredIsListed": {causes.SecretExpired, refusedBy("7000222"), list(valid)},
		"forbids": {causes.SecretsForbidden, func() *diagnose.Facts {
			f := world("7000222", intact, password(keyA, "zzz", -400*day, -day))
			f.Policies = fact.Of([]objects.Policy{{Source: "tenant", PasswordsForbidden: true}})
			return f
		}, func(f *diagnose.Facts) { f.Policies.Value[0].Unclear = true }},
		"clockIsOff": {causes.ClockSkew, func() *diagnose.Facts {
			f := certificate("AADSTS700024: Client assertion is not within its valid time range.", -day, day)
			f.SignIn.Value.Skew = new(20 * time.Minute)
			return f
		}, func(f *diagnose.Facts) { f.SignIn.Value.Skew = new(time.Second) }},
		"keysDiffer": {causes.CertificateKeyMismatch, func() *diagnose.Facts {
			f := certificate(unknownKey, -day, day)
			f.Certificate.Value.KeyMismatch = true
			return f
		}, issued},
		"certificateIsExpired": {causes.CertificateExpired, func() *diagnose.Facts { return certificate(expiredKey, -100*day, -day) },
			func(f *diagnose.Facts) {
				f.Certificate.Value.NotAfter = now.Add(day)
				f.Application.Value.Credentials = []objects.Credential{entry(-day, day)}
			}},
		"certificateIsEarly": {causes.CertificateRejected, func() *diagnose.Facts { return certificate(expiredKey, day, 100*day) },
			func(f *diagnose.Facts) { f.Now = f.Now.Add(2 * day) }},
		"keyUnlisted": {causes.CertificateNotRegistered, func() *diagnose.Facts { return certificate(unknownKey, -day, day) },
			func(f *diagnose.Facts) { f.Application.Value.Credentials = []objects.Credential{entry(-day, day)} }},
		"keyOnlyElsewhere": {causes.CertificateWrongApp, func() *diagnose.Facts {
			f := certificate(unknownKey, -day, day)
			f.Elsewhere = fact.Of(diagnose.Elsewhere{Found: []diagnose.Other{{AppID: otherID, KeyID: keyB}}})
			return f
		}, func(f *diagnose.Facts) { f.Application.Value.Credentials = []objects.Credential{entry(-day, day)} }},
		"wordsFit": {causes.CertificateExpired, func() *diagnose.Facts { return certificate(expiredKey, -day, day) },
			func(f *diagnose.Facts) { f.Application.Value.Credentials = []objects.Credential{entry(-day, day)} }},
		"tokenIsExpired": {causes.AssertionExpired, func() *diagnose.Facts {
			f := federated("repo:o/r")
			f.SignIn, f.Token.Value.Expires = fact.Of(signIn("700024")), now.Add(-time.Minute)
			return f
		}, func(f *diagnose.Facts) { f.Token.Value.Expires = now.Add(time.Minute) }},
		"noneMatches": {causes.FederationMismatch, func() *diagnose.Facts { return federated("repo:o/r") }, list(trust("repo:o/r"))},
		"logNames": {causes.SecretSuperseded, func() *diagnose.Facts { return failing(10 * time.Minute) },
			func(f *diagnose.Facts) { f.SignInLog.Value[0].KeyID = keyC }},
		"roleIsMissing": {causes.PermissionMissing, func() *diagnose.Facts {
			f := world("", intact, valid)
			f.SignIn.Value.Token.Roles = fact.Of([]string{"Mail.Send"})
			f.Users = fact.Of(diagnose.Access{Code: "Authorization_RequestDenied", Status: 403})
			return f
		}, func(f *diagnose.Facts) { f.SignIn.Value.Token.Roles = fact.Of([]string{"User.Read.All"}) }},
		"nothingUsable": {causes.SecretExpired, func() *diagnose.Facts {
			f := world("", intact, password(keyA, "zzz", -100*day, -day))
			f.ServicePrincipals.Value[0].AppID, f.Application.Value.AppID = otherID, otherID
			return f
		}, func(f *diagnose.Facts) { f.Application.Value.Credentials[0].End = new(now.Add(day)) }},
		"endsSoon": {causes.SecretExpiring, func() *diagnose.Facts { return world("", intact, password(keyA, "zzz", -100*day, day)) },
			func(f *diagnose.Facts) { f.Application.Value.Credentials[0].End = new(now.Add(100 * day)) }},
	}
}

// certaintyOf returns the certainty of a cause, including a proven one beside the root
// cause.
func certaintyOf(d *result.Diagnosis, id causes.ID) result.Certainty {
	if d.RootCause == nil {
		return ""
	}
	for _, c := range append([]result.Cause{*d.RootCause}, d.Alternatives...) {
		if c.ID == string(id) {
			return c.Certainty
		}
	}
	generic, _ := causes.Lookup(id)
	for _, e := range d.RootCause.Evidence {
		if e.Claim.String() == "also found" && e.Value.String() == generic.Summary.String() {
			return result.Proven
		}
	}
	return ""
}

// If the excluding fact is contradicted, its cause must not be proven any more.
func TestProvenFallsWithItsFact(t *testing.T) {
	table := contradictions()
	for name, c := range table {
		t.Run(name, func(t *testing.T) {
			f := c.facts()
			if got := certaintyOf(diagnose.Judge(f), c.cause); got != result.Proven {
				t.Fatalf("%s is %q to begin with, want proven", c.cause, got)
			}
			c.by(f)
			if got := certaintyOf(diagnose.Judge(f), c.cause); got == result.Proven {
				t.Errorf("%s is proven all the same", c.cause)
			}
		})
	}
	for _, name := range excludingFacts(t) {
		if _, ok := table[name]; !ok {
			t.Errorf("nothing contradicts %s, which a proven cause rests on", name)
		}
	}
}

// excludingFacts returns the methods in the calls of proven.
func excludingFacts(t *testing.T) []string {
	t.Helper()
	var names []string
	inspect(t, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		if f, ok := call.Fun.(*ast.Ident); !ok || f.Name != "proven" || len(call.Args) != 2 {
			return
		}
		fact, ok := call.Args[1].(*ast.CallExpr)
		if !ok {
			t.Error("a proven cause does not name its fact")
			return
		}
		names = append(names, fact.Fun.(*ast.SelectorExpr).Sel.Name)
	})
	if len(names) == 0 {
		t.Error("no rule proves anything")
	}
	return names
}

// Evidence must be created from facts: no literals, and no functions that ignore the
// fact.
func TestEvidenceComesFromFacts(t *testing.T) {
	inspect(t, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if s, ok := n.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Evidence" {
				t.Error("evidence is written down as a literal")
			}
		case *ast.FuncLit:
			if n.Type.Results == nil || len(n.Type.Params.List) != 1 || len(n.Type.Params.List[0].Names) != 1 {
				return
			}
			name, used := n.Type.Params.List[0].Names[0].Name, false
			ast.Inspect(n.Body, func(m ast.Node) bool {
				id, ok := m.(*ast.Ident)
				used = used || ok && id.Name == name
				return true
			})
			if !used {
				t.Errorf("a function does not look at its fact %s", name)
			}
		}
	})
}

func inspect(t *testing.T, see func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool { see(n); return true })
	}
}
