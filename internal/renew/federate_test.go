package renew_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/workload"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/secrets"
)

// federate requests what the token of the scenario contains.
func (f *fixture) federate() renew.FederateRequest {
	f.t.Helper()
	path, _ := f.env("AZURE_FEDERATED_TOKEN_FILE")
	c, err := secrets.LoadFederatedToken(path)
	if err != nil {
		f.t.Fatal(err)
	}
	return renew.FederateRequest{Common: f.common(), Source: workload.Plain{Issuer: c.Token.Issuer, Subject: c.Token.Subject},
		Audience: "api://AzureADTokenExchange", Token: c.Token, Given: true, VerifyFor: 20 * time.Second}
}

func trusting(t *testing.T, req renew.FederateRequest) (*result.Federation, *fail.Error) {
	t.Helper()
	res, err := renew.Federate(context.Background(), req)
	if err == nil {
		return res, nil
	}
	var e *fail.Error
	if !errors.As(err, &e) {
		e = fail.From(err)
	}
	return res, e
}

// trusts returns the federated credentials of the application.
func (f *fixture) trusts() []directory.Federated {
	w := f.server.World()
	w.RLock()
	defer w.RUnlock()
	return append([]directory.Federated{}, app(w.Tenants[0]).Federated...)
}

func withTrusts(list ...directory.Federated) func(*directory.Tenant) {
	return func(t *directory.Tenant) { app(t).Federated = list }
}

func trustOf(name, issuer, subject, audience string) directory.Federated {
	return directory.Federated{ID: "0a0a0a0a-0000-4000-8000-" + fmt.Sprintf("%012x", len(name)*100+len(subject)), Name: name, Issuer: issuer, Subject: subject, Audiences: []string{audience}}
}

// A federated credential is added to the existing ones and tested with the token. A second
// run finds it and changes nothing.
func TestFederate(t *testing.T) {
	t.Parallel()
	f := fixtureOf(t, "federated-none", func(t *directory.Tenant) {
		t.PropagationDelay, t.Flap = 4*time.Second, 2
		app(t).Federated = []directory.Federated{trustOf("other", "https://issuer.example", "s", "api://AzureADTokenExchange")}
	})
	for _, want := range []result.Outcome{result.Added, result.AlreadyThere} {
		res, err := trusting(t, f.federate())
		if err != nil || res.Outcome != want || res.Verification == nil || res.Verification.InARow != 3 || len(f.trusts()) != 2 {
			t.Fatalf("%s, want %s: %v, %+v, %d credentials", res.Outcome, want, err, res.Verification, len(f.trusts()))
		}
	}
	if c := f.trusts()[0]; c.Name != "other" {
		t.Errorf("what was there is gone: %+v", f.trusts())
	}
}

// Both forms of a subject are added if it is not known which one is sent.
type both struct{ pairs []federation.Pair }

func (b both) Find(context.Context) (workload.Found, error) {
	return workload.Found{Pairs: b.pairs}, nil
}

func TestFederateBothForms(t *testing.T) {
	t.Parallel()
	f := fixtureOf(t, "federated-none")
	req := f.federate()
	old := federation.Pair(req.Source.(workload.Plain))
	req.Source = both{[]federation.Pair{old, {Issuer: old.Issuer, Subject: "repo:fjordline@1/archive-sync@2:environment:production"}}}
	req.Name = "archive"
	one := req
	one.DryRun = true
	if res, err := trusting(t, one); err != nil || len(res.Trusts) != 1 || res.Trusts[0].Subject != old.Subject {
		t.Errorf("the token at hand says which: %v %+v", err, res.Trusts)
	}
	req.Token = nil
	res, err := trusting(t, req)
	if err != nil || len(f.trusts()) != 2 || res.Trusts[0].Name != "archive" || res.Trusts[1].Name != "archive-2" || res.Trusts[1].ID == nil {
		t.Errorf("%v %+v", err, res.Trusts)
	}
}

