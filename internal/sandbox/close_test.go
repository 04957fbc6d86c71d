package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// TestCloseCutsOffADelayedAnswer checks that Close ends a delayed answer instead of
// waiting and dropping the connection: the client sees the end of one stream.
func TestCloseCutsOffADelayedAnswer(t *testing.T) {
	s, client, env := start(t, sandbox.DefaultScenario)
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
	if err := s.SetFaults(sandbox.Fault{Kind: "late", At: "token", Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	signIns := func() int {
		s.World().RLock()
		defer s.World().RUnlock()
		return len(s.World().Tenants[0].SignIns)
	}
	before, answered := signIns(), make(chan error, 1)
	go func() {
		response, err := client.PostForm(s.URL()+"/"+env["AZURE_TENANT_ID"]+"/oauth2/v2.0/token", url.Values{
			"grant_type": {"client_credentials"}, "scope": {graphScope},
			"client_id": {env["AZURE_CLIENT_ID"]}, "client_secret": {env["AZURE_CLIENT_SECRET"]},
		})
		if err == nil {
			response.Body.Close()
		}
		answered <- err
	}()
	for signIns() == before { // the request is carried out before its answer is delayed
		select {
		case err := <-answered:
			t.Fatalf("the answer was not delayed: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err == nil || !strings.Contains(err.Error(), "stream error") {
		t.Errorf("the delayed answer ended with %v, want a stream error", err)
	}
}
