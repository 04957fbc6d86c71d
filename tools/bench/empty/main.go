// Command empty is a cobra program that does nothing: what the start of spcheck
// is compared with.
package main

import (
	"os"

	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "empty", RunE: func(*cobra.Command, []string) error { return nil }}
	if root.Execute() != nil {
		os.Exit(1)
	}
}
