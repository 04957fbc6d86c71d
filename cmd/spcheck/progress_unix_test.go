//go:build unix

package main

import (
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// screen is what a program has written to a terminal so far.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed and replaced when something comes
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.more)
	s.more = make(chan struct{})
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// shows waits until a text was written, or for so long that it never will be.
func (s *screen) shows(text string) bool {
	patience := time.After(time.Minute)
	for {
		s.mu.Lock()
		more, there := s.more, strings.Contains(s.text.String(), text)
		s.mu.Unlock()
		if there {
			return true
		}
		select {
		case <-more:
		case <-patience:
			return false
		}
	}
}

// onTerminal runs the program with a terminal as its standard error, and returns
// its standard output.
func onTerminal(t *testing.T, s *screen, env []string, args ...string) string {
	t.Helper()
	far, near, err := pty.Open()
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	defer far.Close()
	if err := pty.Setsize(far, &pty.Winsize{Rows: 40, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = append(env, "NO_COLOR=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, near
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = near.Close()
	read := make(chan struct{})
	go func() { _, _ = io.Copy(s, far); close(read) }() // ends with the program
	_ = cmd.Wait()                                      // its exit code is that of the diagnosis
	<-read
	return out.String()
}

// On a terminal a person sees what is being done before anything was answered, and
// each check when it is over, while later answers are still missing; then the
// report as everybody gets it.
func TestFirstWordsComeEarly(t *testing.T) {
	t.Parallel()
	for lang, first := range map[string]string{"en": "spcheck: signing in …", "de": "spcheck: Anmeldung läuft …"} {
		t.Run(lang, func(t *testing.T) {
			s := &screen{more: make(chan struct{})}
			place := newFront(t, serve(t, "mailstore"), frontOptions{meddle: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				switch {
				case s == nil:
				case isDiscovery(r) && !s.shows(first):
					t.Errorf("nothing was said before Entra answered: %q", s)
				case strings.HasSuffix(r.URL.Path, "/signIns") && !s.shows("  ✓ "):
					t.Errorf("no check was told to be over before the last answer: %q", s)
				}
				next.ServeHTTP(w, r)
			}})
			env := sandbox.Merge(plainEnv(t), place.env())
			args := []string{"diagnose", "--reader", "environment", "--lang", lang}
			report := onTerminal(t, s, env, args...)
			if !strings.HasSuffix(s.String(), "A\x1b[J") {
				t.Errorf("what was told is not erased: %q", s)
			}
			s = nil
			if plain := spcheck(t, nil, env, args...); plain.stdout != report || plain.stderr != "" {
				t.Errorf("without a terminal:\n%s%s\nwith one:\n%s", plain.stderr, plain.stdout, report)
			}
			quiet := &screen{more: make(chan struct{})}
			onTerminal(t, quiet, env, append(args, "--quiet")...)
			if quiet.String() != "" {
				t.Errorf("--quiet says %q", quiet)
			}
		})
	}
}
