package graphapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// handler answers a request.
type handler func(*scene) (*response, error)

// Page sizes: default, maximum, and both of a log. Source: Microsoft's documentation of
// application and signIn.
const (
	defaultPage = 100
	maxPage     = 999
	logPage     = 1000
)

// under returns a handler that first finds the object of the request's first key.
func under[T any](e *entity[T], handle func(*scene, T) (*response, error)) handler {
	return func(s *scene) (*response, error) {
		item, err := e.find(s, s.keys[0])
		if err != nil {
			return nil, err
		}
		return handle(s, item)
	}
}

// objectID returns a key that is an object ID. The refusal's text is the service's; its
// status is known from reports.
func objectID(key segment) (string, error) {
	if key.by != "" {
		return "", parsing("The key property '%s' is not valid here.", key.by)
	}
	if !guidPattern().MatchString(key.text) {
		return "", badRequest("Invalid object identifier '%s'.", key.text)
	}
	return key.text, nil
}

// find returns the object with a key.
func (e *entity[T]) find(s *scene, key segment) (T, error) {
	var none T
	isGUID := guidPattern().MatchString(key.text)
	value := e.keys[key.by]
	switch {
	case e.is != nil:
	case value == nil || key.by == "":
		if _, err := objectID(key); err != nil {
			return none, err
		}
	case key.by == "appid" && !isGUID:
		return none, badRequest("Invalid value specified for property 'appId' of resource '%s'.", capital(e.name))
	}
	for _, item := range e.items(s) {
		if e.is != nil {
			if e.is(item, key.text) {
				return item, nil
			}
			continue
		}
		if v := value(item); v != "" && (v == key.text || isGUID && strings.EqualFold(v, key.text)) {
			return item, nil
		}
	}
	return none, notFound(key.text)
}

// get answers with one object of the entity set.
func (e *entity[T]) get(s *scene) (*response, error) {
	if err := e.check(s); err != nil {
		return nil, err
	}
	item, err := e.find(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return e.one(s, item, e.set)
}

// one answers with an object that was found.
func (e *entity[T]) one(s *scene, item T, set string) (*response, error) {
	sh, err := e.shape(s.query)
	if err != nil {
		return nil, err
	}
	return s.ok(append(s.context(set+sh.suffix+"/$entity"), sh.render(s, item)...), 1), nil
}

func (e *entity[T]) check(s *scene) error {
	if e.available == nil {
		return nil
	}
	return e.available(s)
}

// list answers with a page of the entity set.
func (e *entity[T]) list(s *scene) (*response, error) {
	if err := e.check(s); err != nil {
		return nil, err
	}
	return e.page(s, e.set, e.items(s))
}

// page applies the query options to items and answers with one page. The caller holds the
// world's lock until the answer is in memory.
func (e *entity[T]) page(s *scene, context string, items []T) (*response, error) {
	size, err := e.pageSize(s.query)
	if err != nil {
		return nil, err
	}
	sh, err := e.shape(s.query)
	if err != nil {
		return nil, err
	}
	match, err := e.matcher(s.query)
	if err != nil {
		return nil, err
	}
	if items, err = e.sorted(s, items); err != nil {
		return nil, err
	}
	start, err := s.resume()
	if err != nil {
		return nil, err
	}
	page, next := cut(s, items, match, start, size)
	body := s.context(context + sh.suffix)
	if s.query.count && s.query.eventual && s.query.skipToken == "" {
		body = append(body, field{"@odata.count", count(s, items, match)})
	}
	if next < len(items) {
		body = append(body, field{"@odata.nextLink", s.nextLink(next)})
	}
	value := make([]object, 0, len(page))
	for _, item := range page {
		value = append(value, sh.render(s, item))
	}
	return s.ok(append(body, field{"value", value}), max(e.cost, 1)), nil
}

// pageSize returns the page size. The service refuses a $top that is too large; it does
// not reduce it.
func (e *entity[T]) pageSize(q query) (int, error) {
	size, limit := defaultPage, maxPage
	if e.isLog {
		size, limit = logPage, logPage
	}
	switch {
	case !q.hasTop:
		return size, nil
	case q.top < 1 || q.top > limit:
		return 0, unsupported("Invalid page size specified: '%d'. Must be between 1 and %d inclusive.", q.top, limit)
	}
	return q.top, nil
}

// cut returns a page of matching items from start on, and where the next page begins:
// len(items) after the last one.
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

// matcher combines $filter and $search. It returns nil if every item matches, so that
// paging does not look at the items it skips.
func (e *entity[T]) matcher(q query) (predicate[T], error) {
	filter, err := e.compile(q)
	if err != nil || q.search == "" {
		return filter, err
	}
	search, err := e.searcher(q)
	if err != nil || filter == nil {
		return search, err
	}
	return func(s *scene, item T) bool { return filter(s, item) && search(s, item) }, nil
}

// sorted applies $orderby. With a $filter, this is an advanced query.
func (e *entity[T]) sorted(s *scene, items []T) ([]T, error) {
	q := s.query
	if q.orderBy == "" {
		return items, nil
	}
	name, direction, _ := strings.Cut(strings.TrimSpace(q.orderBy), " ")
	direction = strings.ToLower(strings.TrimSpace(direction))
	p := e.property(name)
	switch {
	case p == nil:
		return nil, e.undeclared("Invalid orderby clause", name)
	case direction != "" && direction != "asc" && direction != "desc":
		return nil, parsing("Invalid orderby clause: Syntax error in '%s'.", q.orderBy)
	case !slices.Contains(e.sortable, p.name), (q.hasFilter || q.search != "") && !q.advanced() && !e.isLog:
		return nil, unsupported("Sorting not supported for current query.")
	}
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b T) int {
		if direction == "desc" {
			a, b = b, a
		}
		return order(p.get(s, a), p.get(s, b))
	})
	return items, nil
}

// order compares two values; null comes first.
func order(a, b any) int {
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

// countAll answers .../$count, an advanced query.
func (e *entity[T]) countAll(s *scene) (*response, error) {
	if !s.query.eventual {
		return nil, badRequest("$count is not currently supported.")
	}
	s.query.count = true
	match, err := e.matcher(s.query)
	if err != nil {
		return nil, err
	}
	res := &response{status: http.StatusOK, header: http.Header{}}
	res.body = strconv.AppendInt(nil, int64(count(s, e.items(s), match)), 10)
	res.header.Set("Content-Type", "text/plain")
	res.header.Set("odata-version", "4.0")
	return res, nil
}
