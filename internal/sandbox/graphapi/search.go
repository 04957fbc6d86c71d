package graphapi

import (
	"slices"
	"strings"
	"unicode"
)

// searcher compiles $search="property:words" clauses joined by AND or OR. A word matches
// the start of a word in the property.
func (e *entity[T]) searcher(q query) (predicate[T], error) {
	if !q.eventual {
		return nil, unsupported("Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'")
	}
	clauses, joins, ok := splitSearch(q.search)
	if !ok {
		return nil, parsing("Syntax error: the $search clause '%s' is not valid. Every clause must be in double quotes, as \"property:value\".", q.search)
	}
	var out predicate[T]
	for i, clause := range clauses {
		one, err := e.searchClause(clause)
		if err != nil {
			return nil, err
		}
		before := out
		switch {
		case i == 0:
			out = one
		case joins[i-1] == "AND":
			out = func(s *scene, v T) bool { return before(s, v) && one(s, v) }
		default:
			out = func(s *scene, v T) bool { return before(s, v) || one(s, v) }
		}
	}
	return out, nil
}

// splitSearch splits `"a:b" OR "c:d"` into clauses and the words between them.
func splitSearch(search string) (clauses, joins []string, ok bool) {
	parts := strings.Split(search, `"`)
	for i, part := range parts {
		part = strings.TrimSpace(part)
		switch {
		case i%2 == 1:
			clauses = append(clauses, part)
		case i == 0 || i == len(parts)-1:
			if part != "" {
				return nil, nil, false
			}
		case part == "AND" || part == "OR":
			joins = append(joins, part)
		default:
			return nil, nil, false
		}
	}
	return clauses, joins, len(parts)%2 == 1 && len(clauses) > 0
}

func (e *entity[T]) searchClause(clause string) (predicate[T], error) {
	name, words, ok := strings.Cut(clause, ":")
	p := e.property(name)
	if !ok || p == nil || !slices.Contains(e.search, p.name) {
		return nil, unsupported("Unsupported Query.")
	}
	wanted := splitWords(words)
	return func(s *scene, v T) bool {
		text, _ := p.get(s, v).(string)
		have := splitWords(text)
		for _, w := range wanted {
			if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
				return false
			}
		}
		return len(wanted) > 0
	}, nil
}

func splitWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