// A dry run changes nothing, and neither does a request that cannot be carried out, which
// says why.
func TestFederatePreflight(t *testing.T) {
	t.Parallel()
	const audience = "api://AzureADTokenExchange"
	const issuer, subject = "https://token.actions.githubusercontent.com", "repo:fjordline/archive-sync:environment:production"
	var full []directory.Federated
	for i := range 20 {
		full = append(full, trustOf("t"+strconv.Itoa(i), "https://issuer.example", strings.Repeat("s", i+1), audience))
	}
	for name, tc := range map[string]struct {
		change func(*directory.Tenant)
		wish   func(*renew.FederateRequest)
		code   int
		says   string
	}{
		"dry run":           {nil, func(r *renew.FederateRequest) { r.DryRun = true }, 0, ""},
		"twenty":            {withTrusts(full...), nil, 64, "may have 20"},
		"another audience":  {withTrusts(trustOf("x", issuer, subject, "api://other")), nil, 64, "there cannot be two"},
		"the name is taken": {withTrusts(trustOf("Mine", issuer, "s", audience)), func(r *renew.FederateRequest) { r.Name = "mine" }, 64, "has the name mine"},
		"token of another": {nil, func(r *renew.FederateRequest) {
			r.Source = workload.Plain{Issuer: issuer, Subject: "repo:a/b:pull_request"}
		},
			64, "different workload"},
		"token for another audience": {nil, func(r *renew.FederateRequest) { r.Audience = "api://other" }, 64, "was issued for"},
		"managed identity":           {func(t *directory.Tenant) { t.Applications = t.Applications[1:]; principal(t).Type = "ManagedIdentity" }, nil, 64, "managed identity"},
		"another tenant's":           {func(t *directory.Tenant) { t.Applications = t.Applications[1:]; principal(t).OwnerTenant = "x" }, nil, 64, "another tenant"},
		"disabled":                   {func(t *directory.Tenant) { principal(t).Enabled = false }, nil, 64, "disabled"},
		"inner issuer": {nil, func(r *renew.FederateRequest) {
			r.Source = workload.Plain{Issuer: "https://kubernetes.default.svc", Subject: "s"}
		},
			64, "inside a network"},
		"no right": {func(t *directory.Tenant) { reader(t).Roles = []string{"Application.Read.All", "Policy.Read.All"} }, nil, 3, "lacks the permission"},
		"not the owner": {func(t *directory.Tenant) {
			reader(t).Roles = []string{"Application.ReadWrite.OwnedBy", "Policy.Read.All"}
		}, nil, 3, "does not own"},
		"a right for the directory": {func(t *directory.Tenant) {
			reader(t).Roles = []string{"Application.Read.All", "Directory.ReadWrite.All", "Policy.Read.All"}
		}, nil, 3, "not federated credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			f := fixtureOf(t, "federated-none")
			if tc.change != nil {
				f.change(tc.change)
			}
			before := len(f.trusts0())
			req := f.federate()
			if tc.wish != nil {
				tc.wish(&req)
			}
			res, err := trusting(t, req)
			code, said := 0, ""
			if err != nil {
				code, said = err.Code, err.What.String()
			}
			if code != tc.code || !strings.Contains(said, tc.says) || len(f.trusts0()) != before || err != nil && res.Outcome != "stopped" {
				t.Errorf("%d %q, %d credentials, %s", code, said, len(f.trusts0()), res.Outcome)
			}
			if err == nil && (res.Outcome != "planned" || res.Trusts[0].Outcome != result.Planned) {
				t.Errorf("%+v", res.Trusts)
			}
		})
	}
}

// trusts0 is trusts for a tenant that may have no application.
func (f *fixture) trusts0() (list []directory.Federated) {
	f.change(func(t *directory.Tenant) {
		if len(t.Applications) > 0 && app(t).DisplayName == "Archive Sync" {
			list = app(t).Federated
		}
	})
	return list
}

// reader is the reader of the sandbox.
func reader(t *directory.Tenant) *directory.ServicePrincipal {
	for _, p := range t.ServicePrincipals {
		if p.DisplayName == "spcheck reader" {
			return p
		}
	}
	return nil
}

func atTrust(kind string, times int) sandbox.Fault {
	return sandbox.Fault{At: fault.AtGraph, Kind: kind, Times: times, Path: "/federatedIdentityCredentials", Method: "POST"}
}

