// Package near suggests what somebody meant who mistyped a word, a GUID or a tenant.
package near

import (
	"slices"
	"strings"
)

// far is how many letters may be wrong.
const far = 2

// Words returns the words of a list that are similar to a word, the most similar first:
// they begin with it, or differ in at most two letters. Hyphens and case do not count.
func Words(word string, list []string) []string {
	typed := bare(word)
	if len(typed) < 2 || len(typed) > 60 {
		return nil
	}
	distances := map[string]int{}
	var found []string
	for _, w := range list {
		known := bare(w)
		d := distance(typed, known)
		if strings.HasPrefix(known, typed) {
			d = min(d, 1)
		}
		// A short word allows fewer wrong letters, and two only if the first one is right:
		// yaml is not a slip for html.
		if d <= min(far, len(typed)/2) && (d < 2 || len(typed) > 4 || strings.HasPrefix(known, typed[:1])) {
			distances[w] = d
			found = append(found, w)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return distances[a] - distances[b] })
	return found
}

// Same reports whether two words differ at most in case, hyphens and underscores.
func Same(a, b string) bool { return bare(a) == bare(b) }

func bare(s string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(s))
}

// distance returns the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
