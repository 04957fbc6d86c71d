package graphapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// described fills in the parameters of a path in the description.
func described(path string) string {
	return "/v1.0" + strings.NewReplacer(
		"{application-id}", appObject, "{servicePrincipal-id}", spObject, "{appId}", appClient, "{appManagementPolicy-id}", policyID,
		"{federatedIdentityCredential-id}", "81920314-0008-4000-8000-00000000a001").Replace(path)
}

// TestEveryDescribedOperation sends each read and each password action of Microsoft's
// description, and validates the answer with its schema.
func TestEveryDescribedOperation(t *testing.T) {
	var doc map[string]any
	if err := yaml.Unmarshal(shared(t, "openapi-subset.yaml"), &doc); err != nil {
		t.Fatal(err)
	}
	paths, _ := doc["paths"].(map[string]any)
	components := description(t, "openapi-subset.yaml")["components"]
	validated := 0
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		operations, _ := paths[path].(map[string]any)
		for _, method := range []string{"get", "post"} {
			operation, ok := operations[method].(map[string]any)
			action := strings.HasSuffix(path, "Password")
			if !ok || method == "post" && !action {
				continue
			}
			name := strings.ToUpper(method) + " " + path
			a := askAsDescribed(t, strings.ToUpper(method), path)
			switch schema := answerOf(doc, operation); {
			case a.StatusCode >= 300:
				t.Errorf("%s: %d %s", name, a.StatusCode, a.raw)
			case schema != nil:
				validated++
				if err := conforms(t, components, schema, a.raw); err != nil {
					t.Errorf("%s: %v\n%s", name, err, a.raw)
				}
			}
		}
	}
	if validated < 20 {
		t.Errorf("only %d answers were validated", validated)
	}
}

// askAsDescribed sends a request to a new sandbox, because actions change it.
func askAsDescribed(t *testing.T, method, path string) answer {
	t.Helper()
	s := start(t, func(tenant *directory.Tenant) {
		withSignIns(tenant)
		tenant.Policies = []*directory.AppManagementPolicy{{ID: policyID, Enabled: true,
			Restrictions: []directory.Restriction{{Type: "passwordLifetime", MaxLifetime: "P30D"}}}}
		tenant.Applications[0].PolicyID, tenant.ServicePrincipals[0].PolicyID = policyID, policyID
		tenant.ServicePrincipals[0].Passwords = []directory.Password{{KeyID: oldKey, Hint: "abc"}}
	})
	body := ""
	switch {
	case strings.HasSuffix(path, "addPassword"):
		body = `{"passwordCredential":{"displayName":"x","endDateTime":"2026-03-20T00:00:00Z"}}`
	case method == http.MethodPost:
		body = `{"keyId":"` + oldKey + `"}`
	}
	if strings.Contains(path, "$count") {
		return s.do(method, "all", described(path), body, eventual)
	}
	return s.do(method, "all", described(path), body)
}

// answerOf returns the schema of an operation's success, nil if it has none.
func answerOf(doc, operation map[string]any) any {
	response := at(operation, "responses", "2XX")
	if ref, ok := at(response, "$ref").(string); ok {
		response = at(doc, "components", "responses", ref[strings.LastIndexByte(ref, '/')+1:])
	}
	return at(response, "content", "application/json", "schema")
}

func at(v any, names ...string) any {
	for _, name := range names {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func conforms(t *testing.T, components, schema any, answer []byte) error {
	t.Helper()
	data, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	if err := c.AddResource("https://graph.test/answer.json", map[string]any{"components": components, "answer": toJSONSchema(copied)}); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("https://graph.test/answer.json#/answer")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(answer))
	if err != nil {
		return err
	}
	return compiled.Validate(value)
}
