package sandbox_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The sandbox is written from what the services do. It only uses those of spcheck's
// packages that know nothing about Entra, so that it cannot share a mistake with the
// client.
func TestSandboxSharesNothingThatTheClientKnows(t *testing.T) {
	const own = "github.com/spcheck/spcheck/"
	may := []string{own + "internal/lazyregexp", own + "internal/pause", own + "internal/strictyaml"}
	out, err := exec.Command("go", "list", "-deps", own+"internal/sandbox/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.FieldsSeq(string(out)) {
		sandbox := strings.HasPrefix(dep+"/", own+"internal/sandbox/")
		sdk := strings.HasPrefix(dep, "github.com/microsoftgraph/") || strings.HasPrefix(dep, "github.com/AzureAD/") || strings.HasPrefix(dep, "github.com/Azure/")
		if sdk || strings.HasPrefix(dep, own) && !sandbox && !slices.Contains(may, dep) {
			t.Errorf("the sandbox imports %s", dep)
		}
	}
}
