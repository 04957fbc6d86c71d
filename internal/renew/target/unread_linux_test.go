package target

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// storeInto stores through a pipe into a shell command.
func storeInto(t *testing.T, command string) (stored, undone error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", command)
	cmd.Stdin = r
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	to := parse(t, "stdout", Deps{Out: w})
	stored = to.Store(context.Background(), secret())
	undone = to.Undo(context.Background())
	_ = w.Close()
	_ = cmd.Wait()
	return stored, undone
}

// A reader that stops before it has read the value does not have it, although the pipe
// accepted it.
func TestReaderOfStandardOutputThatStops(t *testing.T) {
	for command, has := range map[string]bool{
		"head -c 5 >/dev/null":      false,
		"exec <&-":                  false,
		"read -r v":                 true,
		"cat >/dev/null":            true,
		"sleep 0.3; cat >/dev/null": true,
	} {
		if err, undone := storeInto(t, command); (err == nil) != has || (undone == nil) == has {
			t.Errorf("%s: error %v, undone: %v", command, err, undone)
		}
	}
	var out strings.Builder
	if err := parse(t, "stdout", Deps{Out: io.Writer(&out)}).Store(context.Background(), secret()); err != nil {
		t.Errorf("what is no pipe: %v", err)
	}
}
