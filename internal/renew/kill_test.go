package renew_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

// The test binary also runs renewals itself, so that a process can be killed at a point
// that only a hook knows.
const (
	killPoint = "RENEW_TEST_KILL_AT"
	killFile  = "RENEW_TEST_FILE"
	// killCertificate is the file with the certificate, if one is renewed instead of a
	// secret.
	killCertificate = "RENEW_TEST_CERTIFICATE"
)

func TestMain(m *testing.M) {
	if point := os.Getenv(killPoint); point != "" {
		killedAt(renew.Point(point))
	}
	os.Exit(m.Run())
}

// killedAt renews, and ends this process at a point, as the out-of-memory killer or a power
// failure would.
func killedAt(point renew.Point) {
	store, err := journal.Open(os.LookupEnv, time.Now)
	if err != nil {
		os.Exit(64)
	}
	to, err := target.Parse("file:"+os.Getenv(killFile), target.Deps{Now: time.Now})
	if err != nil {
		os.Exit(64)
	}
	in := inputFrom(&testing.T{}, os.LookupEnv, nil)
	common := renew.Common{Input: in, Store: store, Sleep: func(context.Context, time.Duration) error { return nil },
		Reached: func(p renew.Point) {
			if p == point {
				if self, err := os.FindProcess(os.Getpid()); err == nil {
					_ = self.Kill()
				}
				select {} // until it is killed
			}
		}}
	if path := os.Getenv(killCertificate); path != "" {
		err = renewCertificateIn(common, path)
	} else {
		_, err = renew.Run(context.Background(), renew.Request{Renewal: renew.Renewal{Common: common, VerifyFor: 20 * time.Second}, Targets: []target.Target{to}})
	}
	if err != nil {
		os.Exit(65)
	}
	os.Exit(66) // it should have been killed
}

func (f *fixture) kill(point renew.Point, env ...string) {
	f.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(env, killPoint+"="+string(point), killFile+"="+f.path())
	for _, name := range []string{"XDG_STATE_HOME", "HOME", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_AUTHORITY_HOST",
		"SPCHECK_GRAPH_ENDPOINT", "SPCHECK_CA_FILE", "SPCHECK_READER_CLIENT_ID", "SPCHECK_READER_CLIENT_SECRET", "SPCHECK_READER"} {
		if v, ok := f.env(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	err := cmd.Run()
	var exit *exec.ExitError
	// The exit code of a killed process is -1 on Unix, and 1 on Windows.
	if !errors.As(err, &exit) || exit.ExitCode() != -1 && exit.ExitCode() != 1 {
		f.t.Fatalf("the run was not killed: %v", err)
	}
}

// Wherever a run is killed, the old secret still exists, the target contains the old value
// or the new one, and the next run names what was left behind.
func TestKilledAtEveryPoint(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		point renew.Point
		// after is the outcome of --resume.
		after result.Outcome
	}{
		{renew.AtIntent, result.CleanedUp},
		{renew.AtAdded, result.CleanedUp},
		{renew.AtNoted, result.CleanedUp},
		{renew.AtStoring, result.CleanedUp}, // the target contains another value
		{renew.AtStored, result.Renewed},
		{renew.AtProving, result.Renewed},
		{renew.AtVerified, result.Renewed},
		{renew.AtClosed, result.NothingToResume},
	} {
		t.Run(string(tc.point), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			writeOld(t, f)
			f.kill(tc.point)
			f.oldStands()
			if held := f.held(); held != "the-old-value" && (len(f.fresh()) != 1 || held != f.fresh()[0].Secret) {
				t.Error("the target holds neither the old value nor the new one")
			}
			for _, p := range f.fresh() {
				if e := f.pending(); tc.point != renew.AtClosed && (e == nil || e.Name != p.DisplayName) {
					t.Errorf("nobody knows of the secret %s", p.KeyID)
				}
			}
			req := f.request()
			req.Resume, req.Targets = true, nil
			res, err := run(t, req)
			if res.Outcome != tc.after {
				t.Fatalf("resumed: %s (%v)", res.Outcome, err)
			}
			f.settled(tc.after)
		})
	}
}

// settled checks what is left after --resume.
func (f *fixture) settled(after result.Outcome) {
	f.t.Helper()
	f.oldStands()
	switch after {
	case result.CleanedUp:
		if len(f.fresh()) != 0 || f.pending() != nil || f.held() != "the-old-value" {
			f.t.Error("something is left of the lost secret")
		}
	default:
		if len(f.fresh()) != 1 || f.held() != f.fresh()[0].Secret || f.pending() != nil || len(f.backups()) != 0 {
			f.t.Errorf("%d secrets, pending %v, backups %v", len(f.fresh()), f.pending(), f.backups())
		}
	}
}

// Without --resume, the next run removes what is certainly lost, and then renews.
func TestKilledThenRenewedAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.kill(renew.AtNoted)
	lost := f.fresh()[0].KeyID
	res := mustRun(t, f.request())
	if len(f.fresh()) != 1 || len(res.Removed) != 1 || *res.Removed[0].KeyID != lost {
		t.Errorf("%d secrets stand, removed %v", len(f.fresh()), res.Removed)
	}
}
