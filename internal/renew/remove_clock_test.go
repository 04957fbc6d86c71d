package renew_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/transport"
)

// edited changes all answers, as some proxies do.
type edited struct {
	base http.RoundTripper
	edit func(*http.Response)
}

func (e edited) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := e.base.RoundTrip(r)
	if err == nil {
		e.edit(resp)
	}
	return resp, err
}

func (f *fixture) edit(edit func(*http.Response)) {
	f.input.HTTPClient = transport.Wrap(f.input.HTTPClient, func(base http.RoundTripper) http.RoundTripper { return edited{base, edit} })
}

// Without the service's clock it is not known what has expired, so nothing is removed for
// that reason.
func TestRemoveWithoutTheServicesClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t, addAnother("new", onApp))
	f.edit(func(resp *http.Response) { resp.Header.Del("Date") })
	if res, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, Yes: true}); err == nil || err.Code != fail.CodeUnknown || len(res.Secrets) != 0 ||
		!strings.Contains(failtest.Text(err), "clock could not be read") {
		t.Errorf("--expired: %v, %+v", err, res.Secrets)
	}
	req := renew.RemoveRequest{Common: f.common(), KeyIDs: []string{f.keyOf("archive 2024")}, Yes: true}
	if _, err := remove(t, req); err == nil || err.Code != fail.CodeUsage || !strings.Contains(failtest.Text(err), "clock could not be read") {
		t.Errorf("by its key: %v", err)
	}
	if n := len(f.passwords("application")); n != 3 {
		t.Errorf("%d secrets are left", n)
	}
	req.Force = true
	if _, err := remove(t, req); err != nil || len(f.passwords("application")) != 2 {
		t.Errorf("forced: %v", err)
	}
}
