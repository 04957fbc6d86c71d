package graphapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// shared finds the recorded answers and Microsoft's API description, which are
// not part of the repository.
func shared(t *testing.T, parts ...string) []byte {
	t.Helper()
	root := os.Getenv("SPCHECK_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(append([]string{root, "graph"}, parts...)...))
	if err != nil {
		t.Skipf("no recorded answers to compare with: %v", err)
	}
	return data
}

// keysOf lists the member names of a JSON object in their order.
func keysOf(t *testing.T, data []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// TestWireOrder compares answers with recordings: all their members, in the same order.
// Members that Microsoft added later may be between them.
func TestWireOrder(t *testing.T) {
	s := start(t, nil)
	for sample, path := range map[string]string{
		"application-get-200.json":               "/v1.0/applications/" + appObject,
		"serviceprincipal-get-200.json":          "/v1.0/servicePrincipals/" + spObject,
		"default-app-management-policy-200.json": "/v1.0/policies/defaultAppManagementPolicy",
	} {
		want, got := keysOf(t, shared(t, "samples", sample)), keysOf(t, s.get(path).raw)
		want = slices.DeleteFunc(want, func(k string) bool { return k == "@odata.id" })
		common := slices.DeleteFunc(got, func(k string) bool { return !slices.Contains(want, k) })
		if !slices.Equal(common, want) {
			t.Errorf("%s has the members\n%v\nwant\n%v", path, common, want)
		}
	}
	added := s.post("all", addToApp, "{}")
	if got, want := keysOf(t, added.raw), keysOf(t, shared(t, "samples", "addpassword-200.json")); !slices.Equal(got, want) {
		t.Errorf("addPassword answers %v, want %v", got, want)
	}
}

// TestErrorSamples compares texts with recorded refusals.
func TestErrorSamples(t *testing.T) {
	var samples map[string]struct {
		Status int
		Body   struct {
			Error struct{ Code, Message string }
		}
	}
	if err := json.Unmarshal(shared(t, "samples", "graph-errors.json"), &samples); err != nil {
		t.Fatal(err)
	}
	s := start(t, nil)
	absent := "73f6134c-e647-4ab1-8ccb-287be982da02"
	for name, a := range map[string]answer{
		"401 expired":                       s.do("GET", "expired", "/v1.0/users", ""),
		"403 permission":                    s.do("GET", "none", "/v1.0/users", ""),
		"404":                               s.get("/v1.0/applications/" + absent),
		"400 page size":                     s.get("/v1.0/applications?$top=1000"),
		"400 $count segment without header": s.get("/v1.0/applications/$count"),
		"400 $search without header":        s.get("/v1.0/applications?$search=%22displayName:x%22"),
		"400 advanced query without header/count": s.get("/v1.0/applications?" + filter("displayName ne 'x'")),
		"400 not indexed":                         s.get("/v1.0/applications?" + filter("passwordCredentials/any(p:p/hint eq 'x')")),
		"400 PATCH passwordCredentials":           s.do("PATCH", "all", "/v1.0/applications/"+appObject, `{"passwordCredentials":[{}]}`),
		"400 remove absent key":                   s.post("all", "/v1.0/applications/"+appObject+"/removePassword", `{"keyId":"`+absent+`"}`),
	} {
		want, ok := samples[name]
		if !ok {
			t.Errorf("there is no recording %q", name)
			continue
		}
		if a.StatusCode != want.Status || a.code() != want.Body.Error.Code || a.message() != want.Body.Error.Message {
			t.Errorf("%s: %d %s %q, want %d %s %q", name, a.StatusCode, a.code(), a.message(), want.Status, want.Body.Error.Code, want.Body.Error.Message)
		}
	}
}

// TestAgainstDescription validates answers with Microsoft's published schemas.
func TestAgainstDescription(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) {
		withSignIns(tenant)
		directory.Populate(tenant, 20, 3, testNow)
		tenant.Policies = []*directory.AppManagementPolicy{{ID: policyID, Enabled: true, Restrictions: []directory.Restriction{{Type: "passwordLifetime", MaxLifetime: "P30D"}}}}
		tenant.Applications[0].Lock = &directory.Lock{Enabled: true}
	})
	s.post("all", addToApp, "{}").want(t, 200, "")
	stable, beta := description(t, "openapi-subset.yaml"), description(t, "openapi-beta-signin-subset.yaml")
	for _, c := range []struct {
		in           map[string]any
		path, schema string
	}{
		{stable, "/v1.0/applications", "applicationCollectionResponse"},
		{stable, "/v1.0/applications/" + appObject, "application"},
		{stable, "/v1.0/applications/" + appObject + "?$select=keyCredentials", "application"},
		{stable, "/v1.0/servicePrincipals", "servicePrincipalCollectionResponse"},
		{stable, "/v1.0/servicePrincipals/" + spObject, "servicePrincipal"},
		{stable, "/v1.0/users", "userCollectionResponse"},
		{stable, "/v1.0/groups", "groupCollectionResponse"},
		{stable, "/v1.0/policies/defaultAppManagementPolicy", "tenantAppManagementPolicy"},
		{stable, "/v1.0/policies/appManagementPolicies", "appManagementPolicyCollectionResponse"},
		{stable, "/v1.0/applications/" + appObject + "/federatedIdentityCredentials", "federatedIdentityCredentialCollectionResponse"},
		{stable, "/v1.0/auditLogs/directoryAudits", "directoryAuditCollectionResponse"},
		{stable, "/v1.0/applications/nonsense", "ODataErrors.ODataError"},
		{beta, servicePrincipalLog + "signInEventTypes/any(t:t+eq+'servicePrincipal')", "signInCollectionResponse"},
		{beta, "/beta/reports/appCredentialSignInActivities", "appCredentialSignInActivityCollectionResponse"},
		{beta, "/beta/reports/servicePrincipalSignInActivities", "servicePrincipalSignInActivityCollectionResponse"},
	} {
		a := s.get(c.path)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.raw))
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		if err := compiled(t, c.in, c.schema).Validate(value); err != nil {
			t.Errorf("%s is no %s: %v", c.path, c.schema, err)
		}
		if list := a.values(); strings.HasSuffix(c.schema, "CollectionResponse") && len(list) == 0 {
			t.Errorf("%s is empty: nothing was validated", c.path)
		}
	}
}

