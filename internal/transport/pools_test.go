package transport

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// A sign-in that must reach another server gets its own connection, and the others keep
// theirs.
func TestConnectionsToThemselves(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		var opened atomic.Int64
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
		s.EnableHTTP2 = http2
		s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				opened.Add(1)
			}
		}
		s.StartTLS()
		t.Cleanup(s.Close)
		c := client(t, Options{CAFile: caFile(t, s)})
		t.Cleanup(c.CloseIdleConnections)
		for i, want := range []int64{1, 1, 2, 2, 3} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Close = i == 2 || i == 4
			resp, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if got := opened.Load(); got != want {
				t.Errorf("HTTP/2 %t: %d connections after request %d, want %d", http2, got, i+1, want)
			}
		}
	}
}
