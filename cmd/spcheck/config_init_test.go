package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const rightAnswers = "archive\ncontoso.onmicrosoft.com\n3c4c8f60-8b7c-4f56-9d0c-1b5c9d0f7a11\n"

// What init writes names the credential's place, is right by check, and is its
// owner's alone.
func TestConfigInit(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{
		"env:MY_SECRET": "clientSecret:\n      env: MY_SECRET", "": "clientSecret:\n      env: AZURE_CLIENT_SECRET", "keyring:archive": "clientSecret:\n      keyring: archive",
		"file:secret.txt": "clientSecret:\n      file: secret.txt", "certificate:cert.pfx": "certificate: cert.pfx", "federated-token:t": "federatedTokenFile: t",
	} {
		path := filepath.Join(t.TempDir(), "new folder", "config.yaml")
		if got := spcheckIn(t, nil, nil, rightAnswers+place+"\n", "config", "init", "--config", path); got.code != 0 || !strings.Contains(got.stdout, "spcheck diagnose --config '"+path+"'\n") {
			t.Errorf("%s: exit code %d\n%s%s", place, got.code, got.stdout, got.stderr)
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v\n%s", place, err, text)
		}
		if info, err := os.Stat(path); err != nil || exeSuffix() == "" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", place, info.Mode(), err)
		}
		if got := spcheck(t, nil, nil, "config", "check", "--config", path); !strings.HasPrefix(got.stdout, "profile archive: ok (checked: syntax") && !strings.Contains(got.stdout, "the credential cannot be read") {
			t.Errorf("%s: check says %d: %s%s", place, got.code, got.stdout, got.stderr)
		}
		if got := spcheckIn(t, nil, nil, rightAnswers, "config", "init", "--config", path); got.code != 64 || !strings.Contains(got.stderr, "was not changed") {
			t.Errorf("a second time: %d: %s", got.code, got.stderr)
		}
	}
}

// A first renewals file is for the tenant of the profile, and none is written over.
func TestConfigInitWritesRenewals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "renewals.yaml")
	run := func(config string) ran {
		return spcheckIn(t, nil, nil, rightAnswers+"\n", "config", "init", "--config", filepath.Join(dir, config), "--renewals", file)
	}
	if got := run("a.yaml"); got.code != 0 || !strings.Contains(got.stderr, "spcheck plan -f ") {
		t.Fatalf("exit code %d\n%s", got.code, got.stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), "\ntenant: contoso.onmicrosoft.com ") || !strings.HasPrefix(string(text), "# yaml-language-server: $schema=https://") {
		t.Errorf("%v\n%s", err, text)
	}
	got := run("b.yaml")
	if _, err := os.Stat(filepath.Join(dir, "b.yaml")); got.code != 64 || err == nil || !strings.Contains(got.stderr, "already exists") {
		t.Errorf("exit code %d, %v\n%s", got.code, err, got.stderr)
	}
	plan := filepath.Join(dir, "other.yaml")
	if got := spcheck(t, nil, nil, "plan", "--init", "-f", plan, "--tenant", "fabrikam.example"); got.code != 0 {
		t.Errorf("exit code %d\n%s", got.code, got.stderr)
	}
	if text, err := os.ReadFile(plan); err != nil || !strings.Contains(string(text), "\ntenant: fabrikam.example ") {
		t.Errorf("%v\n%s", err, text)
	}
}

// A wrong answer writes nothing and is not repeated: it may be the secret.
func TestConfigInitRefuses(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string]string{
		"the secret":            rightAnswers + "s3cr3t~value\n",
		"the secret as a name":  rightAnswers + "env:s3cr3t~value\n",
		"the secret as an ID":   "archive\ncontoso.com\ns3cr3t~value\n",
		"the secret as tenant":  "archive\ns3cr3t~value\n",
		"braces about the ID":   "archive\ncontoso.com\n{3c4c8f60-8b7c-4f56-9d0c-1b5c9d0f7a11}\n",
		"nothing but a profile": "archive\n",
	} {
		path := filepath.Join(t.TempDir(), "config.yaml")
		got := spcheckIn(t, nil, nil, answers, "config", "init", "--config", path)
		if _, err := os.Stat(path); err == nil || got.code != 64 || strings.Contains(got.stderr, "s3cr3t") || !strings.Contains(got.stderr, "nothing was written") {
			t.Errorf("%s: exit code %d, file %v\n%s", name, got.code, err == nil, got.stderr)
		}
	}
}

// Check tells of every profile, not of the first that is wrong.
func TestConfigCheckTellsOfAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeFile(t, path, "profiles:\n  a: {clientId: 3c4c8f60}\n  b: {tenant: 'contoso'}\n  c: {cloud: mars}\n  d: {tenant: contoso.com}\n")
	got := spcheck(t, nil, nil, "config", "check", "--config", path)
	if got.code != 64 || strings.Count(got.stdout, "\n") != 4 || !strings.HasSuffix(got.stdout, "profile d: ok (checked: syntax)\n") || !strings.Contains(got.stderr, "profile a: ") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}
