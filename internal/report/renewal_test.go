package report

import (
	"testing"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

const freshKeyID = "4d0c2b7e-91f3-4a58-b6e7-3c5d8f0a1b29"

func newSecret() result.Credential {
	return result.Credential{KeyID: new(freshKeyID), Kind: "password", StoredOn: "application", DisplayName: new("archive (4f1d\x1b[31m)"), Hint: new("q7R"),
		StartDateTime: at("2026-03-10T08:15:00Z"), EndDateTime: at("2026-09-06T08:15:00Z"), DaysLeft: new(180), Status: result.Valid}
}

func oldSecret() result.Credential {
	return result.Credential{KeyID: new("77a3e1c9-0b5d-4f62-8e91-d2c4b6a80f37"), Kind: "password", StoredOn: "application", DisplayName: new("archive 2025"), Hint: new("8dg"),
		StartDateTime: at("2025-09-18T08:15:00Z"), EndDateTime: at("2026-03-17T08:15:00Z"), DaysLeft: new(7), Status: result.Expiring, Configured: new(true)}
}

func renewedSteps() []result.Step {
	step := func(id string, title, summary msg.Text) result.Step {
		return result.Step{ID: id, Title: title, Status: result.Pass, Summary: summary}
	}
	return []result.Step{
		step("preflight", msg.New("Preflight"), msg.New("The new secret will be added to the %s and ends on %s.", msg.New("application"), *at("2026-09-06T08:15:00Z"))),
		step("add", msg.New("Add"), msg.New("The secret %s was added; it ends on %s.", freshKeyID, *at("2026-09-06T08:15:00Z"))),
		step("store", msg.New("Store"), msg.New("The value is in %s.", "file:/etc/archive/secret")),
		step("verify", msg.New("Verify"), msg.New("The new secret worked %d times in a row.", 3)),
		step("report", msg.New("Report"), msg.New("Nothing was removed. Everything that was valid before still is (%d).", 1)),
	}
}

func renewed() *result.Renewal {
	sp := list().ServicePrincipal
	added := newSecret()
	return &result.Renewal{Header: header(result.OK, 0), Outcome: result.Renewed, ServicePrincipal: sp, ActingAs: new("azure-cli"), Steps: renewedSteps(),
		Checks: []result.Check{{ID: "clock", Title: msg.New("Clock"), Status: result.Warn, Summary: msg.New("This machine's clock is %s off; the end of the secret is counted by the service's.", "7m12s")},
			{ID: "journal", Title: msg.New("Journal"), Status: result.Pass, Summary: msg.New("Each step will be recorded.")}},
		Added: &added, StoredIn: new("file:/etc/archive/secret"), Remaining: []result.Credential{oldSecret()},
		NextSteps: []result.Remedy{{Title: msg.New("Check that the sign-in works with the product's settings:"), Commands: []result.Command{{Shell: "sh", Command: "spcheck diagnose"}}}}}
}

func stopped() *result.Renewal {
	r := renewed()
	r.Header, r.Outcome, r.NextSteps, r.StoredIn = header(result.Unknown, 3), result.Stopped, nil, nil
	r.Error = &result.Failure{Message: msg.Literal("the new secret did not work 3 times in a row within 3m"), Hints: []msg.Text{msg.Literal("go on with: spcheck renew-secret --sp X --resume")}}
	for i := range r.Steps[3:] {
		r.Steps[3+i] = result.Step{ID: r.Steps[3+i].ID, Title: r.Steps[3+i].Title, Status: result.Skipped}
	}
	r.Journal = &result.JournalState{Path: "/home/a/.local/state/spcheck/renewals/x.json", Stage: "stored", KeyID: new(freshKeyID), DisplayName: "archive (4f1d)", Target: new("file:/etc/archive/secret"),
		Summary: msg.New("On %s the secret %s named %q was added and stored in %s; whether it works has not been verified.", *at("2026-03-10T08:15:00Z"), freshKeyID, "archive (4f1d)", "file:/etc/archive/secret")}
	return r
}

func removed() *result.Removal {
	ended := oldSecret()
	ended.EndDateTime, ended.DaysLeft, ended.Status, ended.Configured = at("2026-03-01T08:15:00Z"), new(-9), result.Expired, new(false)
	return &result.Removal{Header: header(result.OK, 0), ServicePrincipal: list().ServicePrincipal, ActingAs: new("azure-cli"), Remaining: []result.Credential{newSecret()},
		Secrets: []result.RemovalItem{{Credential: ended, Outcome: "removed", Reasons: []msg.Text{msg.New("It ended on %s and signs nobody in.", *at("2026-03-01T08:15:00Z"))}}}}
}

func refusedRemoval() *result.Removal {
	r := removed()
	r.Header = header(result.Unknown, 64)
	r.Secrets = []result.RemovalItem{{Credential: newSecret(), Outcome: "refused", Reasons: []msg.Text{msg.New("%s is the last working credential", freshKeyID)}}}
	return r
}

func TestTextOfChanges(t *testing.T) {
	for name, c := range map[string]struct {
		res result.Report
		o   Options
	}{
		"renew-secret-100":     {renewed(), Options{Unicode: true, Width: 100}},
		"renew-secret-de":      {renewed(), Options{Unicode: true, Width: 100, Language: "de"}},
		"renew-secret-ascii":   {renewed(), Options{}},
		"renew-secret-stopped": {stopped(), Options{Unicode: true, Width: 100}},
		"remove-secret":        {removed(), Options{Unicode: true, Width: 100}},
		"remove-secret-de":     {removed(), Options{Unicode: true, Width: 100, Language: "de"}},
		"remove-refused":       {refusedRemoval(), Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			out := write(t, "text", c.res, c.o)
			golden(t, name, out)
			checkLines(t, string(out), Options{Color: c.o.Color})
		})
	}
}