// After a lost answer there is one credential, whether the request was carried out or not.
func TestFederateLostAnswers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault sandbox.Fault
		lag   time.Duration
	}{
		"added, and the answer lost":        {atTrust(fault.Lost, 1), 0},
		"the same, and replicas that lag":   {atTrust(fault.Lost, 1), 3 * time.Second},
		"the same, and replicas lag longer": {atTrust(fault.Lost, 1), 20 * time.Second},
		"not added":                         {atTrust(fault.Unavailable, 1), 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := fixtureOf(t, "federated-none", lagging(tc.lag))
			f.faults(tc.fault)
			res, err := trusting(t, f.federate())
			if err != nil || res.Outcome != "added" || len(f.trusts()) != 1 {
				t.Errorf("%v %s, %d credentials", err, res.Outcome, len(f.trusts()))
			}
		})
	}
	f := fixtureOf(t, "federated-none")
	f.faults(atTrust(fault.Unavailable, 0))
	res, err := trusting(t, f.federate())
	if err == nil || err.Code != 3 || res.Trusts[0].Outcome != result.MaybeAdded || !strings.Contains(hints(err), "run the same command again") {
		t.Errorf("%v %+v", err, res.Trusts)
	}
}

func hints(e *fail.Error) string { return msg.Join(e.Hints, "\n").String() }

// After an interruption, the next run keeps what was added and continues.
func TestFederateInterrupted(t *testing.T) {
	t.Parallel()
	f := fixtureOf(t, "federated-none", func(t *directory.Tenant) { t.PropagationDelay = time.Hour })
	ctx, cancel := context.WithCancel(context.Background())
	req := f.federate()
	req.Progress = func(text msg.Text) {
		if strings.HasPrefix(text.String(), "sign-in 1") {
			cancel()
		}
	}
	res, err := renew.Federate(ctx, req)
	if e := fail.From(err); e.Code != fail.CodeInterrupted || res.Trusts[0].Outcome != result.Added || len(f.trusts()) != 1 {
		t.Fatalf("%v %+v", err, res.Trusts)
	}
	f.change(func(t *directory.Tenant) { t.PropagationDelay = 0 })
	if res, err := trusting(t, f.federate()); err != nil || res.Outcome != "alreadyThere" || res.Verification.InARow != 3 {
		t.Errorf("%v %s", err, res.Outcome)
	}
}

// A credential that does not sign in in time is unknown, one that never will is critical,
// and an expired token proves nothing. The credential stays in each case.
func TestFederateUnproven(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*directory.Tenant)
		expire bool
		code   int
	}{
		"not yet":     {func(t *directory.Tenant) { t.PropagationDelay = time.Hour }, false, 3},
		"never":       {func(t *directory.Tenant) { principal(t).BlockedByPolicy = true }, false, 2},
		"old token":   {func(*directory.Tenant) {}, true, 0},
		"proven also": {func(*directory.Tenant) {}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := fixtureOf(t, "federated-none", tc.change)
			req := f.federate()
			if tc.expire {
				req.Token.Expires = time.Now().Add(-time.Minute)
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if tc.code == 3 {
				req.VerifyFor = 300 * time.Millisecond
			}
			res, err := renew.Federate(ctx, req)
			if got := fail.From(errOr(err)).Code; got != tc.code || res.ExitCode != tc.code || len(f.trusts()) != 1 || res.Trusts[0].Outcome != result.Added {
				t.Errorf("%v: %d %+v", err, res.ExitCode, res.Trusts)
			}
			if tc.expire && (res.Verification != nil || res.Steps[2].Status != result.Skipped) {
				t.Errorf("%+v", res.Steps[2])
			}
		})
	}
}

func errOr(err error) error {
	if err == nil {
		return &fail.Error{}
	}
	return err
}

// The report says which secret can be removed, and removes none.
func TestFederateSaysWhichSecretCanGo(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := renew.FederateRequest{Common: f.common(), Source: workload.Plain{Issuer: "https://issuer.example", Subject: "s"}, Audience: "api://AzureADTokenExchange"}
	res, err := trusting(t, req)
	if err != nil || res.Outcome != "added" || res.Verification != nil {
		t.Fatalf("%v %s", err, res.Outcome)
	}
	f.oldStands()
	said := ""
	for _, s := range res.NextSteps {
		said += s.Title.String()
		for _, c := range s.Commands {
			said += " " + c.Command
		}
	}
	for _, part := range []string{"once the workload signs in", "It was last used on", "spcheck remove-secret --sp ", "--from-token token.jwt"} {
		if !strings.Contains(said, part) {
			t.Errorf("%q is not said: %s", part, said)
		}
	}
}
