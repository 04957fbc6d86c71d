package graphapi

import "github.com/spcheck/spcheck/internal/sandbox/directory"

// collection is an entity set: it lists, counts and gets objects of one type.
type collection[T any] struct {
	entity *entity[T]
	name   string // in contexts, such as applications
	cost   int    // of listing, in resource units
	items  func(*scene) []T
	find   func(*scene, segment) (T, error)
	// kind and id are for delta queries, and unset where the collection has none.
	kind directory.Kind
	id   func(T) string
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
