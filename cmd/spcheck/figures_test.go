package main

import (
	"fmt"
	"os"
	"testing"
)

// figure notes a number for docs/reliability.md, where make reliability asks for
// it by naming a file.
func figure(t *testing.T, what string, value int64) {
	t.Helper()
	path := os.Getenv("SPCHECK_FIGURES")
	if path == "" || t.Failed() {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fmt.Fprintf(f, "%s\t%d\n", what, value)
}
