package plan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/strictyaml"
	"github.com/spcheck/spcheck/internal/transport"
)

const namePattern = "Application %04d"

func TestPlanThenApply(t *testing.T) {
	t.Parallel()
	w := newTenant(t, 6)
	w.change(func(t *directory.Tenant) { // the application of the scenario is the first
		t.Applications[len(t.Applications)-1].DisplayName = "renamed"
		t.ServicePrincipals[len(t.ServicePrincipals)-1].DisplayName = "renamed"
	})
	if err := os.WriteFile(w.place(4), []byte("x 1\ny 2"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, saved := w.plan(w.file(6, ""))
	if b.Totals.Planned != 4 || b.Totals.Failed != 1 || b.Totals.Forbidden+b.Totals.Failed != 2 || b.ExitCode != fail.CodeUnknown {
		t.Errorf("planned: %+v, exit code %d", b.Totals, b.ExitCode)
	}
	for i := range 6 {
		if _, fresh := w.passwords(i); len(fresh) != 0 {
			t.Error("a plan changed something")
		}
	}
	b = w.apply(saved, nil)
	if b.Totals.Renewed != 4 || b.Totals.Skipped != 2 || b.ExitCode != 0 {
		t.Errorf("applied: %+v, exit code %d", b.Totals, b.ExitCode)
	}
	for i := range 4 {
		w.renewed(i, 1)
	}
	// After the plan was applied, nothing is due any more.
	if b = w.apply(saved, nil); b.Totals.NotDue != 4 || b.Totals.Renewed != 0 {
		t.Errorf("applied again: %+v %v", b.Totals, b.Items[0])
	}
}

// renewed checks that an application has its old secret, and the new one that is in its
// file.
func (w *tenant) renewed(i, most int) {
	w.t.Helper()
	old, fresh := w.passwords(i)
	held, _ := os.ReadFile(w.place(i))
	found := false
	for _, p := range fresh {
		found = found || p.Secret == string(held)
	}
	if !old || !found || len(fresh) > most {
		w.t.Errorf("application %d: old secret there %t, %d new ones, one of them in its file %t", i, old, len(fresh), found)
	}
}

// The first file can be loaded, and is valid by the published schema.
func TestFirstFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), plan.DefaultFile)
	if err := os.WriteFile(path, []byte(plan.Starter("")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Load(path, target.Deps{Now: time.Now}); err != nil {
		t.Error(err)
	}
	for text, good := range map[string]bool{plan.Starter("fabrikam.example"): true, "applications: [{app: A, too: ['file:a']}]": false, "applications: [{app: A, to: [{to: 'file:a', readBack: cat}]}]": true} {
		var content any
		if err := strictyaml.Unmarshal([]byte(text), &content); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := schematest.Check("renewals", data); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestFilesAndPlansThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newTenant(t, 2)
	_, saved := w.plan(w.file(2, ""))
	text, _ := os.ReadFile(saved)
	other := filepath.Join(w.dir, "other.json")
	if err := os.WriteFile(other, bytes.Replace(text, []byte(`"tenant": "`), []byte(`"tenant": "fabrikam.example`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ content, path, says, hint string }{
		"no file":                  {path: filepath.Join(w.dir, "none.yaml"), says: "cannot be read", hint: "plan --init -f "},
		"a folder":                 {path: w.dir, says: "cannot be read: it is a folder", hint: "check the path"},
		"a target without a list":  {content: "applications: [{app: A, to: 'file:a'}]", says: "a list is expected here", hint: "docs/renewing.md"},
		"an application twice":     {content: "applications: [{app: A, to: ['file:a']}, {app: a, to: ['file:b']}]", says: "appears twice", hint: "keep one entry"},
		"a target twice":           {content: "applications: [{app: A, to: ['file:a']}, {app: B, to: ['file:a']}]", says: "given twice"},
		"a misspelt field":         {content: "applications: [{app: A, too: ['file:a']}]", says: `unknown key "too"`},
		"no target":                {content: "applications: [{app: A}]", says: "no target"},
		"no application":           {content: "applications: []", says: "names no application", hint: "docs/renewing.md"},
		"an unknown target":        {content: "applications: [{app: A, to: ['nowhere:a']}]", says: "not recognised"},
		"standard output":          {content: "applications: [{app: A, to: [stdout]}]", says: "standard output"},
		"a lifetime of no length":  {content: "applications: [{app: A, days: -1, to: ['file:a']}]", says: "at least 1"},
		"another tenant's file":    {content: "tenant: fabrikam.example\napplications: [{app: A, to: ['file:a']}]", says: "fabrikam.example"},
		"another tenant's plan":    {path: other, says: "fabrikam.example"},
		"a report of another kind": {content: `{"schemaVersion": "1"}`, says: "is not a plan"},
	} {
		t.Run(name, func(t *testing.T) {
			path := tc.path
			if path == "" {
				path = filepath.Join(w.dir, "bad.yaml")
				if err := os.WriteFile(path, []byte(tc.content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			o := w.options()
			var err error
			if o.File, o.Chosen, err = plan.Open(path, o.Deps); err == nil {
				_, err = plan.Run(context.Background(), o)
			}
			if err == nil || fail.From(err).Code != fail.CodeUsage || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v", err)
			} else if hints := fmt.Sprint(fail.From(err).Hints); !strings.Contains(hints, tc.hint) {
				t.Errorf("hints %s", hints)
			}
		})
	}
	w.file(1, "") // the file that the plan was made from has changed
	if _, _, err := plan.Open(saved, w.options().Deps); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("a plan whose file has changed: %v", err)
	}
	w.renewedByName(t)
}

// renewedByName lists one application by its name and by its ID.
func (w *tenant) renewedByName(t *testing.T) {
	t.Helper()
	path := filepath.Join(w.dir, "twice.yaml")
	text := fmt.Sprintf("applications:\n  - {app: '"+namePattern+"', to: ['file:%s']}\n  - {app: %s, to: ['file:%s-b']}\n", 0, w.place(0), directory.StableID("client 0"), w.place(0))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b := w.apply(path, nil)
	if _, fresh := w.passwords(0); b.Totals.Renewed != 1 || b.Totals.Forbidden+b.Totals.Failed != 1 || len(fresh) != 1 {
		t.Errorf("one application under two names: %+v, %d new secrets", b.Totals, len(fresh))
	}
}

// timeless removes the time from all answers.
type timeless struct{ base http.RoundTripper }

func (t timeless) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(r)
	if err == nil {
		resp.Header.Del("Date")
	}
	return resp, err
}

// A replaced secret is removed once it was unused for long enough, but never while it is
// used.
func TestReplacedSecretsAreRetired(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		after time.Duration
		used  time.Duration // since its last use; 0 is never
		roles []string
		fault string // the path of the request that fails
		code  int    // the AADSTS code of the last sign-in
		// timeless means that no answer has the time of the service.
		timeless bool
		gone     bool
	}{
		"long unused":               {after: 10 * 24 * time.Hour, used: 60 * 24 * time.Hour, gone: true},
		"no service's clock":        {after: 10 * 24 * time.Hour, used: 60 * 24 * time.Hour, timeless: true},
		"used since":                {after: 10 * 24 * time.Hour, used: -9 * 24 * time.Hour},
		"too early":                 {after: 3 * 24 * time.Hour, used: 60 * 24 * time.Hour},
		"of whose use nobody knows": {after: 10 * 24 * time.Hour, roles: []string{"Application.ReadWrite.All"}},
		// The report only counts sign-ins that worked.
		"tried since":            {after: 10 * 24 * time.Hour, used: -9 * 24 * time.Hour, code: 53003},
		"no log":                 {after: 10 * 24 * time.Hour, fault: "/auditLogs/signIns"},
		"no report, and the log": {after: 10 * 24 * time.Hour, fault: "/reports/", gone: true},
		"no report, used by it":  {after: 10 * 24 * time.Hour, fault: "/reports/", used: -9 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTenant(t, 1)
			w.change(func(t *directory.Tenant) {
				for _, sp := range t.ServicePrincipals {
					if sp.DisplayName == "spcheck reader" && tc.roles != nil {
						sp.Roles = tc.roles
					}
				}
				far := time.Now().AddDate(0, 0, 25)
				a := t.ApplicationByAppID(directory.StableID("client 0"))
				a.Passwords[0].End = &far
				if tc.used != 0 {
					t.SignIns = append(t.SignIns, directory.SignIn{Time: time.Now().Add(-tc.used), AppID: a.AppID, KeyID: a.Passwords[0].KeyID, ErrorCode: tc.code,
						CredentialType: "clientSecret", Origin: "application", ServicePrincipalID: directory.StableID("sp 0")})
				}
			})
			path := w.file(1, "")
			if b := w.apply(path, nil); b.Totals.Renewed != 1 {
				t.Fatalf("%+v", b.Totals)
			}
			w.server.SetClockOffset(tc.after)
			if tc.fault != "" {
				if err := w.server.SetFaults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 403, Path: tc.fault}); err != nil {
					t.Fatal(err)
				}
			}
			b := w.apply(path, func(o *plan.Options) {
				o.RetireAfter, o.Common.Input.Now = 7*24*time.Hour, func() time.Time { return time.Now().Add(tc.after) }
				if tc.timeless {
					o.Common.Input.HTTPClient = transport.Wrap(o.Common.Input.HTTPClient, func(base http.RoundTripper) http.RoundTripper { return timeless{base} })
				}
			})
			old, fresh := w.passwords(0)
			if old == tc.gone || len(fresh) != 1 || (b.Totals.Removed == 1) != tc.gone || b.Totals.NotDue != 1 {
				t.Errorf("the old secret is there: %t; %+v, %q", old, b.Totals, b.Items[0].Notes)
			}
		})
	}
}

// The test binary also applies plans itself, so that a process can be killed.
const killedFile = "PLAN_TEST_FILE"
