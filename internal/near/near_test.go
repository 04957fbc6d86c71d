package near

import (
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	list := []string{"diagnose", "list-secrets", "scan", "json", "html", "junit", "azure-cli", "client-id", "client-secret-file", "tenant"}
	for word, want := range map[string][]string{
		"diagnsoe": {"diagnose"}, "diag": {"diagnose"}, "lst-secrets": {"list-secrets"}, "scann": {"scan"},
		"JSON": {"json"}, "azurecli": {"azure-cli"}, "clientId": {"client-id"}, "client": {"client-id", "client-secret-file"},
		"tennant": {"tenant"}, "xml": nil, "jsno": {"json"}, "yaml": nil, "": nil, "x": nil, "qa": nil,
	} {
		if got := Words(word, list); !slices.Equal(got, want) {
			t.Errorf("near %q are %q, want %q", word, got, want)
		}
	}
}
