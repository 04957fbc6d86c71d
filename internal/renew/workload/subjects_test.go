package workload

import (
	"testing"

	"github.com/spcheck/spcheck/internal/program"
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
		s, err := GitHub(text, "", program.Client{})
		if (err != nil) != (want == "") || err == nil && s.(github).subject(false) != want {
			t.Errorf("%s: %v %+v", text, err, s)
		}
	}
	s, err := GitHub("contoso@12/sync@34:ref:refs/heads/main", "", program.Client{})
	if err != nil || s.(github).subject(true) != "repo:contoso@12/sync@34:ref:refs/heads/main" {
		t.Errorf("%v %+v", err, s)
	}
}

func TestOtherSubjects(t *testing.T) {
	s, err := Kubernetes("arn:aws:eks/blue/prod/sync", "https://issuer.example", program.Client{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.Find(t.Context())
	if err != nil || s.(kubernetes).context != "arn:aws:eks/blue" || found.Pairs[0].Subject != "system:serviceaccount:prod:sync" {
		t.Errorf("%v %+v", err, s)
	}
	for _, wrong := range []string{"sync", "Prod/sync", "--kubeconfig=x/prod/sync", "prod/sync_1"} {
		if _, err := Kubernetes(wrong, "", program.Client{}); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
	s, err = Pipelines("contoso/My Sync/production eu", "", program.Client{})
	if p, ok := s.(pipelines); err != nil || !ok || p.subject("https://vstoken.dev.azure.com/11111111-2222-3333-4444-555555555555") != "sc://contoso/My Sync/production eu" || p.subject("https://login.microsoftonline.com/x/v2.0") != "" {
		t.Errorf("%v %+v", err, s)
	}
	for _, wrong := range []string{"contoso/Sync", "-o/Sync/x", "a/b/c/d", `a/b/c"`} {
		if _, err := Pipelines(wrong, "", program.Client{}); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
