package graphapi

import (
	"slices"
	"strings"
)

// entity is a type of Graph: its declared properties in the order of the wire,
// and what may be filtered, sorted and searched by.
type entity[T any] struct {
	name       string // such as application
	properties []property[T]
	filters    []filterable[T]
	sortable   []string             // names of properties for $orderby
	search     []string             // names of properties for $search
	expansions map[string]expand[T] // by name in lower case
}

// property is one declared property.
type property[T any] struct {
	name string
	get  func(*scene, T) any
	// onRequest marks one that is sent only where $select names it.
	onRequest bool
}

// expand yields the objects of a navigation property.
type expand[T any] struct {
	name string
	get  func(*scene, T) []object
}

// constant makes properties that have the same value for every object.
func constant[T any](value any, onRequest bool, names ...string) []property[T] {
	switch value.(type) {
	case object, []object, []string:
		value = raw(appendJSON(nil, value)) // written once for all
	}
	out := make([]property[T], 0, len(names))
	for _, name := range names {
		out = append(out, property[T]{name, func(*scene, T) any { return value }, onRequest})
	}
	return out
}

func (e *entity[T]) property(name string) (property[T], bool) {
	for _, p := range e.properties {
		if strings.EqualFold(p.name, name) {
			return p, true
		}
	}
	return property[T]{}, false
}

// shape is which properties an answer has: those selected, or all but the ones
// on request.
type shape[T any] struct {
	properties []property[T]
	expanded   []expand[T]
	suffix     string // of the context, such as (id,appId)
}

// shape checks $select and $expand. The messages are those of Microsoft's OData
// library, which the service puts before the directory; not verified.
func (e *entity[T]) shape(q query) (shape[T], error) {
	var out shape[T]
	if err := e.expand(q, &out); err != nil {
		return out, err
	}
	if len(q.selected) == 0 || slices.Contains(q.selected, "*") {
		for _, p := range e.properties {
			if !p.onRequest {
				out.properties = append(out.properties, p)
			}
		}
		return out, nil
	}
	for _, name := range q.selected {
		if _, ok := e.property(name); !ok && !e.expandable(name) {
			return out, parsing("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, e.name)
		}
	}
	// The order on the wire is that of the type, whatever the order of $select.
	var names []string
	for _, p := range e.properties {
		if slices.ContainsFunc(q.selected, func(s string) bool { return strings.EqualFold(s, p.name) }) {
			out.properties = append(out.properties, p)
			names = append(names, p.name)
		}
	}
	out.suffix = "(" + strings.Join(names, ",") + ")"
	return out, nil
}

func (e *entity[T]) expandable(name string) bool {
	_, ok := e.expansions[strings.ToLower(name)]
	return ok
}

// expand checks $expand, of which directory objects take one name, without
// advanced queries.
func (e *entity[T]) expand(q query, out *shape[T]) error {
	if q.expand == "" {
		return nil
	}
	name, options, _ := strings.Cut(q.expand, "(")
	x, ok := e.expansions[strings.ToLower(strings.TrimSpace(name))]
	if !ok {
		return parsing("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, e.name)
	}
	if q.advanced() {
		return unsupported("Unsupported Query.")
	}
	if options != "" {
		narrowed, err := narrow(x, options)
		if err != nil {
			return err
		}
		x = narrowed
	}
	out.expanded = append(out.expanded, x)
	return nil
}

// narrow applies the one option that an expansion takes here: ($select=a,b).
func narrow[T any](x expand[T], options string) (expand[T], error) {
	names, ok := strings.CutPrefix(strings.TrimSuffix(options, ")"), "$select=")
	if !ok || !strings.HasSuffix(options, ")") {
		return x, unsupported("Unsupported Query.")
	}
	keep := strings.Split(names, ",")
	all := x.get
	x.get = func(s *scene, item T) []object {
		out := all(s, item)
		for i, o := range out {
			out[i] = slices.DeleteFunc(o, func(f field) bool {
				return !strings.HasPrefix(f.name, "@") && !slices.ContainsFunc(keep, func(k string) bool { return strings.EqualFold(strings.TrimSpace(k), f.name) })
			})
		}
		return out
	}
	return x, nil
}

// maxExpanded is how many elements an expanded collection shows. Not verified for
// every collection.
const maxExpanded = 20

// render makes the object of an item.
func (sh shape[T]) render(s *scene, item T) object {
	out := make(object, 0, len(sh.properties)+len(sh.expanded))
	for _, p := range sh.properties {
		out = append(out, field{p.name, p.get(s, item)})
	}
	for _, x := range sh.expanded {
		all := x.get(s, item)
		out = append(out, field{x.name, all[:min(len(all), maxExpanded)]})
	}
	return out
}
