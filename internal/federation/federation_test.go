package federation

import (
	"strings"
	"testing"
)

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

// A pair that no token can match is rejected before any request.
func TestPairCheck(t *testing.T) {
	for p, good := range map[Pair]bool{
		{"https://issuer.example", "s"}:                                                 true,
		{"https://issuer.example/a/", "s"}:                                              true,
		{"https://token.actions.githubusercontent.com", "repo:a/b:ref:refs/heads/main"}: true,
		{"http://issuer.example", "s"}:                                                  false,
		{"issuer.example", "s"}:                                                         false,
		{"https://", "s"}:                                                               false,
		{"https://user:pw@issuer.example", "s"}:                                         false,
		{"https://issuer.example ", "s"}:                                                false,
		{"https://kubernetes.default.svc.cluster.local", "s"}:                           false,
		{"https://localhost:6443", "s"}:                                                 false,
		{"https://10.1.2.3", "s"}:                                                       false,
		{"https://issuer.example", ""}:                                                  false,
		{"https://issuer.example", "s\n"}:                                               false,
		{"https://issuer.example", "repo:a/b:*"}:                                        false,
		{"https://issuer.example", strings.Repeat("s", 601)}:                            false,
		{"https://issuer.example/" + strings.Repeat("s", 601), "s"}:                     false,
	} {
		if err := p.Check(); (err == nil) != good {
			t.Errorf("%.80q: %v", p, err)
		}
	}
}
