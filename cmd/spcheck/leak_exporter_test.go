package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestNoLeakByTheExporter searches what the exporter logs and serves, in worlds
// where it reads and where it is refused.
func TestNoLeakByTheExporter(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a console interrupt cannot be sent to one process on Windows")
	}
	for _, w := range leakWorlds() {
		switch w.name {
		case "healthy", "Graph repeats the token", "refusal repeats the request", "portal":
		default:
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			p := newLeakPlace(t, w)
			c := leakCommand{name: "exporter"}
			cmd := exec.Command(binary, "exporter", "--listen", "127.0.0.1:0", "--interval", "1s", "--reader", "environment", "--debug")
			cmd.Env = p.environ()
			logged := &lockedBuffer{}
			cmd.Stdout, cmd.Stderr = logged, logged
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			served := scrapeOf(t, logged, p)
			_ = cmd.Process.Signal(os.Interrupt) // it may have ended, which the search shows
			_ = cmd.Wait()
			p.search(t, w, c, leakLook{}, ran{0, served, logged.String()})
			if served == "" {
				t.Errorf("nothing was served\n%s", logged.String())
			}
		})
	}
}

// scrapeOf reads the metrics after the exporter has asked for something.
func scrapeOf(t *testing.T, logged *lockedBuffer, p *leakPlace) string {
	t.Helper()
	for range 200 {
		time.Sleep(50 * time.Millisecond)
		_, rest, ok := strings.Cut(logged.String(), "serves /metrics at ")
		if !ok || p.front.count() < 3 {
			continue
		}
		address := strings.Fields(rest)[0]
		if status, body := get(t, "http://"+address+"/metrics"); status == http.StatusOK {
			return body
		}
	}
	return ""
}

// lockedBuffer is written by a running program and read by the test.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
