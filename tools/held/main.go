// Command held makes what spcheck holds of its catalogue of codes and of its
// translations from the files that people write.
package main

import (
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/msg"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "held:", err)
		os.Exit(1)
	}
}

// run writes the file that is named, from those in its folder.
func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("give the file to be made")
	}
	folder, name := filepath.Split(args[0])
	compile := map[string]func(fs.FS) ([]byte, error){
		"catalogue_held.go": aadsts.Compile, "translations_held.go": msg.Compile,
	}[name]
	if compile == nil {
		return fmt.Errorf("%s is nothing that spcheck holds", name)
	}
	source, err := compile(os.DirFS(folder))
	if err != nil {
		return err
	}
	made, err := format.Source(source)
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], made, 0o644) //nolint:gosec // source is for everybody
}
