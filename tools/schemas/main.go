// Command schemas writes the JSON Schemas of the reports.
//
//	go run ./schemas ../internal/result ../docs/schemas
//
// The first argument is the folder of package result, whose comments become the
// descriptions; the second is where the schemas go.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/result"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: schemas RESULT-FOLDER SCHEMA-FOLDER")
		os.Exit(64) //nolint:forbidigo // this is a main
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "schemas:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

func run(source, target string) error {
	for _, r := range result.Reports() {
		data, err := generate(r, source)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(target, fileName(r)), data, 0o644); err != nil { //nolint:gosec // published for everybody
			return err
		}
	}
	return nil
}

func fileName(r result.Report) string { return string(r.Kind()) + ".schema.json" }
