// Command catalogue makes what spcheck holds of its catalogue of codes from the
// files that people write.
package main

import (
	"fmt"
	"go/format"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/aadsts"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "catalogue:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("give the folder of the package")
	}
	source, err := aadsts.Compile(os.DirFS(args[0]))
	if err != nil {
		return err
	}
	made, err := format.Source(source)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(args[0], "catalogue_held.go"), made, 0o644) //nolint:gosec // source is for everybody
}
