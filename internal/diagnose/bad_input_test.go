package diagnose_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// dice generates facts from bytes, so that the fuzzer can control them.
type dice struct{ data []byte }

func (d *dice) roll(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % n
}

func (d *dice) yes() bool { return d.roll(2) == 1 }

func pick[T any](d *dice, from []T) T { return from[d.roll(len(from))] }

var (
	someCodes = []string{"", "7000215", "7000222", "50012", "700016", "7000229", "7000112", "7000116", "53003", "500011", "90002", "900023", "900382", "700027", "700024",
		"700213", "700211", "70025", "7002138", "7000216", "65001", "9999999", "7000232", "82001"}
	someTexts = []string{"", "all is well", "x509: certificate signed by unknown authority", `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}`}
	someTimes = []time.Duration{-400 * day, -day, -time.Minute, 0, time.Minute, day, 400 * day, 270 * 365 * day}
	someIDs   = []string{keyA, keyB, keyA, "", "not a GUID"}
)

// credential generates a credential: with null or malformed dates, shared IDs, and kinds
// that do not match its fields.
func (d *dice) credential() objects.Credential {
	c := objects.Credential{KeyID: pick(d, someIDs), Kind: pick(d, []string{objects.Password, objects.Certificate, objects.Federated, "", "other"}),
		StoredOn: pick(d, []string{objects.OnApplication, objects.OnServicePrincipal, ""}), Hint: pick(d, []string{"", "zzz", "abc"}),
		Usage: pick(d, []string{"", "Verify", "Sign", "Encrypt"}), Purpose: pick(d, []result.Purpose{"", result.SignIn, result.SAMLSigning, result.TokenEncryption})}
	if d.yes() {
		c.Start = new(now.Add(pick(d, someTimes)))
	}
	if d.yes() {
		c.End = new(now.Add(pick(d, someTimes)))
	}
	if d.roll(6) == 1 {
		c.Problem = "endDateTime is malformed"
	}
	if c.Kind == objects.Certificate && d.yes() {
		c.Thumbprint = thumbprint
	}
	if c.Kind == objects.Federated {
		c.Issuer, c.Subject, c.Audiences = "https://issuer.example", pick(d, []string{"", "s", "repo:o/r:ref:refs/heads/main"}), []string{"api://AzureADTokenExchange"}
	}
	return c
}

func (d *dice) credentials() []objects.Credential {
	var list []objects.Credential
	for range d.roll(5) {
		list = append(list, d.credential())
	}
	return list
}

// facts generates facts, which may contradict each other.
func (d *dice) facts() *diagnose.Facts {
	f := world(pick(d, someCodes), pick(d, []string{intact, handSet, keyA, appID, " ", "%41"}), d.credentials()...)
	d.setup(f)
	d.directory(f)
	d.evidence(f)
	return f
}

func (d *dice) setup(f *diagnose.Facts) {
	f.Setup.Kind = pick(d, []string{objects.Password, objects.Password, objects.Certificate, objects.Federated, ""})
	f.Setup.ClientID.Value = pick(d, []string{appID, appID, otherID, tenantID, "", "placeholder"})
	f.Setup.Tenant.Value = pick(d, []string{tenantID, "common", "contoso.onmicrosoft.com", "no tenant", ""})
	switch f.Setup.Kind {
	case objects.Certificate:
		f.Secret = fact.Fact[secrets.Shape]{}
		f.Certificate = fact.Of(secrets.Certificate{SHA1: pick(d, []string{thumbprint, ""}), NotBefore: now.Add(pick(d, someTimes)), NotAfter: now.Add(pick(d, someTimes)), KeyMismatch: d.roll(6) == 1})
	case objects.Federated:
		f.Secret = fact.Fact[secrets.Shape]{}
		f.Token = fact.Of(secrets.FederatedToken{Issuer: "https://issuer.example", Subject: "s", Expires: now.Add(pick(d, someTimes))})
	}
	switch d.roll(8) {
	case 0:
		f.SignIn = fact.Fact[diagnose.SignIn]{}
	case 1:
		f.SignIn = fact.Missing[diagnose.SignIn](errors.New("cancelled"))
	case 2:
		f.Repeats = []diagnose.SignIn{signIn(pick(d, someCodes))}
	case 3:
		f.SignIn.Value.ServerTime = new(now.Add(pick(d, someTimes)))
		f.SignIn.Value.Skew = new(pick(d, someTimes[1:6]))
	}
}

func (d *dice) directory(f *diagnose.Facts) {
	sp := &f.ServicePrincipals.Value[0]
	sp.AppID = pick(d, []string{appID, appID, otherID, ""})
	sp.Type = pick(d, []string{"Application", "", "ManagedIdentity", "ServiceIdentity", "Legacy"})
	sp.OwnerTenant = pick(d, []string{tenantID, "", otherID})
	if d.yes() {
		sp.AccountEnabled, sp.Created = new(d.yes()), new(now.Add(pick(d, someTimes)))
	}
	if d.roll(6) == 1 {
		sp.Problems = []string{objects.NoPasswords}
	}
	switch d.roll(8) {
	case 0:
		f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](errors.New("refused"))
	case 1:
		f.ServicePrincipals = fact.Of([]objects.ServicePrincipal{})
	case 2:
		f.Application = fact.Missing[*objects.Application](errors.New("refused"))
	case 3:
		f.Application = fact.Of[*objects.Application](nil)
	case 4:
		noReader(f)
	case 5:
		f.Deleted = fact.Of(&objects.Deleted{ID: otherID, AppID: pick(d, []string{appID, otherID})})
	}
}

