package graphapi

import (
	"slices"
	"strings"
)

// shape is the composition of the objects in an answer.
type shape[T any] struct {
	properties []*property[T]
	expanded   []expand[T]
	annotate   func(T, *scene) object
	suffix     string // of the context, such as (id,appId)
}

// shape applies $select and $expand. The texts are those of Microsoft's OData library,
// which the service uses; not verified.
func (e *entity[T]) shape(q query) (shape[T], error) {
	out := shape[T]{annotate: e.annotate}
	if err := e.expand(q, &out); err != nil {
		return out, err
	}
	if len(q.selected) == 0 || slices.Contains(q.selected, "*") {
		for _, p := range e.properties {
			if !p.onRequest && !p.filterOnly {
				out.properties = append(out.properties, p)
			}
		}
		return out, nil
	}
	for _, name := range q.selected {
		if !e.declares(name) {
			return out, e.undeclared("Parsing OData Select and Expand failed", name)
		}
	}
	// Properties keep the order of the type, whatever the order of $select.
	var names []string
	for _, p := range e.properties {
		if !p.filterOnly && containsFold(q.selected, p.name) {
			out.properties = append(out.properties, p)
			names = append(names, p.name)
		}
	}
	out.suffix = "(" + strings.Join(names, ",") + ")"
	return out, nil
}

// property returns the declared property of that name, nil if there is none.
func (e *entity[T]) property(name string) *property[T] {
	for _, p := range e.properties {
		if !p.filterOnly && strings.EqualFold(p.name, name) {
			return p
		}
	}
	return nil
}

func (e *entity[T]) expansion(name string) int {
	return slices.IndexFunc(e.expansions, func(x expand[T]) bool { return strings.EqualFold(x.name, name) })
}

// declares reports whether the type has a property or navigation property.
func (e *entity[T]) declares(name string) bool {
	return e.property(name) != nil || e.expansion(name) >= 0
}

func (e *entity[T]) undeclared(where, name string) error {
	return parsing("%s: Could not find a property named '%s' on type 'microsoft.graph.%s'.", where, name, e.name)
}

// expand applies $expand. Directory objects support one name, and not in advanced
// queries.
func (e *entity[T]) expand(q query, out *shape[T]) error {
	if q.expand == "" {
		return nil
	}
	name, options, _ := strings.Cut(q.expand, "(")
	i := e.expansion(strings.TrimSpace(name))
	if i < 0 {
		return e.undeclared("Parsing OData Select and Expand failed", name)
	}
	x := e.expansions[i]
	// The only supported option is ($select=a,b).
	names, ok := strings.CutPrefix(strings.TrimSuffix(options, ")"), "$select=")
	if q.advanced() || options != "" && (!ok || !strings.HasSuffix(options, ")")) {
		return unsupported("Unsupported Query.")
	}
	if options != "" {
		x.get = narrowed(x.get, names)
	}
	out.expanded = []expand[T]{x}
	return nil
}

// narrowed limits expanded objects to the named members and annotations.
func narrowed[T any](all func(*scene, T) []object, names string) func(*scene, T) []object {
	keep := strings.Split(strings.ReplaceAll(names, " ", ""), ",")
	return func(s *scene, item T) []object {
		out := all(s, item)
		for i := range out {
			out[i] = slices.DeleteFunc(out[i], func(f field) bool {
				return !strings.HasPrefix(f.name, "@") && !containsFold(keep, f.name)
			})
		}
		return out
	}
}

// maxExpanded is the most elements of an expanded collection. Not verified for every
// collection.
const maxExpanded = 20

// render returns the object of an item.
func (sh shape[T]) render(s *scene, item T) object {
	out := make(object, 0, len(sh.properties)+len(sh.expanded)+1)
	if sh.annotate != nil {
		out = append(out, sh.annotate(item, s)...)
	}
	for _, p := range sh.properties {
		out = append(out, field{p.name, p.get(s, item)})
	}
	for _, x := range sh.expanded {
		all := x.get(s, item)
		out = append(out, field{x.name, all[:min(len(all), maxExpanded)]})
	}
	return out
}

// whole returns an object with all properties, whatever the request selects.
func (e *entity[T]) whole(s *scene, item T) object {
	sh, _ := e.shape(query{}) // an empty selection cannot be wrong
	return sh.render(s, item)
}

// wholes returns objects for $expand.
func (e *entity[T]) wholes(s *scene, items []T) []object {
	var out []object
	for _, item := range items {
		out = append(out, e.whole(s, item))
	}
	return out
}

func containsFold(all []string, name string) bool {
	return slices.ContainsFunc(all, func(s string) bool { return strings.EqualFold(s, name) })
}
