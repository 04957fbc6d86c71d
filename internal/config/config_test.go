package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/objects"
)

func envOf(m map[string]string) Env {
	return func(n string) (string, bool) { v, ok := m[n]; return v, ok }
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const twoProfiles = `
defaultProfile: archive
profiles:
  archive:
    tenant: profile.example
    clientId: 6a4a9f4e-51a7-4a4a-9d0e-0f6f3c1d2b3a
    clientSecret: {keyring: archive}
    within: 4w
    caFile: ca.pem
  other:
    tenant: other.example
    certificate: cert.pfx
`

func TestPrecedence(t *testing.T) {
	path := writeConfig(t, twoProfiles)
	for _, tc := range []struct {
		name          string
		flags         Flags
		env           map[string]string
		value, origin string
	}{
		{"flag first", Flags{"tenant": "flag.example"}, map[string]string{"AZURE_TENANT_ID": "env.example"}, "flag.example", "flag --tenant"},
		{"then environment", Flags{}, map[string]string{"AZURE_TENANT_ID": "env.example"}, "env.example", "environment AZURE_TENANT_ID"},
		{"then profile", Flags{}, nil, "profile.example", "profile archive"},
		{"an empty variable counts for nothing", Flags{}, map[string]string{"AZURE_TENANT_ID": ""}, "profile.example", "profile archive"},
		{"profile by flag", Flags{"profile": "other"}, map[string]string{"SPCHECK_PROFILE": "archive"}, "other.example", "profile other"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.flags["config"] = path
			s, err := Resolve(tc.flags, envOf(tc.env))
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Get(Tenant); got.Value != tc.value || got.Origin.String() != tc.origin {
				t.Errorf("tenant = %q from %q, want %q from %q", got.Value, got.Origin, tc.value, tc.origin)
			}
		})
	}
}

func TestProfilePathsStartAtTheConfigFile(t *testing.T) {
	path := writeConfig(t, twoProfiles)
	s, err := Resolve(Flags{"config": path}, envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(filepath.Dir(path), "ca.pem"); s.Value(CAFile) != want {
		t.Errorf("caFile = %q, want %q", s.Value(CAFile), want)
	}
	if s.Within != 28*24*time.Hour {
		t.Errorf("within = %v, want 672h", s.Within)
	}
}

func TestCredentialChoice(t *testing.T) {
	path := writeConfig(t, twoProfiles)
	for _, tc := range []struct {
		name   string
		flags  Flags
		env    map[string]string
		kind   string
		origin string
	}{
		{"a flag beats the environment", Flags{"certificate": "c.pem"}, map[string]string{"AZURE_CLIENT_SECRET": "s"}, objects.Certificate, "flag --certificate (file c.pem)"},
		{"the environment beats the profile", Flags{}, map[string]string{"AZURE_CLIENT_SECRET": "s"}, objects.Password, "environment AZURE_CLIENT_SECRET"},
		{"an empty secret gives way to a certificate", Flags{}, map[string]string{"AZURE_CLIENT_SECRET": "", "AZURE_CLIENT_CERTIFICATE_PATH": "c.pem"}, objects.Certificate, "environment AZURE_CLIENT_CERTIFICATE_PATH"},
		{"an empty secret alone is what is configured", Flags{}, map[string]string{"AZURE_CLIENT_SECRET": ""}, objects.Password, "environment AZURE_CLIENT_SECRET"},
		{"profile", Flags{}, nil, objects.Password, "profile archive (keyring archive)"},
		{"standard input", Flags{"client-secret-file": "-"}, nil, objects.Password, "flag --client-secret-file (standard input)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.flags["config"] = path
			s, err := Resolve(tc.flags, envOf(tc.env))
			if err != nil {
				t.Fatal(err)
			}
			if s.Credential == nil || s.Credential.Kind != tc.kind || s.Credential.Origin.String() != tc.origin {
				t.Errorf("credential = %+v, want %s from %s", s.Credential, tc.kind, tc.origin)
			}
		})
	}
}

