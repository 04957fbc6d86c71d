//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// Each command that waits says on a terminal what it does before anything was answered.
// With --quiet, in a CI job and in a pipe there is only the report, and without --quiet
// the steps of a change.
func TestCommandsTellWhatTheyWaitFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	renewals := filepath.Join(dir, "renewals.yaml")
	if err := os.WriteFile(renewals, []byte("applications: [{app: MailStoreSP, to: ['file:"+filepath.Join(dir, "applied")+"']}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		first string
		args  []string
	}{
		"diagnose":          {"signing in …", []string{"diagnose"}},
		"list-secrets":      {"reading Microsoft Graph as environment …", []string{"list-secrets"}},
		"scan":              {"signing in …", []string{"scan"}},
		"incident":          {"signing in …", []string{"scan", "--incident", "MailStoreSP"}},
		"where":             {"reading Microsoft Graph as environment …", []string{"where", dir}},
		"renew-secret":      {"step 1 of 5: preflight", []string{"renew-secret", "--to", "file:" + filepath.Join(dir, "new")}},
		"renew-certificate": {"step 1 of 6: preflight", []string{"renew-certificate", "--dry-run"}},
		"remove-secret":     {"reading Microsoft Graph as environment …", []string{"remove-secret", "--expired", "--dry-run"}},
		"federate":          {"step 1 of 4: preflight", []string{"federate", "--issuer", "https://issuer.example", "--subject", "s", "--dry-run"}},
		"plan":              {"checking 1 application …", []string{"plan", "-f", renewals}},
		"apply":             {"renewing what is due of 1 application …", []string{"apply", renewals}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := slices.Contains([]string{"renew-secret", "renew-certificate", "federate", "apply"}, name)
			s := &screen{more: make(chan struct{})}
			told := false
			place := newFront(t, serve(t, "mailstore"), frontOptions{meddle: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if s != nil && !s.shows("spcheck: "+c.first) {
					t.Errorf("nothing was said before the first answer: %q", s)
				}
				told = true
				next.ServeHTTP(w, r)
			}})
			env := append(sandbox.Merge(plainEnv(t), place.env()), "SPCHECK_READER=environment")
			onTerminal(t, s, env, c.args...)
			if !told {
				t.Fatal("nothing was requested")
			}
			s = nil
			for kind, run := range map[string]struct{ env, flag string }{"--quiet": {"X=", "--quiet"}, "CI": {"CI=true", "--verbose"}, "Azure Pipelines": {"TF_BUILD=True", "--verbose"}} {
				silent := &screen{more: make(chan struct{})}
				report := onTerminal(t, silent, append(env, run.env), append(c.args, run.flag)...)
				if report == "" || !silentBut(steps && kind != "--quiet", silent.String()) {
					t.Errorf("%s: %q\n%s", kind, silent, report)
				}
			}
			if piped := spcheck(t, nil, env, c.args...); !silentBut(steps, piped.stderr) || piped.stdout == "" {
				t.Errorf("in a pipe: %s\n%s", piped.stderr, piped.stdout)
			}
		})
	}
}

// silentBut reports whether nothing was said, except for the steps of a change. What is
// being waited for ends with an ellipsis.
func silentBut(steps bool, said string) bool {
	return said == "" || steps && !strings.Contains(said, "…")
}
