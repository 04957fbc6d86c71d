package federation

import (
	"strings"
	"testing"
)

func TestGitHubSubjects(t *testing.T) {
	for text, want := range map[string]string{
		"contoso/sync:environment:production":      "repo:contoso/sync:environment:production",
		"contoso/sync:environment:eu:west":         "repo:contoso/sync:environment:eu%3Awest",
		"Contoso/sync:ref:refs/heads/a/b":          "repo:Contoso/sync:ref:refs/heads/a/b",
		"contoso/sync:ref:refs/tags/v1":            "repo:contoso/sync:ref:refs/tags/v1",
		"contoso/sync:pull_request":                "repo:contoso/sync:pull_request",
		"contoso@12/sync@34:pull_request":          "repo:contoso/sync:pull_request",
		"contoso/sync":                             "repo:contoso/sync:",
		"contoso/sync:ref:main":                    "",
		"contoso/sync:environment:":                "",
		"contoso/sync:tag:v1":                      "",
		"contoso@12/sync:pull_request":             "",
		"--repo/sync:pull_request":                 "",
		"contoso":                                  "",
		"contoso/sync/more":                        "",
		"https://github.com/contoso/sync":          "",
		"contoso/sync:job_workflow_ref:x":          "",
		"contoso/sync:environment:a b with blanks": "repo:contoso/sync:environment:a b with blanks",
	} {
		g, err := ParseGitHub(text)
		if (err != nil) != (want == "") || err == nil && g.Subject(false) != want {
			t.Errorf("%s: %v %q", text, err, g.Subject(false))
		}
	}
	g, err := ParseGitHub("contoso@12/sync@34:ref:refs/heads/main")
	if err != nil || g.Subject(true) != "repo:contoso@12/sync@34:ref:refs/heads/main" {
		t.Errorf("%v %q", err, g.Subject(true))
	}
}

func TestOtherSubjects(t *testing.T) {
	k, err := ParseKubernetes("arn:aws:eks/blue/prod/sync")
	if err != nil || k.Context != "arn:aws:eks/blue" || k.Subject() != "system:serviceaccount:prod:sync" {
		t.Errorf("%v %+v", err, k)
	}
	for _, wrong := range []string{"sync", "Prod/sync", "--kubeconfig=x/prod/sync", "prod/sync_1"} {
		if _, err := ParseKubernetes(wrong); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
	p, err := ParsePipelines("contoso/My Sync/production eu")
	if err != nil || p.Subject("https://vstoken.dev.azure.com/11111111-2222-3333-4444-555555555555") != "sc://contoso/My Sync/production eu" || p.Subject("https://login.microsoftonline.com/x/v2.0") != "" {
		t.Errorf("%v %+v", err, p)
	}
	for _, wrong := range []string{"contoso/Sync", "-o/Sync/x", "a/b/c/d", `a/b/c"`} {
		if _, err := ParsePipelines(wrong); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}

func TestNameIsUniqueAndFriendly(t *testing.T) {
	first := Name("repo:contoso/sync:ref:refs/heads/main")
	if first != "trust-repo-contoso-sync-ref-refs-heads-main" {
		t.Error(first)
	}
	if second := Name("repo:contoso/sync:ref:refs/heads/main", strings.ToUpper(first)); second != first+"-2" {
		t.Error(second)
	}
	for _, subject := range []string{strings.Repeat("ä/", 300), strings.Repeat("x", 700), "", "repo:ä"} {
		if err := CheckName(Name(subject)); err != nil {
			t.Errorf("%.20q: %v", subject, err)
		}
	}
	for _, wrong := range []string{"", "ab", "-abc", "a b c", "a/b/c", strings.Repeat("x", 121)} {
		if CheckName(wrong) == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// What no token can match, or Entra cannot read the keys of, is refused before
// anything is asked.
func TestPairCheck(t *testing.T) {
	for p, good := range map[Pair]bool{
		{"https://issuer.example", "s"}:                             true,
		{"https://issuer.example/a/", "s"}:                          true,
		{GitHubIssuer, "repo:a/b:ref:refs/heads/main"}:              true,
		{"http://issuer.example", "s"}:                              false,
		{"issuer.example", "s"}:                                     false,
		{"https://", "s"}:                                           false,
		{"https://user:pw@issuer.example", "s"}:                     false,
		{"https://issuer.example ", "s"}:                            false,
		{"https://kubernetes.default.svc.cluster.local", "s"}:       false,
		{"https://localhost:6443", "s"}:                             false,
		{"https://10.1.2.3", "s"}:                                   false,
		{"https://issuer.example", ""}:                              false,
		{"https://issuer.example", "s\n"}:                           false,
		{"https://issuer.example", "repo:a/b:*"}:                    false,
		{"https://issuer.example", strings.Repeat("s", 601)}:        false,
		{"https://issuer.example/" + strings.Repeat("s", 601), "s"}: false,
	} {
		if err := p.Check(); (err == nil) != good {
			t.Errorf("%.80q: %v", p, err)
		}
	}
}
