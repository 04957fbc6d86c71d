package graphapi

import (
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// entity is a type of Graph with its entity set: the declared properties in the
// order in which answers hold them, and the objects.
type entity[T any] struct {
	name       string // of the type, such as application
	set        string // in contexts, such as applications
	cost       int    // of listing, in resource units; 0 means 1
	isLog      bool   // a log has larger pages than other sets, and sorts filtered entries
	properties []*property[T]
	sortable   []string    // names of properties for $orderby
	search     []string    // names of properties for $search
	expansions []expand[T] // for $expand
	// annotate returns members that come before the properties, such as @odata.type.
	annotate func(T, *scene) object
	// available returns the refusal of a tenant that lacks the set; nil never refuses.
	available func(*scene) error
	items     func(*scene) []T
	// keys are the values of the ID, under the empty name, and of alternate keys,
	// by name in lower case.
	keys map[string]func(T) string
	// is replaces keys in sets whose IDs are not GUIDs.
	is func(item T, id string) bool
	// kind is for delta queries.
	kind directory.Kind
}

// property is a property of a type.
type property[T any] struct {
	name string
	get  func(*scene, T) any
	// onRequest marks one that is sent only where $select names it.
	onRequest bool
	// filterOnly marks a path that $filter knows and that is not a property.
	filterOnly bool
	filterRule
}

// filterRule says by which operations a property may be filtered. Operations are names
// with blanks between: the comparisons, in, starts, ends, null (eq and ne with null)
// and count (of a collection). Source: Microsoft's table of filters on directory
// objects.
type filterRule struct {
	kind       odata.Kind // of the value or of a collection's elements; empty means no filter
	collection bool
	basic      string // always supported
	advanced   string // supported in advanced queries only
	// elements are the properties of a collection's objects.
	elements []*property[object]
}

// Kinds of property that no literal has.
const (
	guidText    odata.Kind = "a string that must be a GUID" // such as appId
	complexType odata.Kind = "an object"
)

// expand is a navigation property that $expand can name.
type expand[T any] struct {
	name string
	get  func(*scene, T) []object
}

// of declares a property that depends on the object only. A value that is not set
// becomes null, and a collection without elements an empty one.
func (e *entity[T]) of(name string, get func(T) any) *property[T] {
	return e.computed(name, func(_ *scene, item T) any { return orNull(get(item)) })
}

// computed declares a property that depends on the request or on other objects too.
func (e *entity[T]) computed(name string, get func(*scene, T) any) *property[T] {
	p := &property[T]{name: name, get: get}
	e.properties = append(e.properties, p)
	return p
}

// null declares properties that are null in every object.
func (e *entity[T]) null(names ...string) { e.fixed(nil, names...) }

// fixed declares properties that have the same value in every object.
func (e *entity[T]) fixed(value any, names ...string) *property[T] {
	switch value.(type) {
	case object, []object, []string:
		value = raw(appendJSON(nil, value)) // encode it only once
	}
	var last *property[T]
	for _, name := range names {
		last = e.computed(name, func(*scene, T) any { return value })
	}
	return last
}

// onRequest declares fixed properties that are sent only where $select names them.
func (e *entity[T]) onRequest(value any, names ...string) {
	for _, name := range names {
		e.fixed(value, name).onRequest = true
	}
}

// filter declares a path that is not a property but can be filtered by.
func (e *entity[T]) filter(path string, get func(*scene, T) any) *property[T] {
	p := e.computed(path, get)
	p.filterOnly = true
	return p
}

// by lets $filter name the property.
func (p *property[T]) by(kind odata.Kind, basic, advanced string) *property[T] {
	p.filterRule = filterRule{kind: kind, basic: basic, advanced: advanced}
	return p
}

// byAny lets $filter name a collection and the properties of its objects.
func (p *property[T]) byAny(kind odata.Kind, basic, advanced string, elements ...*property[object]) {
	p.filterRule = filterRule{kind: kind, collection: true, basic: basic, advanced: advanced, elements: elements}
}

// element declares a property of a collection's objects, which $filter can name.
func element(name string, kind odata.Kind, basic, advanced string) *property[object] {
	p := &property[object]{name: name, get: func(_ *scene, o object) any { return o.get(name) }}
	return p.by(kind, basic, advanced)
}

// orNull returns nil for a value that is not set, and an empty slice for a nil one.
func orNull(v any) any {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
	case time.Time:
		if v.IsZero() {
			return nil
		}
	case *time.Time:
		if v == nil {
			return nil
		}
		return *v
	case []byte:
		if len(v) == 0 {
			return nil
		}
	case []string:
		if v == nil {
			return []string{}
		}
	}
	return v
}
