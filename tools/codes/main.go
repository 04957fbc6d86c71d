// Command codes writes the reference page of AADSTS codes from the catalogue.
package main

import (
	"fmt"
	"os"

	"github.com/spcheck/spcheck/internal/aadsts"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "codes:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("give the path of the page")
	}
	c, err := aadsts.Load()
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], []byte(c.Reference()), 0o644) //nolint:gosec // documentation is for everybody
}
