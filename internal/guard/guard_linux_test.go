package guard_test

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/spcheck/spcheck/internal/guard"
)

// The test starts itself again, because Harden cannot be undone.
func TestMain(m *testing.M) {
	if os.Getenv("GUARD_TEST") == "" {
		os.Exit(m.Run())
	}
	guard.Harden()
	var core unix.Rlimit
	err := unix.Getrlimit(unix.RLIMIT_CORE, &core)
	dumpable, prErr := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil || prErr != nil || core.Cur != 0 || dumpable != 0 {
		os.Exit(1)
	}
	// The sandbox needs the path of the program.
	if _, err := os.Executable(); err != nil {
		os.Exit(2)
	}
	os.Exit(0)
}

func TestCoreDumpsAreOff(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "GUARD_TEST=1")
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
}
