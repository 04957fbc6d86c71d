package diagnose_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// The differing part is named, and the command adds the required credential. Sources:
// GitHub's immutable subjects (2026), and public reports.
func TestFederationNamesThePart(t *testing.T) {
	for name, tc := range map[string]struct {
		token, credential string
		part              string
	}{
		"IDs added by GitHub":       {"repo:octo@12345/sync@678:ref:refs/heads/main", "repo:octo/sync:ref:refs/heads/main", "IDs of owner and repository in the subject"},
		"branch in place of a name": {"repo:octo/sync:ref:refs/heads/main", "repo:octo/sync:environment:production", "branch, tag, environment or event"},
		"pull request":              {"repo:octo/sync:pull_request", "repo:octo/sync:ref:refs/heads/main", "branch, tag, environment or event"},
		"renamed repository":        {"repo:octo/archive:ref:refs/heads/main", "repo:octo/sync:ref:refs/heads/main", "repository"},
		"letter case":               {"repo:Octo/sync:ref:refs/heads/main", "repo:octo/sync:ref:refs/heads/main", "letter case of the subject"},
		"another service account":   {"system:serviceaccount:mail:worker", "system:serviceaccount:mail:sync", "service account"},
		"another namespace":         {"system:serviceaccount:test:sync", "system:serviceaccount:mail:sync", "namespace"},
		"renamed connection":        {"sc://contoso/mail/azure-new", "sc://contoso/mail/azure", "service connection"},
		"another branch of GitLab":  {"project_path:group/sync:ref_type:branch:ref:dev", "project_path:group/sync:ref_type:branch:ref:main", "ref"},
		"another run phase":         {"organization:o:project:p:workspace:w:run_phase:apply", "organization:o:project:p:workspace:w:run_phase:plan", "run phase"},
	} {
		t.Run(name, func(t *testing.T) {
			f := federated(tc.token)
			list(trust(tc.credential))(f)
			d := diagnose.Judge(f)
			if d.RootCause == nil || d.RootCause.ID != string(causes.FederationMismatch) || d.RootCause.Certainty != result.Proven {
				t.Fatalf("root cause %+v", d.RootCause)
			}
			claim := "differs from the federated credential ci: " + tc.part
			if !strings.Contains(claims(d), claim+"\n") {
				t.Errorf("the evidence does not say %q:\n%s", claim, claims(d))
			}
			checkTrust(t, d, "https://issuer.example", tc.token)
		})
	}
}

func claims(d *result.Diagnosis) string {
	var b strings.Builder
	for _, e := range d.RootCause.Evidence {
		b.WriteString(e.Claim.String() + "\n")
	}
	return b.String()
}

// checkTrust parses the command as its shell does.
func checkTrust(t *testing.T, d *result.Diagnosis, issuer, subject string) {
	t.Helper()
	shells := map[string]string{}
	for _, r := range d.RootCause.Remedies {
		for _, c := range r.Commands {
			if strings.Contains(c.Command, "ederated") {
				shells[c.Shell] = c.Command
			}
		}
	}
	if shells["powershell"] == "" || !strings.Contains(shells["powershell"], "subject = '"+strings.ReplaceAll(subject, "'", "''")+"'") {
		t.Errorf("PowerShell: %s", shells["powershell"])
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	out, err := exec.Command(bash, "-c", `az() { printf '%s\n' "${@: -1}"; }; `+shells["sh"]).Output()
	var made struct {
		Name, Issuer, Subject string
		Audiences             []string
	}
	if err != nil || json.Unmarshal(out, &made) != nil || made.Issuer != issuer || made.Subject != subject || len(made.Audiences) != 1 || made.Name == "" {
		t.Errorf("%s: %s, %v", shells["sh"], out, err)
	}
}

func TestFederationRemedies(t *testing.T) {
	hostile := federated("repo:o/r:environment:it's $(here) `x`")
	checkTrust(t, diagnose.Judge(hostile), "https://issuer.example", hostile.Token.Value.Subject)

	slash := federated("s")
	slash.Token.Value.Issuer += "/"
	list(trust("s"))(slash)
	if got := claims(diagnose.Judge(slash)); !strings.Contains(got, "trailing slash of the issuer\n") {
		t.Errorf("no slash: %s", got)
	}

	audience := federated("s")
	audience.Token.Value.Audiences = []string{"https://kubernetes.default.svc"}
	list(trust("s"))(audience)
	if got := titles(diagnose.Judge(audience)); strings.Contains(got, "Add a federated credential") || !strings.Contains(got, "api://AzureADTokenExchange") {
		t.Errorf("a second credential with the same issuer and subject is refused, yet: %s", got)
	}

	none := federated("s")
	none.SignIn = fact.Of(signIn("70025"))
	for _, read := range []func(*diagnose.Facts){func(*diagnose.Facts) {}, list()} {
		read(none)
		d := diagnose.Judge(none)
		if d.RootCause.ID != string(causes.FederationMismatch) || d.RootCause.Certainty != result.Proven || !strings.Contains(d.RootCause.Explanation.String(), "has no federated credential") {
			t.Errorf("70025: %+v", d.RootCause)
		}
		checkTrust(t, d, "https://issuer.example", "s")
	}

	full := federated("s")
	var creds []objects.Credential
	for range 20 {
		creds = append(creds, trust("t"))
	}
	list(creds...)(full)
	if got := titles(diagnose.Judge(full)); strings.Contains(got, "for this token") {
		t.Errorf("a 21st credential: %s", got)
	}
}

func titles(d *result.Diagnosis) string {
	var b strings.Builder
	for _, r := range d.RootCause.Remedies {
		b.WriteString(r.Title.String() + "\n")
	}
	return b.String()
}
