package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// passwordsOn are the passwords of an application, as the tenant knows them.
func passwordsOn(t *testing.T, server *sandbox.Server, name string) []directory.Password {
	t.Helper()
	w := server.World()
	w.RLock()
	defer w.RUnlock()
	for _, app := range w.Tenants[0].Applications {
		if app.DisplayName == name {
			return app.Listed()
		}
	}
	t.Fatalf("there is no %s", name)
	return nil
}

// holdNothingLost holds, after a renewal however it ended, that what worked still
// stands, and that each secret that was added is in its target, or named by the
// report or the journal.
func holdNothingLost(t *testing.T, server *sandbox.Server, name, target, state string, got ran) (added int) {
	t.Helper()
	said := got.stdout + got.stderr
	journals, _ := filepath.Glob(filepath.Join(state, "spcheck", "renewals", "*.json"))
	for _, path := range journals {
		data, _ := os.ReadFile(path)
		said += string(data)
	}
	stored, _ := os.ReadFile(target)
	kept := false
	for _, p := range passwordsOn(t, server, name) {
		switch {
		case p.Added.IsZero():
			kept = true
		case strings.TrimSpace(string(stored)) == p.Secret, strings.Contains(said, p.KeyID), strings.Contains(said, p.DisplayName):
			added++
		default:
			t.Errorf("the secret %s %q was added, and nobody knows\n%s%s", p.KeyID, p.DisplayName, got.stdout, got.stderr)
		}
	}
	if !kept {
		t.Error("the secret that worked is gone")
	}
	return added
}

func (p *faultPlace) renew(t *testing.T, row faultRow) {
	t.Helper()
	target := filepath.Join(t.TempDir(), "secret")
	got := p.try(t, row, "renew-secret", "renew-secret", "--sp", "Dock Planner", "--reader", "environment", "--verify-timeout", "1s", "--to", "file:"+target)
	added := holdNothingLost(t, p.front.server, "Dock Planner", target, p.env["XDG_STATE_HOME"], got)
	if _, err := os.Stat(target); got.code == 0 && (err != nil || added != 1) {
		t.Errorf("renew-secret: exit code 0 with %d secrets, %v\n%s", added, err, got.stdout)
	}
}

// remove holds that what has ended is removed or said to stand, and nothing else
// ever is.
func (p *faultPlace) remove(t *testing.T, row faultRow) {
	t.Helper()
	got := p.try(t, row, "remove-secret", "remove-secret", "--sp", "Crane Log", "--reader", "environment", "--expired", "--yes")
	var r result.Removal
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatal(err)
	}
	stands := len(passwordsOn(t, p.front.server, "Crane Log")) > 0
	said := func(outcomes ...string) bool {
		return slices.ContainsFunc(r.Secrets, func(i result.RemovalItem) bool { return slices.Contains(outcomes, i.Outcome) })
	}
	if stands && said("removed") || !stands && !said("removed", "unknown") {
		t.Errorf("remove-secret: it stands: %v, and the report says otherwise\n%s", stands, got.stdout)
	}
	for _, name := range []string{"Dock Planner", "Berth Board"} {
		if len(passwordsOn(t, p.front.server, name)) == 0 {
			t.Errorf("remove-secret: the secret of %s is gone", name)
		}
	}
}
