package graphapi

import (
	"slices"
	"strings"
	"time"
)

// collection is an entity set: it lists, counts and gets objects of one type.
type collection[T any] struct {
	entity *entity[T]
	name   string // in contexts, such as applications
	cost   int    // of listing, in resource units
	items  func(*scene) []T
	find   func(*scene, segment) (T, error)
	// changed reports whether an object differs from what it was at that time;
	// nil where the collection has no delta.
	changed func(T, time.Time) bool
}

func (c collection[T]) listing(s *scene) listing[T] {
	return listing[T]{items: c.items(s), entity: c.entity, context: c.name, cost: c.cost}
}

func (c collection[T]) list(s *scene) (*response, error) { return c.listing(s).answer(s) }

func (c collection[T]) countAll(s *scene) (*response, error) { return c.listing(s).countSegment(s) }

func (c collection[T]) get(s *scene) (*response, error) {
	item, err := c.find(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return one(s, c.entity, item, c.name)
}

// one answers with a single object of an entity set.
func one[T any](s *scene, e *entity[T], item T, set string) (*response, error) {
	sh, err := e.shape(s.query)
	if err != nil {
		return nil, err
	}
	return s.ok(append(s.context(set+sh.suffix+"/$entity"), sh.render(s, item)...), 1), nil
}

// delta lists all objects, page by page, and ends with a delta link; that one
// lists what changed since. Only a filter by ID is allowed. Whether the real
// service shows a changed password is not verified; this one does.
func (c collection[T]) delta(s *scene) (*response, error) {
	if s.query.hasFilter && !strings.HasPrefix(strings.ToLower(s.query.filter), "id eq ") {
		return nil, unsupported("Unsupported Query.")
	}
	l := c.listing(s)
	if s.query.deltaToken != "" && s.query.deltaToken != "latest" {
		since, err := s.since()
		if err != nil {
			return nil, err
		}
		l.items = slices.DeleteFunc(slices.Clone(l.items), func(item T) bool { return !c.changed(item, since) })
	}
	if s.query.deltaToken == "latest" {
		l.items = nil
	}
	return l.deltaPage(s)
}

// deltaPage is answer with a delta link where there is no next page. Pages after
// the first list everything: a round of changes is always one page.
func (l listing[T]) deltaPage(s *scene) (*response, error) {
	size, err := l.pageSize(s)
	if err != nil {
		return nil, err
	}
	if s.query.deltaToken != "" {
		size = max(len(l.items), 1)
	}
	sh, err := l.entity.shape(s.query)
	if err != nil {
		return nil, err
	}
	match, err := l.entity.matcher(s.query)
	if err != nil {
		return nil, err
	}
	start, err := s.resume()
	if err != nil {
		return nil, err
	}
	page, next := cut(s, l.items, match, start, size)
	body := s.context(l.context + sh.suffix)
	if next < len(l.items) {
		body = append(body, field{"@odata.nextLink", s.nextLink(next)})
	} else {
		body = append(body, field{"@odata.deltaLink", s.link("$deltatoken", s.sinceToken(s.now))})
	}
	return s.ok(append(body, field{"value", l.render(s, sh, page)}), l.cost), nil
}

// objectID checks that a key is an object ID. The message is the service's; its
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
