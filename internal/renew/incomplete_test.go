package renew_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/transport"
)

// listless takes the passwords out of all answers, as a proxy that filters them might.
type listless struct{ base http.RoundTripper }

func (l listless) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.base.RoundTrip(r)
	if err != nil || r.Method != http.MethodGet {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	body = bytes.ReplaceAll(body, []byte(`"passwordCredentials"`), []byte(`"filteredCredentials"`))
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, err
}

// What arrives without a list of secrets was not read, so nobody may be told that there is
// nothing to remove.
func TestRemoveWithoutAList(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.input.HTTPClient = transport.Wrap(f.input.HTTPClient, func(base http.RoundTripper) http.RoundTripper { return listless{base} })
	_, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, Yes: true})
	if err == nil || err.Code != fail.CodeUnknown || !strings.Contains(failtest.Text(err), "without its credentials") {
		t.Errorf("%v", err)
	}
}
