package diagnose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
)

// If the reader may only read, the remedies say who can make the changes.
func TestRemediesNameWhoCanDoThem(t *testing.T) {
	for _, readsOnly := range []bool{false, true} {
		f := world("7000222", intact, password("0b8f6a1e-3c4d-4e5f-8a9b-0c1d2e3f4a5b", "zzz", -400*day, -day))
		f.Reader.ReadsOnly = readsOnly
		who, change := -1, -1
		for i, r := range diagnose.Judge(f).RootCause.Remedies {
			if strings.Contains(r.Title.String(), "may only read") {
				who = i
			}
			for _, c := range r.Commands {
				if change < 0 && strings.HasPrefix(c.Command, "spcheck renew-secret") {
					change = i
				}
			}
		}
		if change < 0 || (who >= 0) != readsOnly || readsOnly && who > change {
			t.Errorf("reads only %t: who can do it is remedy %d, what is to be done %d", readsOnly, who, change)
		}
	}
}

// A secret whose value is probably lost is named, and the status is a warning.
func TestListNamesSecretsThatAreProbablyLost(t *testing.T) {
	lost := password("0b8f6a1e-3c4d-4e5f-8a9b-0c1d2e3f4a5b", "abc", -10*day, 300*day)
	lost.Name = "spcheck (0a1b2c3d-4e5f)"
	good := password("1c9f7b2e-4d5e-4f60-9bac-1d2e3f4a5b6c", "def", -10*day, 300*day)
	for name, tc := range map[string]struct {
		creds []objects.Credential
		used  []objects.Activity
		named bool
		ok    bool
	}{
		"alone":          {creds: []objects.Credential{lost}, named: true},
		"beside another": {creds: []objects.Credential{lost, good}, named: true, ok: true},
		"used":           {creds: []objects.Credential{lost}, used: []objects.Activity{{KeyID: lost.KeyID, LastUsed: at(-time.Hour)}}, ok: true},
	} {
		f := world("", intact, tc.creds...)
		f.Setup.Kind, f.SignIn = "", fact.Fact[diagnose.SignIn]{}
		f.Activity = fact.Of(tc.used)
		l := diagnose.List(f)
		named := false
		for _, n := range l.Notes {
			named = named || strings.Contains(n.String(), lost.KeyID)
		}
		if named != tc.named || (l.ExitCode == 0) != tc.ok {
			t.Errorf("%s: named %t, exit code %d", name, named, l.ExitCode)
		}
	}
}

func at(d time.Duration) *time.Time { t := now.Add(d); return &t }

// The step for a credential of another application, or one that is not uploaded or valid yet,
// is a command.
func TestRemediesOfMisplacedCredentials(t *testing.T) {
	elsewhere := func(f *diagnose.Facts) *diagnose.Facts {
		f.Elsewhere = fact.Of(diagnose.Elsewhere{All: true, Found: []diagnose.Other{{AppID: keyB, DisplayName: "Mailer", KeyID: keyA}}})
		return f
	}
	unregistered := func() *diagnose.Facts {
		f := certificate(unknownKey, -day, day)
		list()(f)
		return f
	}
	for name, tc := range map[string]struct {
		facts   *diagnose.Facts
		cause   causes.ID
		command string
	}{
		"a secret of another application":      {elsewhere(world("7000215", intact, password(keyA, "abc", -day, day))), causes.SecretOfOtherApp, "spcheck diagnose --client-id " + keyB},
		"a certificate of another application": {elsewhere(unregistered()), causes.CertificateWrongApp, "spcheck diagnose --client-id " + keyB},
		"a certificate that is not uploaded":   {unregistered(), causes.CertificateNotRegistered, "openssl x509 -in configured-certificate.pem -out public-certificate.pem"},
		"a secret that is not valid yet":       {world("7000222", intact, password(keyA, "zzz", day, 2*day)), causes.SecretNotYetValid, "spcheck diagnose"},
	} {
		t.Run(name, func(t *testing.T) {
			root := diagnose.Judge(tc.facts).RootCause
			if root == nil || root.ID != string(tc.cause) {
				t.Fatalf("%+v", root)
			}
			if first := root.Remedies[0].Commands; len(first) == 0 || first[0].Command != tc.command {
				t.Errorf("first step: %+v", root.Remedies[0])
			}
		})
	}
}
