package main

import (
	"fmt"
	"os"
	"strings"
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

// faultTable writes the table of faults for the same page.
func faultTable(t *testing.T, rows []faultRow) {
	t.Helper()
	path := os.Getenv("SPCHECK_FIGURES")
	if path == "" || t.Failed() {
		return
	}
	var b strings.Builder
	for _, r := range rows {
		causes := strings.TrimPrefix(strings.Join(r.causes, ", "), ", ")
		switch {
		case r.harmless && causes == "":
			causes = "nothing: no item is lost"
		case r.harmless:
			causes = "nothing, or " + causes
		case causes == "" && len(r.codes) > 0:
			causes = "an error of the settings"
		case causes == "":
			causes = "what could not be read"
		case r.causes[0] == "":
			causes = "what could not be read, or " + causes
		}
		place := "sign-in"
		if r.at == atGraph {
			place = "Graph"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.name, place, causes)
	}
	if err := os.WriteFile(path+".faults", []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
