package renew_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// expiresTomorrow makes a renewal due.
func expiresTomorrow(t *directory.Tenant) {
	soon := time.Now().Add(24 * time.Hour)
	app(t).Passwords[0].End = &soon
}

// Wherever a run was killed, the unattended run ends with one new secret that is proven and
// in the target. It names what it leaves behind.
func TestNightlyJobAfterEveryKill(t *testing.T) {
	t.Parallel()
	for _, point := range []renew.Point{renew.AtIntent, renew.AtAdded, renew.AtNoted, renew.AtStoring, renew.AtStored, renew.AtProving, renew.AtVerified, renew.AtClosed} {
		t.Run(string(point), func(t *testing.T) {
			f := newFixture(t, expiresTomorrow)
			writeOld(t, f)
			f.kill(point)
			res := mustRun(t, f.nightly())
			if point == renew.AtClosed != (res.Outcome == result.NotNeeded) {
				t.Errorf("outcome %s", res.Outcome)
			}
			if fresh := f.fresh(); len(fresh) != 1 || f.held() != fresh[0].Secret || point != renew.AtIntent && f.pending() != nil {
				t.Errorf("%d new secrets, pending %+v", len(fresh), f.pending())
			}
			f.oldStands()
			if again := mustRun(t, f.nightly()); again.Outcome != result.NotNeeded {
				t.Errorf("the night after: %s", again.Outcome)
			}
		})
	}
}

