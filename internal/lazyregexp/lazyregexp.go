// Package lazyregexp compiles regular expressions on first use. Otherwise every command
// would compile those of all others, which was half of all allocations at the start. The Go
// project has such a package for its own commands.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns a function that compiles the expression on its first call, and panics if it is
// malformed. The function is safe for concurrent use.
func New(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
