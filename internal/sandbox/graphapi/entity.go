package graphapi

import (
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// entity is a type of Graph with its properties, in the order of answers, and its entity
// set.
type entity[T any] struct {
	name       string // of the type, such as application
	set        string // in contexts, such as applications
	cost       int    // of listing, in resource units; 0 means 1
	isLog      bool   // logs have larger pages, and support $orderby with $filter
	properties []*property[T]
	sortable   []string    // names of properties for $orderby
	search     []string    // names of properties for $search
	expansions []expand[T] // for $expand
	// annotate returns members to put before the properties, such as @odata.type.
	annotate func(T, *scene) object
	// available returns a refusal if the tenant does not have the set; nil if all do.
	available func(*scene) error
	items     func(*scene) []T
	// keys return an object's ID (empty name) and alternate keys, by lower-case name.
	keys map[string]func(T) string
	// is replaces keys if the IDs are not GUIDs.
	is func(item T, id string) bool
	// kind is set if the set supports delta queries.
	kind directory.Kind
}

// property is a property of a type.
type property[T any] struct {
	name string
	get  func(*scene, T) any
	// onRequest sends the property only if $select names it.
	onRequest bool
	// filterOnly marks a path that only $filter supports.
	filterOnly bool
	filterRule
}

// filterRule lists the supported filter operations, separated by blanks: eq, ne, gt, ge,
// lt, le, in, starts, ends, null (eq and ne with null) and count (of a collection).
// Source: Microsoft's table of filters on directory objects.
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

// expand is a navigation property for $expand.
type expand[T any] struct {
	name string
	get  func(*scene, T) []object
}

// of declares a property that depends only on the object. Unset values become null, and
// nil slices empty arrays.
func (e *entity[T]) of(name string, get func(T) any) *property[T] {
	return e.computed(name, func(_ *scene, item T) any { return orNull(get(item)) })
}

// computed declares a property that also depends on the request or on other objects.
func (e *entity[T]) computed(name string, get func(*scene, T) any) *property[T] {
	p := &property[T]{name: name, get: get}
	e.properties = append(e.properties, p)
	return p
}

// null declares properties that are null in every object.
func (e *entity[T]) null(names ...string) { e.fixed(nil, names...) }

// fixed declares properties with the same value in every object, and returns the last.
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

// onRequest declares fixed properties that are sent only if $select names them.
func (e *entity[T]) onRequest(value any, names ...string) {
	for _, name := range names {
		e.fixed(value, name).onRequest = true
	}
}

// filter declares a path that only $filter supports.
func (e *entity[T]) filter(path string, get func(*scene, T) any) *property[T] {
	p := e.computed(path, get)
	p.filterOnly = true
	return p
}

// by sets how the property can be filtered.
func (p *property[T]) by(kind odata.Kind, basic, advanced string) *property[T] {
	p.filterRule = filterRule{kind: kind, basic: basic, advanced: advanced}
	return p
}

// byAny sets how a collection and its elements can be filtered.
func (p *property[T]) byAny(kind odata.Kind, basic, advanced string, elements ...*property[object]) {
	p.filterRule = filterRule{kind: kind, collection: true, basic: basic, advanced: advanced, elements: elements}
}

// element declares a filterable property of a collection's elements.
func element(name string, kind odata.Kind, basic, advanced string) *property[object] {
	p := &property[object]{name: name, get: func(_ *scene, o object) any { return o.get(name) }}
	return p.by(kind, basic, advanced)
}

// orNull returns nil for an unset value and an empty slice for a nil one.
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