// oneWay is a run into a program whose value cannot be read back.
func (f *fixture) oneWay(req renew.Request, readBack bool) renew.Request {
	f.t.Helper()
	if runtime.GOOS == "windows" {
		f.t.Skip("sh is needed")
	}
	d := f.deps()
	d.Environ = os.Environ()
	to, err := target.Parse(`command:["sh", "-c", "cat >`+f.path()+`"]`, d)
	if err == nil && readBack {
		to, err = target.WithReadBack(to, "cat "+f.path(), d)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	req.Targets = []target.Target{to}
	return req
}

// interrupted interrupts a run into a program at a point.
func (f *fixture) interrupted(point renew.Point) {
	f.t.Helper()
	ctx, reached := interruptAt(point)
	req := f.oneWay(f.request(), false)
	req.Reached = reached
	if _, err := runIn(f.t, ctx, req); err == nil {
		f.t.Fatal("it was not interrupted")
	}
}

func TestNightlyJobIntoAProgram(t *testing.T) {
	t.Parallel()
	t.Run("whose value can be read back", func(t *testing.T) {
		f := newFixture(t, expiresTomorrow)
		f.interrupted(renew.AtStored)
		if res := mustRun(t, f.oneWay(f.nightly(), true)); res.Outcome != result.Renewed || len(f.fresh()) != 1 || f.pending() != nil {
			t.Errorf("outcome %s, %d new secrets", res.Outcome, len(f.fresh()))
		}
	})
	t.Run("whose value was used", func(t *testing.T) {
		f := newFixture(t, expiresTomorrow)
		f.interrupted(renew.AtStored)
		used := f.fresh()[0].KeyID
		f.change(func(t *directory.Tenant) {
			t.SignIns = append(t.SignIns, directory.SignIn{Time: time.Now(), AppID: app(t).AppID, KeyID: used, CredentialType: "clientSecret", Origin: "application", ServicePrincipalID: principal(t).ID})
		})
		res := mustRun(t, f.oneWay(f.nightly(), false))
		if res.Outcome != result.Renewed || len(f.fresh()) != 1 || f.pending() != nil {
			t.Errorf("outcome %s, %d new secrets", res.Outcome, len(f.fresh()))
		}
	})
	t.Run("of whose value nobody knows", func(t *testing.T) {
		f := newFixture(t, expiresTomorrow)
		f.interrupted(renew.AtStored)
		earlier := f.fresh()[0].KeyID
		res := mustRun(t, f.oneWay(f.nightly(), false))
		if res.Outcome != result.Renewed || len(f.fresh()) != 2 || f.pending() != nil || *res.Added.KeyID == earlier {
			t.Errorf("outcome %s, %d new secrets", res.Outcome, len(f.fresh()))
		}
		if !strings.Contains(textsOf(res.Notes), earlier) {
			t.Errorf("the earlier secret is not named: %q", textsOf(res.Notes))
		}
		if again := mustRun(t, f.oneWay(f.nightly(), false)); again.Outcome != result.NotNeeded || len(f.fresh()) != 2 {
			t.Errorf("the night after: %s, %d new secrets", again.Outcome, len(f.fresh()))
		}
	})
}

// A secret that a lost request of the previous run adds late is removed by the next run,
// although nothing is due.
func TestNightlyJobTakesUpLateOrphans(t *testing.T) {
	t.Parallel()
	f := newFixture(t, lagging(10*time.Minute))
	writeOld(t, f)
	f.faults(atAdd("lost", 1))
	mustRun(t, f.request())
	f.faults()
	f.change(lagging(0))
	if len(f.fresh()) != 2 {
		t.Fatalf("%d new secrets", len(f.fresh()))
	}
	if res := mustRun(t, f.nightly()); res.Outcome != result.NotNeeded || len(f.fresh()) != 1 || len(res.Removed) != 1 || f.held() != f.fresh()[0].Secret {
		t.Errorf("outcome %s, %d new secrets, %d removed", res.Outcome, len(f.fresh()), len(res.Removed))
	}
}

// elsewhere is another machine, which has no journal.
func (f *fixture) elsewhere() renew.Common {
	c := f.common()
	c.Store = journal.In(f.t.TempDir(), time.Now)
	return c
}

// Nobody has the value of a secret whose run was killed on another machine.
func TestSecretLostOnAnotherMachine(t *testing.T) {
	t.Parallel()
	old := func(t *directory.Tenant) {
		long := time.Now().Add(-10 * 24 * time.Hour)
		for i := range app(t).Passwords {
			if p := &app(t).Passwords[i]; !p.Added.IsZero() {
				p.Start = &long
			}
		}
	}
	lost := func(t *testing.T) *fixture {
		f := newFixture(t, expiresTomorrow)
		f.kill(renew.AtAdded)
		f.change(old)
		return f
	}
	t.Run("the nightly job is not green because of it", func(t *testing.T) {
		f := lost(t)
		req := f.oneWay(f.nightly(), false)
		req.Common = f.elsewhere()
		gone := f.fresh()[0].KeyID
		res := mustRun(t, req)
		if res.Outcome != result.Renewed || !strings.Contains(textsOf(res.Notes), gone) {
			t.Errorf("outcome %s, notes %q", res.Outcome, textsOf(res.Notes))
		}
	})
	t.Run("nor of many of which nobody knows", func(t *testing.T) {
		f := newFixture(t, expiresTomorrow, readerRoles("Application.ReadWrite.All", "Policy.Read.All")) // no activity report
		f.kill(renew.AtAdded)
		for night := range 3 {
			req := f.oneWay(f.nightly(), false)
			req.Common = f.elsewhere()
			if _, err := run(t, req); (err == nil) != (night == 0) || err != nil && err.Code != 3 {
				t.Errorf("night %d: error %v", night, err)
			}
		}
		if len(f.fresh()) != 2 {
			t.Errorf("%d new secrets pile up", len(f.fresh()))
		}
	})
	t.Run("it is no other valid credential", func(t *testing.T) {
		f := lost(t)
		rr := renew.RemoveRequest{Common: f.elsewhere(), KeyIDs: []string{f.keyOf("archive 2025")}, Yes: true, NotUsedSince: time.Hour}
		rr.Input.Settings.Credential = nil
		if _, err := remove(t, rr); err == nil || !strings.Contains(failtest.Text(err), "last credential") || !strings.Contains(failtest.Text(err), f.fresh()[0].KeyID) {
			t.Errorf("error %v", err)
		}
		f.oldStands()
	})
}

// While a renewal is unfinished, it is not known which secrets are needed.
func TestNothingIsRemovedWhileARenewalIsUnfinished(t *testing.T) {
	t.Parallel()
	for _, point := range []renew.Point{renew.AtNoted, renew.AtStoring, renew.AtStored} {
		t.Run(string(point), func(t *testing.T) {
			f := newFixture(t, addAnother("spare", onApp))
			f.kill(point)
			before := len(f.passwords("application"))
			for _, name := range []string{"archive 2025", "spare"} {
				_, err := remove(t, renew.RemoveRequest{Common: f.common(), KeyIDs: []string{f.keyOf(name)}, Yes: true})
				if err == nil || !strings.Contains(failtest.Text(err), "is unfinished") || len(f.passwords("application")) != before {
					t.Errorf("%s: error %v", name, err)
				}
			}
			// The lost secret itself may be removed. One that may be in use may only be
			// removed with --force.
			own := f.fresh()[0].KeyID
			for _, p := range f.fresh() {
				if p.DisplayName != "spare" {
					own = p.KeyID
				}
			}
			_, err := remove(t, renew.RemoveRequest{Common: f.common(), KeyIDs: []string{own}, Yes: true})
			if gone := len(f.passwords("application")) < before; gone != (point == renew.AtNoted) || gone != (err == nil) {
				t.Errorf("its own secret: removed %t, error %v", gone, err)
			}
		})
	}
}

// That nothing is known about a secret's use speaks against removing it.
func TestUnknownUseSpeaksAgainstRemoval(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		roles      []string
		configured bool
		says       string
	}{
		"no activity report":       {[]string{"Application.ReadWrite.All"}, true, "is not known"},
		"no credential configured": {[]string{"Application.ReadWrite.All", "AuditLog.Read.All", "Directory.Read.All"}, false, "no credential is configured"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, addAnother("new", onApp), readerRoles(tc.roles...))
			req := renew.RemoveRequest{Common: f.common(), KeyIDs: []string{f.keyOf("new")}, Yes: true, NotUsedSince: 7 * 24 * time.Hour}
			if !tc.configured {
				env := f.env
				req.Input = inputFrom(t, func(name string) (string, bool) {
					if name == "AZURE_CLIENT_SECRET" {
						return "", false
					}
					return env(name)
				}, nil)
			}
			if _, err := remove(t, req); err == nil || !strings.Contains(failtest.Text(err), tc.says) || len(f.fresh()) != 1 {
				t.Errorf("error %v", err)
			}
		})
	}
}