func TestBadInput(t *testing.T) {
	good := writeConfig(t, twoProfiles)
	// The marker stands for a secret: no error may repeat it.
	const marker = "hunter2-marker"
	for _, tc := range []struct {
		name, config string
		flags        Flags
		want, hint   string
	}{
		{"unknown profile", "", Flags{"profile": "nope"}, `no profile "nope"`, "archive, other"},
		{"unknown key with its line", "profiles:\n  a:\n    tennant: x\n", Flags{}, `:3:5: unknown key "tennant"`, ""},
		{"literal secret", "profiles:\n  a:\n    clientSecret: " + marker + "\n", Flags{}, ":3:19: the config file must not contain the secret itself", ""},
		{"two places of a secret", "profiles:\n  a:\n    clientSecret: {env: A, file: b}\n", Flags{}, "exactly one of", ""},
		{"broken YAML", "profiles:\n  a: [" + marker + "\n", Flags{}, ":2:", ""},
		{"key twice", "profiles:\n  a:\n    tenant: x\n    tenant: y\n", Flags{}, `"tenant" is used twice`, ""},
		{"a value in place of a list", "exclude: x\n", Flags{}, "1:10: a list is expected here", ""},
		{"a value in place of keys", "profiles:\n  a: b\n", Flags{}, "2:6: keys with values", ""},
		{"wrong kind of value", "profiles:\n  a:\n    tenant: [x]\n", Flags{}, "a different type", ""},
		{"absent file", "", Flags{"config": "/nonexistent/spcheck.yaml"}, "cannot be read", "config init"},
		{"http sign-in host", "", Flags{"authority-host": "http://login.example"}, "must start with https://", ""},
		{"path in the Graph endpoint", "", Flags{"graph-endpoint": "https://g.example/v1.0"}, "must not have a path", ""},
		{"bad window", "", Flags{"within": "soon"}, "must be a time such as", ""},
		{"zero deadline", "", Flags{"timeout": "0s"}, "longer than zero", ""},
		{"unknown cloud", "", Flags{"cloud": "moon"}, "public, usgov, usgov-dod, china", ""},
		{"unknown reader", "", Flags{"reader": "me"}, "must be one of", ""},
		{"two credentials", "", Flags{"certificate": "a", "client-secret-file": "b"}, "more than one credential", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.flags["config"] == "" {
				tc.flags["config"] = good
				if tc.config != "" {
					tc.flags["config"] = writeConfig(t, tc.config)
				}
			}
			_, err := Resolve(tc.flags, envOf(nil))
			var e *fail.Error
			if !errors.As(err, &e) || e.Code != fail.CodeUsage {
				t.Fatalf("error = %v, want a usage error", err)
			}
			all := failtest.Text(e)
			if !strings.Contains(e.What.String(), tc.want) || !strings.Contains(all, tc.hint) {
				t.Errorf("error = %q hints %q, want %q and %q", e.What, e.Hints, tc.want, tc.hint)
			}
			if strings.Contains(all, marker) {
				t.Errorf("the error repeats what stands in the file: %q", all)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(twoProfiles))
	f.Add([]byte("profiles: {a: {clientSecret: {command: [a, b]}}}"))
	f.Add([]byte("profiles:\n  a: &x {tenant: y}\n  b: *x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parse("config.yaml", data)
		if err == nil && file == nil {
			t.Error("neither a file nor an error")
		}
	})
}

// Each setting can be written in a profile, under its name.
func TestEverySettingIsReadFromAProfile(t *testing.T) {
	for _, d := range Definitions() {
		f, err := parse("config.yaml", []byte("profiles: {p: {"+string(d.Name)+": some-value}}"))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Profiles["p"].value(d.Name); got != "some-value" {
			t.Errorf("%s is %q", d.Name, got)
		}
	}
}
