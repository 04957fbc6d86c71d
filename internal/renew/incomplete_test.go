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
)

// What arrives without a list of secrets was not read, so nobody may be told that there is
// nothing to remove.
func TestRemoveWithoutAList(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.edit(func(resp *http.Response) {
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
		}
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(bytes.ReplaceAll(body, []byte(`"passwordCredentials"`), []byte(`"filteredCredentials"`))))
	})
	_, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, Yes: true})
	if err == nil || err.Code != fail.CodeUnknown || !strings.Contains(failtest.Text(err), "without its credentials") {
		t.Errorf("%v", err)
	}
}
