package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

// spare is how many goroutines and open files more there may be after the tests than
// before: the Go runtime keeps a few of its own once it has used the network, and the
// warm Azure CLI (see azure-warm.py) stays until this process ends. What a run leaves
// comes to far more, as there are hundreds of them.
const spare = 10

// leavings tells what runs of the program inside of this process left running. The
// tests run side by side, so it can only be counted after all of them.
type leavings struct{ goroutines, files int }

func countLeavings() leavings { return leavings{runtime.NumGoroutine(), openFiles()} }

// since waits until as much is running as before, and describes what is left
// if that does not come; "" where nothing is left.
func (before leavings) since() string {
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	var now leavings
	for range 150 {
		now = countLeavings()
		if now.goroutines <= before.goroutines+spare && now.files <= before.files+spare {
			return ""
		}
		time.Sleep(100 * time.Millisecond)
	}
	var stacks bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
	return fmt.Sprintf("The tests left something running: %d goroutines (%d before), %d open files (%d before)\n%s\n%s",
		now.goroutines, before.goroutines, now.files, before.files, strings.Join(filesOpen(), "\n"), &stacks)
}

// openFiles counts this process's descriptors, 0 where the system does not tell.
func openFiles() int { return len(filesOpen()) }

func filesOpen() (names []string) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name, _ := os.Readlink(filepath.Join("/proc/self/fd", e.Name()))
		names = append(names, e.Name()+" "+name)
	}
	return names
}
