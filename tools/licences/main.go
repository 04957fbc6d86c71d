// Command licences writes the list of all modules that are part of a spcheck
// binary, with their licences, and refuses those that ask for more than a notice.
package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1) //nolint:forbidigo // this is a main function
	}
}

// run writes the page, or the notices that packages have to carry.
func run(args []string) error {
	writers := map[string]func([]module) (string, error){"page": page, "notices": notices}
	if len(args) != 2 || writers[args[0]] == nil {
		return fmt.Errorf("write: licences page PATH, or licences notices PATH")
	}
	found, err := modules(context.Background())
	if err != nil {
		return err
	}
	text, err := writers[args[0]](found)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], []byte(text), 0o644) //nolint:gosec // documentation is for everybody
}
