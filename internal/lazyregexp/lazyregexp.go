// Package lazyregexp compiles regular expressions when they are first used. Every
// command would otherwise compile those of all others before it does anything,
// which was half of what a start allocates. The Go project has such a package for
// its own commands.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns a function that compiles the expression when it is first called. The
// expression must be well-formed. The function is safe for concurrent use.
func New(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
