package renew_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

func renewCertificateIn(common renew.Common, path string) error {
	parse := func(spec string) (*keyfile.File, error) { return keyfile.Parse(spec, keyfile.Deps{Now: time.Now}) }
	to, err := parse("pem:" + path)
	if err == nil {
		_, err = renew.RenewCertificate(context.Background(), renew.CertificateRequest{Renewal: renew.Renewal{Common: common, VerifyFor: 20 * time.Second}, To: to, Parse: parse})
	}
	return err
}

// Wherever a run is killed, the old certificates still exist, and the file contains the old
// one or the new one. The next run continues or cleans up, with --resume or unattended.
func TestCertificateKilledAtEveryPoint(t *testing.T) {
	t.Parallel()
	for point, after := range map[renew.Point]result.Outcome{
		renew.AtIntent: result.CleanedUp, renew.AtMade: result.CleanedUp,
		renew.AtAsking: result.Renewed, renew.AtAdded: result.Renewed, renew.AtNoted: result.Renewed, renew.AtProving: result.Renewed,
		renew.AtVerified: result.Renewed, renew.AtPlacing: result.Renewed, renew.AtPlaced: result.Renewed,
		renew.AtClosed: result.NothingToResume,
	} {
		t.Run(string(point), func(t *testing.T) {
			t.Parallel()
			f := newKeyFixture(t)
			f.kill(point, killCertificate+"="+f.file())
			old := thumbprint(f.keys()[0].Certificate)
			if held := f.inFile(f.file()); held != old && (len(f.keys()) != 3 || held != thumbprint(f.keys()[2].Certificate)) {
				t.Error("the file holds neither the old certificate nor the new one")
			}
			req := f.request()
			if point != renew.AtIntent && point != renew.AtMade && point != renew.AtClosed {
				if _, err := f.renew(req); err == nil || err.Code != fail.CodeUnknown {
					t.Errorf("a run without --resume: %v", err)
				}
			}
			req.Resume, req.To = true, nil
			res, err := f.renew(req)
			if res.Outcome != after {
				t.Fatalf("resumed: %s (%v)", res.Outcome, err)
			}
			if after == result.CleanedUp {
				f.untouched()
				return
			}
			f.renewed()
		})
	}
}

// An unattended run continues what another one left behind.
func TestCertificateKilledThenNightly(t *testing.T) {
	t.Parallel()
	for _, point := range []renew.Point{renew.AtIntent, renew.AtMade, renew.AtAsking, renew.AtAdded, renew.AtProving, renew.AtPlacing, renew.AtPlaced} {
		t.Run(string(point), func(t *testing.T) {
			t.Parallel()
			f := newKeyFixture(t)
			f.kill(point, killCertificate+"="+f.file())
			req := f.request()
			month := 30 * 24 * time.Hour
			req.IfExpiringWithin = &month
			if res := f.mustRenew(req); res.Outcome != result.Renewed {
				t.Fatalf("outcome %s", res.Outcome)
			}
			f.renewed()
			again := f.request()
			again.IfExpiringWithin = &month
			if res := f.mustRenew(again); res.Outcome != result.NotNeeded {
				t.Errorf("the night after: %s", res.Outcome)
			}
		})
	}
}

// A lost answer does no harm: the certificate is recognized by its thumbprint.
func TestCertificateAnswersThatAreLost(t *testing.T) {
	t.Parallel()
	for _, self := range []bool{false, true} {
		for _, kind := range []string{fault.Lost, fault.Unavailable, fault.Reset, fault.Cut} {
			t.Run(fmt.Sprintf("%s, itself %v", kind, self), func(t *testing.T) {
				t.Parallel()
				f := newKeyFixture(t)
				broken := sandbox.Fault{At: fault.AtGraph, Kind: kind, Times: 1, Method: "PATCH"}
				if self {
					f.self()
					broken.Method, broken.Path = "POST", "/addKey"
				}
				f.faults(broken)
				f.mustRenew(f.request())
				f.renewed()
			})
		}
	}
}

// If it is not known whether the certificate was added, its key is kept, and the next run
// continues.
func TestCertificateOfWhichNothingIsKnown(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t)
	req := f.request()
	req.Reached = func(p renew.Point) {
		if p == renew.AtAsking { // after the one read before the request
			f.faults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Lost, Status: 500, Times: 1, Method: "PATCH"},
				sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 500, Method: "GET", Skip: 1})
		}
	}
	if _, err := f.renew(req); err == nil || err.Code != fail.CodeUnknown {
		t.Fatalf("the run ended with %v", err)
	}
	if f.pending() == nil || len(f.beside("new")) != 1 {
		t.Fatalf("the key is gone: %v", f.beside("new"))
	}
	f.faults()
	req = f.request()
	req.Resume, req.To = true, nil
	f.mustRenew(req)
	f.renewed()
}

// A resumed run that has seen the certificate listed keeps its key, whatever happens next.
func TestKeyOfAListedCertificateIsKept(t *testing.T) {
	t.Parallel()
	unavailable := sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 500, Method: "GET"}
	for name, tc := range map[string]struct {
		first renew.Point
		fails bool
	}{
		"interrupted, not verified":      {renew.AtProving, false},
		"interrupted, verified":          {renew.AtVerified, false},
		"Graph fails after the one read": {renew.AtProving, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newKeyFixture(t)
			ctx, reach := interruptAt(tc.first)
			req := f.request()
			req.Reached = reach
			if _, err := renew.RenewCertificate(ctx, req); err == nil || f.pending() == nil {
				t.Fatalf("the first run: %v", err)
			}
			req = f.request()
			req.Resume, req.To = true, nil
			req.Input.Now = func() time.Time { return time.Now().Add(time.Hour) }
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			req.Reached = func(p renew.Point) {
				switch {
				case p != renew.AtAsking && p != renew.AtNoted:
				case tc.fails:
					f.faults(unavailable)
				default:
					cancel()
				}
			}
			_, _ = renew.RenewCertificate(ctx, req)
			f.faults()
			last := f.keys()[len(f.keys())-1].Certificate
			if len(f.keys()) == 3 && len(f.beside("new")) == 0 && f.inFile(f.file()) != thumbprint(last) {
				t.Fatal("the key is lost, and its certificate is registered")
			}
			if f.pending() != nil {
				req = f.request()
				req.Resume, req.To = true, nil
				f.mustRenew(req)
			}
			f.renewed()
		})
	}
}

// A file that cannot be read may contain the key of the earlier run. The journal stays.
func TestCertificateInAFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t)
	f.kill(renew.AtPlaced, killCertificate+"="+f.file())
	aside := f.file() + ".aside"
	must(t, os.Rename(f.file(), aside))
	must(t, os.Mkdir(f.file(), 0o700))
	month := 30 * 24 * time.Hour
	nightly := f.request()
	nightly.IfExpiringWithin = &month
	if _, err := f.renew(nightly); err == nil || err.Code != fail.CodeUnknown || f.pending() == nil {
		t.Fatalf("the run ended with %v; journal %v", err, f.pending())
	}
	must(t, os.Remove(f.file()))
	must(t, os.Rename(aside, f.file()))
	if res := f.mustRenew(nightly); res.Outcome != result.Renewed {
		t.Errorf("outcome %s", res.Outcome)
	}
	f.renewed()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
