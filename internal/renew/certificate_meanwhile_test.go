package renew_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/transport"
)

// meddler changes the tenant when a request is sent, or when its answer arrives.
type meddler struct {
	base          http.RoundTripper
	method        string
	before, after func()
	once          sync.Once
}

func (m *meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != m.method {
		return m.base.RoundTrip(r)
	}
	var res *http.Response
	var err error
	done := false
	m.once.Do(func() {
		done = true
		if m.before != nil {
			m.before()
		}
		res, err = m.base.RoundTrip(r)
		if m.after != nil {
			m.after()
		}
	})
	if done {
		return res, err
	}
	return m.base.RoundTrip(r)
}

func (f *keyFixture) meddle(method string, before, after func(*directory.Tenant)) {
	as := func(change func(*directory.Tenant)) func() {
		if change == nil {
			return nil
		}
		return func() { f.change(change) }
	}
	f.input.HTTPClient = transport.Wrap(f.input.HTTPClient, func(base http.RoundTripper) http.RoundTripper {
		return &meddler{base: base, method: method, before: as(before), after: as(after)}
	})
}

// dropSecond removes a certificate, as someone else might.
func dropSecond(t *directory.Tenant) {
	a := app(t)
	a.Keys = append(append([]directory.Key{}, a.Keys[:1]...), a.Keys[2:]...)
}

func TestOthersChangeTheCertificatesMeanwhile(t *testing.T) {
	t.Parallel()
	t.Run("before the request", func(t *testing.T) {
		f := newKeyFixture(t)
		f.meddle("PATCH", dropSecond, nil)
		res := f.mustRenew(f.request())
		if len(f.keys()) != 2 || f.inFile(f.file()) != thumbprint(f.keys()[1].Certificate) {
			t.Errorf("%d certificates", len(f.keys()))
		}
		if notes := fmt.Sprint(res.Notes); !strings.Contains(notes, "Someone else changed") {
			t.Errorf("nothing is said of it: %s", notes)
		}
	})
	t.Run("after the request", func(t *testing.T) {
		f := newKeyFixture(t)
		gone := f.keys()[1]
		f.meddle("PATCH", nil, dropSecond)
		res, err := f.renew(f.request())
		if err == nil || err.Code != fail.CodeUnknown || !strings.Contains(fmt.Sprint(err.Hints), gone.KeyID) || res.Outcome != result.Stopped {
			t.Fatalf("the run ended with %v", err)
		}
		if f.inFile(f.file()) != thumbprint(f.keys()[0].Certificate) {
			t.Error("the file was replaced")
		}
		req := f.request()
		req.Resume, req.To = true, nil
		f.mustRenew(req)
	})
	t.Run("while the run prepares", func(t *testing.T) {
		f := newKeyFixture(t)
		req := f.request()
		req.Reached = func(p renew.Point) {
			if p == renew.AtMade {
				f.change(func(t *directory.Tenant) {
					extra := app(t).Keys[1]
					extra.KeyID = "6c1f0d2e-93a4-4e5b-8f60-1a2b3c4d5e6f"
					app(t).Keys = append(app(t).Keys, extra)
				})
			}
		}
		res := f.mustRenew(req)
		if len(f.keys()) != 4 || !strings.Contains(fmt.Sprint(res.Notes), "Someone else changed") {
			t.Errorf("%d certificates, notes %v", len(f.keys()), res.Notes)
		}
	})
}