// description reads an OpenAPI 3.0 file and converts its schemas to JSON Schema: nullable
// becomes a type, and additionalProperties of type object, which would refuse derived
// types, is removed.
func description(t *testing.T, name string) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal(shared(t, name), &doc); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(doc["components"])
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"components": toJSONSchema(value)}
}

func toJSONSchema(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range maps.Keys(v) {
			v[key] = toJSONSchema(v[key])
		}
		delete(v, "format")
		delete(v, "pattern")
		if _, ok := v["additionalProperties"].(map[string]any); ok {
			delete(v, "additionalProperties")
		}
		return nullable(v)
	case []any:
		for i := range v {
			v[i] = toJSONSchema(v[i])
		}
	}
	return v
}

// nullable allows null as described, and also for complex values, which the service sends
// as null.
func nullable(v map[string]any) any {
	_, isRef := v["$ref"]
	kind, _ := v["type"].(string)
	switch {
	case v["nullable"] == true && kind != "":
		v["type"] = []any{kind, "null"}
		if values, ok := v["enum"].([]any); ok {
			v["enum"] = append(values, nil)
		}
	case isRef && !strings.HasPrefix(v["$ref"].(string), "#/components/responses"):
		return map[string]any{"anyOf": []any{map[string]any{"$ref": v["$ref"]}, map[string]any{"type": "null"}}}
	}
	return v
}

func compiled(t *testing.T, doc map[string]any, schema string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	if err := c.AddResource("https://graph.test/description.json", doc); err != nil {
		t.Fatal(err)
	}
	out, err := c.Compile("https://graph.test/description.json#/components/schemas/microsoft.graph." + schema)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDeclared checks that the description or a recording has every member of the two
// main types.
func TestDeclared(t *testing.T) {
	s := start(t, nil)
	doc := description(t, "openapi-subset.yaml")["components"].(map[string]any)["schemas"].(map[string]any)
	for path, schema := range map[string]string{"/v1.0/applications/" + appObject: "application", "/v1.0/servicePrincipals/" + spObject: "servicePrincipal"} {
		declared := propertiesOf(doc, "microsoft.graph."+schema)
		for _, key := range keysOf(t, s.get(path).raw) {
			if !strings.HasPrefix(key, "@") && !slices.Contains(declared, key) && key != "createdDateTime" {
				t.Errorf("%s has the undeclared member %s", path, key)
			}
		}
	}
}

func propertiesOf(schemas map[string]any, name string) []string {
	var out []string
	var walk func(any)
	walk = func(v any) {
		m, _ := v.(map[string]any)
		for _, key := range []string{"allOf", "anyOf"} {
			parts, _ := m[key].([]any)
			for _, p := range parts {
				walk(p)
			}
		}
		if ref, ok := m["$ref"].(string); ok {
			walk(schemas[strings.TrimPrefix(ref, "#/components/schemas/")])
		}
		properties, _ := m["properties"].(map[string]any)
		out = slices.AppendSeq(out, maps.Keys(properties))
	}
	walk(schemas[name])
	return out
}
