package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommandsBreakBeforeFlags(t *testing.T) {
	long := "az ad sp credential delete --id " + clientID + " --key-id " + oldKeyID
	for _, c := range []struct {
		name, line, shell string
		room              int
		want              []string
	}{
		{"fits", long, "sh", 200, []string{long}},
		{"no terminal", long, "sh", 0, []string{long}},
		{"sh", long, "sh", 80, []string{"az ad sp credential delete --id " + clientID + ` \`, "  --key-id " + oldKeyID}},
		{"powershell", long, "powershell", 80, []string{"az ad sp credential delete --id " + clientID + " `", "  --key-id " + oldKeyID}},
		{"cmd", long, "cmd", 80, []string{"az ad sp credential delete --id " + clientID + " ^", "  --key-id " + oldKeyID}},
		{"an unknown shell", long, "fish", 80, []string{long}},
		{"quotes stay whole", `tool --name 'a --b c' --other "x -y" --last z`, "sh", 24, []string{`tool --name 'a --b c' \`, `  --other "x -y" \`, `  --last z`}},
		{"nothing to break at", strings.Repeat("x", 90), "sh", 80, []string{strings.Repeat("x", 90)}},
	} {
		if d := cmp.Diff(c.want, breakCommand(c.line, c.shell, c.room)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

// People copy commands, so a command that is broken into lines must mean the same to the
// shell.
func TestBrokenCommandsAreTheSame(t *testing.T) {
	line := `spcheck renew-secret --sp 'Müller -- Söhne' --to file:/a/b -v --on application`
	for room := 1; room < 90; room++ {
		joined := strings.Join(breakCommand(line, "sh", room), "\n")
		if got := strings.ReplaceAll(joined, " \\\n  ", " "); got != line {
			t.Fatalf("at %d columns: %q", room, got)
		}
	}
}
