//go:build !windows

package program

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A script that is stopped takes what it has started with it, in a group of its own
// and, on Linux, in that of the terminal.
func TestWhatAScriptHasStartedEndsWithIt(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("sh is not installed")
	}
	for _, dialog := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		cmd := exec.CommandContext(ctx, sh, "-c", "sh -c 'sleep 600 & echo $!; wait' & wait")
		cmd.WaitDelay = 10 * time.Second
		out, w := io.Pipe()
		cmd.Stdout = w
		ended := make(chan error, 1)
		go func() { ended <- run(cmd, dialog) }()
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		if dialog && len(descendants(cmd.Process.Pid)) == 0 {
			t.Log("descendants cannot be told here")
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		cancel()
		if err := <-ended; err == nil || errors.Is(err, exec.ErrWaitDelay) {
			t.Errorf("dialog %t: %v", dialog, err)
		}
		if !gone(pid) {
			t.Errorf("dialog %t: the grandchild %d goes on", dialog, pid)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// gone waits until a process is no more, or is only waited for by its parent.
func gone(pid int) bool {
	for range 500 {
		if syscall.Kill(pid, 0) != nil {
			return true
		}
		state, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
		if err != nil || strings.HasPrefix(strings.TrimSpace(string(state)), "Z") {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}