func (d *dice) evidence(f *diagnose.Facts) {
	if d.yes() {
		text := pick(d, someTexts) + "\n"
		if code := pick(d, someCodes); code != "" {
			text += "AADSTS" + code + ": for app '" + pick(d, []string{appID, otherID}) + "' Timestamp: " + now.Add(pick(d, someTimes[:7])).Format("2006-01-02 15:04:05Z")
		}
		withText(f, text)
	}
	if d.yes() {
		var entries []objects.SignInEntry
		for range d.roll(4) {
			entries = append(entries, objects.SignInEntry{Time: now.Add(pick(d, someTimes)), ErrorCode: pick(d, append(someCodes, "0", "x")), KeyID: pick(d, someIDs),
				Blocking: []objects.AppliedPolicy{{}}})
		}
		f.SignInLog = fact.Of(entries)
	}
	if d.yes() {
		f.Users = fact.Of(diagnose.Access{Allowed: d.yes(), Status: pick(d, []int{0, 401, 403}), Code: pick(d, []string{"", "InvalidAuthenticationToken", "Authorization_RequestDenied"}), Message: pick(d, []string{"", "Invalid audience."})})
	}
	if d.yes() {
		f.Changes = fact.Of([]objects.Change{{Time: now.Add(pick(d, someTimes)), Removed: []objects.ChangedKey{{ID: pick(d, someIDs), Kind: objects.Password}}}})
	}
	if d.yes() {
		f.Elsewhere = fact.Of(diagnose.Elsewhere{Found: []diagnose.Other{{AppID: otherID, KeyID: keyB}}, All: d.yes()})
	}
}

// checkSound checks what must hold for every diagnosis.
func checkSound(t *testing.T, f *diagnose.Facts) *result.Diagnosis {
	t.Helper()
	d := diagnose.Judge(f)
	diagnose.List(f)
	if d.Status == result.OK && d.RootCause != nil {
		t.Errorf("healthy, and yet %s", d.RootCause.ID)
	}
	if d.Status == result.OK && f.ServicePrincipals.Asked() && !f.ServicePrincipals.Known() {
		t.Error("healthy, though the objects could not be read")
	}
	if d.RootCause == nil {
		return d
	}
	for _, c := range append([]result.Cause{*d.RootCause}, d.Alternatives...) {
		for _, e := range c.Evidence {
			if e.Source.IsZero() || e.Claim.IsZero() {
				t.Errorf("%s: evidence without a claim or a source: %+v", c.ID, e)
			}
		}
	}
	for _, r := range d.RootCause.Remedies {
		for _, c := range r.Commands {
			if sp := f.ServicePrincipals.Value; len(sp) == 1 && sp[0].Keyless() && strings.Contains(c.Command, "renew-secret") && strings.EqualFold(sp[0].AppID, f.Setup.ClientID.Value) {
				t.Errorf("%s: a secret for a %s", d.RootCause.ID, sp[0].Type)
			}
			if strings.Contains(c.Command, "sp create") && len(ownPrincipal(f)) == 1 {
				t.Errorf("%s: creates the service principal that is listed", d.RootCause.ID)
			}
		}
	}
	return d
}

// ownPrincipal returns the service principal of the configured application.
func ownPrincipal(f *diagnose.Facts) []objects.ServicePrincipal {
	return slices.DeleteFunc(slices.Clone(f.ServicePrincipals.Value), func(sp objects.ServicePrincipal) bool { return !strings.EqualFold(sp.AppID, f.Setup.ClientID.Value) })
}

// FuzzJudge judges contradictory facts. Nothing may panic, what was not read must not be
// healthy, and no remedy may create what exists.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("a tenant whose answers contradict each other in every field"))
	f.Fuzz(func(t *testing.T, data []byte) { checkSound(t, (&dice{data}).facts()) })
}

// Facts that contradict each other or are irrelevant must not make a verdict more
// certain.
func TestContradictionsNeverAddCertainty(t *testing.T) {
	source := uint64(7)
	for range 300 {
		data := make([]byte, 96)
		for i := range data {
			source = source*6364136223846793005 + 1442695040888963407
			data[i] = byte(source >> 56)
		}
		before := checkSound(t, (&dice{slices.Clone(data)}).facts())
		for name, change := range irrelevant() {
			f := (&dice{slices.Clone(data)}).facts()
			change(f)
			after := checkSound(t, f)
			if after.RootCause == nil || after.RootCause.Certainty != result.Proven {
				continue
			}
			if certaintyOf(before, causeOf(after)) != result.Proven {
				t.Fatalf("%s: %s became proven by it", name, after.RootCause.ID)
			}
		}
	}
}

// irrelevant returns facts that have nothing to do with the configured application.
func irrelevant() map[string]func(*diagnose.Facts) {
	return map[string]func(*diagnose.Facts){
		"a log of another tenant": func(f *diagnose.Facts) {
			f.SignInLog = fact.Of([]objects.SignInEntry{{Time: now, ErrorCode: "7000222", KeyID: "8d3f5b71-2c4e-4a69-b0d8-7e1f9c3a5d26"}})
		},
		"a duplicate of every key ID": func(f *diagnose.Facts) {
			if f.Application.Known() && f.Application.Value != nil {
				a := *f.Application.Value
				a.Credentials = append(slices.Clone(a.Credentials), a.Credentials...)
				f.Application = fact.Of(&a)
			}
		},
		"a text of another application": func(f *diagnose.Facts) {
			if f.SignIn.Asked() && f.Setup.ClientID.Value == appID {
				withText(f, expiredText(otherID, time.Minute))
			}
		},
	}
}

func causeOf(d *result.Diagnosis) (id causes.ID) { return causes.ID(d.RootCause.ID) }
