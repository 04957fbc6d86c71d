package diagnose_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Data flows in one direction: package diagnose makes no requests, package report only
// uses results, and only package graph uses the Graph SDK, which takes a minute to
// compile.
func TestImportDirection(t *testing.T) {
	const module = "github.com/spcheck/spcheck/internal/"
	for pkg, forbidden := range map[string][]string{
		"diagnose":  {"net/http", module + "graph", module + "entra", module + "config", module + "report"},
		"report":    {module + "diagnose", module + "graph", module + "entra", module + "config"},
		"secrets":   {"net/http", module + "config", module + "diagnose"},
		"aadsts":    {"net/http", module + "diagnose", module + "graph", module + "entra"},
		"entra":     {module + "graph", module + "diagnose", "github.com/microsoftgraph/msgraph-sdk-go"},
		"sandbox":   {module + "graph", module + "entra", module + "diagnose", "github.com/microsoftgraph/msgraph-sdk-go"},
		"transport": {module + "graph", module + "entra", module + "diagnose"},
	} {
		out, err := exec.Command("go", "list", "-deps", module+pkg).Output()
		if err != nil {
			t.Fatalf("%s: %v", pkg, err)
		}
		for dep := range strings.FieldsSeq(string(out)) {
			for _, f := range forbidden {
				if dep == f || strings.HasPrefix(dep, f+"/") && strings.HasPrefix(f, "github.com/microsoftgraph") {
					t.Errorf("%s depends on %s", pkg, dep)
				}
			}
		}
	}
}
