// Command picture turns the coloured output of a terminal program, read from
// standard input, into an SVG on standard output: the picture in the README is
// made from a real run (make picture).
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	prompt := flag.String("prompt", "", "`command` that is shown as typed")
	lines := flag.Int("lines", 0, "`number` of lines to show; 0 is all")
	flag.Parse()
	text, err := io.ReadAll(io.LimitReader(os.Stdin, 1<<20))
	if err == nil {
		_, err = io.WriteString(os.Stdout, draw(*prompt, cut(string(text), *lines)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1) //nolint:forbidigo // this is a main function
	}
}

// cut keeps the first lines, and says so where it left some out.
func cut(text string, lines int) []string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if lines <= 0 || len(all) <= lines {
		return all
	}
	return append(all[:lines:lines], "\x1b[2m  …\x1b[0m")
}
