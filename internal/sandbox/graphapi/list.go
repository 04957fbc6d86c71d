package graphapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// listing answers a request for a collection.
type listing[T any] struct {
	items   []T
	entity  *entity[T]
	context string // what the @odata.context names, such as applications
	cost    int    // resource units
	// defaultPage and maxPage are 100 and 999 where they are 0, as for directory
	// objects.
	defaultPage, maxPage int
	// annotate adds members before an item's properties, such as @odata.type.
	annotate func(T) object
}

const (
	defaultPage = 100
	maxPage     = 999
)

// answer applies the query options and returns one page. The world's lock is
// held until the page is written to memory.
func (l listing[T]) answer(s *scene) (*response, error) {
	size, err := l.pageSize(s)
	if err != nil {
		return nil, err
	}
	sh, err := l.entity.shape(s.query)
	if err != nil {
		return nil, err
	}
	match, err := l.entity.matcher(s.query)
	if err != nil {
		return nil, err
	}
	items, err := l.sorted(s)
	if err != nil {
		return nil, err
	}
	start, err := s.resume()
	if err != nil {
		return nil, err
	}
	page, next := cut(s, items, match, start, size)
	body := s.context(l.context + sh.suffix)
	if s.query.count && s.query.eventual && s.query.skipToken == "" {
		body = append(body, field{"@odata.count", count(s, items, match)})
	}
	if next < len(items) {
		body = append(body, field{"@odata.nextLink", s.nextLink(next)})
	}
	return s.ok(append(body, field{"value", l.render(s, sh, page)}), l.cost), nil
}

func (l listing[T]) render(s *scene, sh shape[T], page []T) []object {
	out := make([]object, 0, len(page))
	for _, item := range page {
		o := sh.render(s, item)
		if l.annotate != nil {
			o = append(l.annotate(item), o...)
		}
		out = append(out, o)
	}
	return out
}

// pageSize checks $top, which the service refuses rather than caps.
func (l listing[T]) pageSize(s *scene) (int, error) {
	limit := l.maxPage
	if limit == 0 {
		limit = maxPage
	}
	if s.query.hasTop {
		if s.query.top < 1 || s.query.top > limit {
			return 0, unsupported("Invalid page size specified: '%d'. Must be between 1 and %d inclusive.", s.query.top, limit)
		}
		return s.query.top, nil
	}
	if s.srv.opts.DefaultPageSize > 0 {
		return min(s.srv.opts.DefaultPageSize, limit), nil
	}
	if l.defaultPage > 0 {
		return l.defaultPage, nil
	}
	return defaultPage, nil
}

// cut takes a page of matching items from start on, and says where the next one
// begins: len(items) where the page is the last.
func cut[T any](s *scene, items []T, match predicate[T], start, size int) ([]T, int) {
	page := make([]T, 0, min(size, max(len(items)-start, 0)))
	for i := start; i < len(items); i++ {
		if match != nil && !match(s, items[i]) {
			continue
		}
		if page = append(page, items[i]); len(page) == size {
			return page, i + 1
		}
	}
	return page, len(items)
}

func count[T any](s *scene, items []T, match predicate[T]) int {
	if match == nil {
		return len(items)
	}
	n := 0
	for _, item := range items {
		if match(s, item) {
			n++
		}
	}
	return n
}

// matcher joins $filter and $search; nil means that every item matches, so that
// paging through a large tenant never looks at what it skips.
func (e *entity[T]) matcher(q query) (predicate[T], error) {
	filter, err := e.compile(q)
	if err != nil || q.search == "" {
		if !q.hasFilter {
			filter = nil
		}
		return filter, err
	}
	search, err := e.searcher(q)
	if err != nil {
		return nil, err
	}
	return func(s *scene, item T) bool { return filter(s, item) && search(s, item) }, nil
}

// sorted applies $orderby. Together with $filter it is an advanced query.
func (l listing[T]) sorted(s *scene) ([]T, error) {
	q := s.query
	if q.orderBy == "" {
		return l.items, nil
	}
	name, direction, _ := strings.Cut(strings.TrimSpace(q.orderBy), " ")
	direction = strings.ToLower(strings.TrimSpace(direction))
	p, ok := l.entity.property(name)
	if !ok {
		return nil, parsing("Invalid orderby clause: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, l.entity.name)
	}
	if direction != "" && direction != "asc" && direction != "desc" {
		return nil, parsing("Invalid orderby clause: Syntax error in '%s'.", q.orderBy)
	}
	if !slices.Contains(l.entity.sortable, p.name) || ((q.hasFilter || q.search != "") && !q.advanced() && l.maxPage == 0) {
		return nil, unsupported("Sorting not supported for current query.")
	}
	items := slices.Clone(l.items)
	slices.SortStableFunc(items, func(a, b T) int { return order(p.get(s, a), p.get(s, b), direction == "desc") })
	return items, nil
}

// order puts null before everything else, and that after it when descending.
func order(a, b any, descending bool) int {
	if descending {
		a, b = b, a
	}
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return compareValues(a, b)
}

// countSegment answers .../$count, which is an advanced query of its own.
func (l listing[T]) countSegment(s *scene) (*response, error) {
	if !s.query.eventual {
		return nil, badRequest("$count is not currently supported.")
	}
	s.query.count = true
	match, err := l.entity.matcher(s.query)
	if err != nil {
		return nil, err
	}
	res := &response{status: http.StatusOK, header: http.Header{}}
	res.body = strconv.AppendInt(nil, int64(count(s, l.items, match)), 10)
	res.header.Set("Content-Type", "text/plain")
	res.header.Set("odata-version", "4.0")
	return res, nil
}