// An unfinished renewal always has the same exit code, whatever else is wrong.
func TestUnfinishedRenewalHasOneExitCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.kill(renew.AtStored)
	f.change(func(t *directory.Tenant) { restrict(t, directory.Restriction{Type: "passwordAddition"}) })
	for name, refine := range map[string]func(*renew.Request){
		"a policy":           func(*renew.Request) {},
		"a dry run":          func(r *renew.Request) { r.DryRun = true },
		"a nightly dry run":  func(r *renew.Request) { *r = f.nightly(); r.DryRun = true },
		"a target of no use": func(r *renew.Request) { r.Targets = []target.Target{f.target("file:" + f.dir)} },
		"an object of no use": func(r *renew.Request) {
			r.On = "servicePrincipal"
			f.change(func(t *directory.Tenant) { principal(t).Enabled = false })
		},
	} {
		req := f.request()
		refine(&req)
		if _, err := run(t, req); err == nil || err.Code != 3 || !strings.Contains(failtest.Text(err), "--resume") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// The date has not passed by this machine's clock, but it has by the service's.
func TestUntilByTheServicesClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	req := f.request()
	behind := func() time.Time { return time.Now().AddDate(0, 0, -20) }
	req.Input.Now = behind
	until, err := renew.ParseUntil(behind().AddDate(0, 0, 3).Format(time.DateOnly), behind())
	if err != nil {
		t.Fatal(err)
	}
	req.Lifetime.Until = until
	if _, err := run(t, req); err == nil || err.Code != 64 || !strings.Contains(err.What.String(), "is in the past") || len(f.fresh()) != 0 {
		t.Errorf("error %v, %d new secrets", err, len(f.fresh()))
	}
}

func TestFarthestUntil(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 15, 0, 0, 0, time.UTC)
	last := now.AddDate(0, 0, renew.MaxDays)
	if _, err := renew.ParseUntil(last.Format(time.DateOnly), now); err != nil {
		t.Errorf("the last day that --days reaches is refused: %v", err)
	}
	if _, err := renew.ParseUntil(last.AddDate(0, 0, 1).Format(time.DateOnly), now); err == nil {
		t.Error("the day after it is accepted")
	}
}
