package target

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/secrets"
)

// throughAz puts a program before the real az that records what az answers. az is not
// signed in there: if it understands the arguments, it asks for a sign-in.
func throughAz(t *testing.T) (dir string, d Deps) {
	t.Helper()
	real, err := exec.LookPath("az")
	if err != nil {
		t.Skip("Azure CLI is not installed")
	}
	if testing.Short() {
		t.Skip("Azure CLI takes seconds to start")
	}
	home := t.TempDir()
	dir, d = standIn(t, "az", `"`+real+`" "$@" 2>>"$dir/said"; code=$?; echo "$code" >>"$dir/codes"; exit $code`)
	d.Environ = append(os.Environ(), "HOME="+home, "AZURE_CONFIG_DIR="+home, "AZURE_CORE_COLLECT_TELEMETRY=false")
	return dir, d
}

// understood checks that az accepted the arguments of every call. Otherwise its exit code
// is 2.
func understood(t *testing.T, dir string, calls int) {
	t.Helper()
	codes, said := content(t, dir, "codes"), content(t, dir, "said")
	if codes != strings.Repeat("1\n", calls) || strings.Count(said, "az login") != calls {
		t.Errorf("%d calls: az exits with %q\n%s", calls, codes, said)
	}
	noArgument(t, dir)
}

func TestRealAzTakesAppSettings(t *testing.T) {
	dir, d := throughAz(t)
	s := parse(t, "appsettings:rg-sync/contoso-sync/staging#AZURE_CLIENT_SECRET", d).(*appSetting)
	ctx := context.Background()
	if err := s.Check(ctx); err == nil {
		t.Error("az is signed in")
	}
	if err := s.set(ctx, marker); err == nil {
		t.Error("az is signed in")
	}
	s.touched = true
	if err := s.Undo(ctx); err == nil {
		t.Error("az is signed in")
	}
	understood(t, dir, 3)
}

func TestRealAzTakesVariableGroups(t *testing.T) {
	dir, d := throughAz(t)
	if exec.Command("az", "extension", "show", "--name", "azure-devops").Run() != nil {
		t.Skip("Azure CLI has no extension azure-devops")
	}
	p := parse(t, "azure-pipelines:contoso/Sync/production#clientSecret", d)
	if err := p.Check(context.Background()); err == nil {
		t.Error("az is signed in")
	}
	if err := p.Store(context.Background(), Secret{Value: secrets.NewValue(marker)}); err == nil {
		t.Error("az is signed in")
	}
	if codes := content(t, dir, "codes"); strings.Contains(codes, "2") {
		t.Errorf("az exits with %q\n%s", codes, content(t, dir, "said"))
	}
}
