package main

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// applicationOf is an application with its credentials, as the tenant knows them now.
func applicationOf(t *testing.T, server *sandbox.Server, name string) *directory.Application {
	t.Helper()
	w := server.World()
	w.RLock()
	defer w.RUnlock()
	for _, app := range w.Tenants[0].Applications {
		if app.DisplayName == name {
			now := *app
			now.Passwords, now.Keys, now.Federated = slices.Clone(app.Passwords), slices.Clone(app.Keys), slices.Clone(app.Federated)
			return &now
		}
	}
	t.Fatalf("there is no %s", name)
	return nil
}

// passwordsOn are the passwords of an application.
func passwordsOn(t *testing.T, server *sandbox.Server, name string) []directory.Password {
	t.Helper()
	return applicationOf(t, server, name).Listed()
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

// remove checks that what has ended is removed or said to stand, and nothing else
// ever is.
func (p *faultPlace) remove(t *testing.T, row faultRow) {
	t.Helper()
	got := p.try(t, row, "remove-secret", "remove-secret", "--sp", "Crane Log", "--reader", "environment", "--expired", "--yes")
	var r result.Removal
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatal(err)
	}
	stands := len(passwordsOn(t, p.front.server, "Crane Log")) > 0
	said := func(outcomes ...result.Outcome) bool {
		return slices.ContainsFunc(r.Secrets, func(i result.RemovalItem) bool { return slices.Contains(outcomes, i.Outcome) })
	}
	if stands && said(result.Removed) || !stands && !said(result.Removed, result.MaybeRemoved) {
		t.Errorf("remove-secret: it stands: %v, and the report says otherwise\n%s", stands, got.stdout)
	}
	for _, name := range []string{"Dock Planner", "Berth Board"} {
		if len(passwordsOn(t, p.front.server, name)) == 0 {
			t.Errorf("remove-secret: the secret of %s is gone", name)
		}
	}
}

// renewCertificate checks that each certificate that was added lies with its key in
// its target or beside it, and that what worked before still works.
func (p *faultPlace) renewCertificate(t *testing.T, row faultRow) {
	t.Helper()
	folder := t.TempDir()
	target := filepath.Join(folder, "certificate.pem")
	own := p.with(map[string]string{"XDG_STATE_HOME": t.TempDir()})
	got := own.try(t, row, "renew-certificate", "renew-certificate", "--sp", "Dock Planner", "--reader", "environment", "--verify-timeout", "1s", "--to", "pem:"+target)
	kept := certificatesIn(folder)
	added := 0
	app := applicationOf(t, p.front.server, "Dock Planner")
	for _, key := range app.Keys {
		added++
		if !slices.Contains(kept, string(key.Certificate)) {
			t.Errorf("the certificate %s was added, and nobody has its key\n%s%s", key.KeyID, got.stdout, got.stderr)
		}
	}
	if _, err := os.Stat(target); got.code == 0 && (err != nil || added != 1) {
		t.Errorf("renew-certificate: exit code 0 with %d certificates, %v\n%s", added, err, got.stdout)
	}
	if len(app.Listed()) == 0 {
		t.Error("renew-certificate: the secret that worked is gone")
	}
}

// federate checks that what was added is said, and nothing else is.
func (p *faultPlace) federate(t *testing.T, row faultRow) {
	t.Helper()
	got := p.try(t, row, "federate", "federate", "--sp", "Dock Planner", "--reader", "environment", "--verify-timeout", "1s",
		"--issuer", "https://issuer.tideway.example", "--subject", "dock")
	var f result.Federation
	if err := json.Unmarshal([]byte(got.stdout), &f); err != nil {
		t.Fatal(err)
	}
	there := len(applicationOf(t, p.front.server, "Dock Planner").Federated) > 0
	said := func(outcomes ...result.Outcome) bool {
		return slices.ContainsFunc(f.Trusts, func(t result.Trust) bool { return slices.Contains(outcomes, t.Outcome) })
	}
	if there && !said(result.Added, result.MaybeAdded) || !there && said(result.Added, result.AlreadyThere) || got.code == 0 && !there {
		t.Errorf("federate: it is there: %v, and the report says otherwise (exit code %d)\n%s", there, got.code, got.stdout)
	}
}

// renewals writes a file of applications to renew.
func (p *faultPlace) renewals(t *testing.T) (file, target string) {
	t.Helper()
	folder := t.TempDir()
	file, target = filepath.Join(folder, "renewals.yaml"), filepath.Join(folder, "secret")
	putFile(t, file, "applications: [{app: Berth Board, to: ['file:"+target+"']}]\n")
	return file, target
}

// plan checks that nothing is changed, and that what could not be read is not called
// not due.
func (p *faultPlace) plan(t *testing.T, row faultRow) {
	t.Helper()
	file, target := p.renewals(t)
	before := len(passwordsOn(t, p.front.server, "Berth Board"))
	got := p.try(t, row, "plan", "plan", "--reader", "environment", "--file", file)
	if _, err := os.Stat(target); err == nil || len(passwordsOn(t, p.front.server, "Berth Board")) != before {
		t.Errorf("plan: something was changed\n%s", got.stdout)
	}
}

// apply holds the same as renew does.
func (p *faultPlace) apply(t *testing.T, row faultRow) {
	t.Helper()
	file, target := p.renewals(t)
	own := p.with(map[string]string{"XDG_STATE_HOME": t.TempDir()})
	got := own.try(t, row, "apply", "apply", file, "--reader", "environment", "--verify-timeout", "1s")
	added := holdNothingLost(t, p.front.server, "Berth Board", target, own.env["XDG_STATE_HOME"], got)
	if _, err := os.Stat(target); got.code == 0 && (err != nil || added != 1) {
		t.Errorf("apply: exit code 0 with %d secrets, %v\n%s", added, err, got.stdout)
	}
}

// certificatesIn are the certificates in a folder that lie in a file with their key.
func certificatesIn(folder string) (all []string) {
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, file := range files {
		data, _ := os.ReadFile(file)
		key := strings.Contains(string(data), "PRIVATE KEY")
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			if block.Type == "CERTIFICATE" && key {
				all = append(all, string(block.Bytes))
			}
		}
	}
	return all
}
