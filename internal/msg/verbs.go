package msg

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// A verb of a format: flags, an argument's number, width and precision, letter.
var verbPattern = lazyregexp.New(`%([-+# 0]*)(?:\[(\d+)\])?(\d*(?:\.\d+)?)([a-zA-Z%])`)

// verbs lists what a format takes from its arguments as "NUMBER:LETTER", sorted
// and each once, so that two formats can be compared whatever their word order.
func verbs(format string) []string {
	if !strings.Contains(format, "%") {
		return nil // most sentences, of thousands that a language has
	}
	var found []string
	next := 1
	for _, m := range verbPattern().FindAllStringSubmatch(format, -1) {
		if m[4] == "%" {
			continue
		}
		if n, err := strconv.Atoi(m[2]); err == nil {
			next = n
		}
		found = append(found, fmt.Sprintf("%d:%s", next, m[4]))
		next++
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// firstInteger is the number of the first argument printed as an integer, or 0.
func firstInteger(format string) int {
	for _, v := range verbs(format) {
		if n, ok := strings.CutSuffix(v, ":d"); ok {
			i, _ := strconv.Atoi(n)
			return i
		}
	}
	return 0
}
