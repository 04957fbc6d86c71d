package graphapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// compiler turns filter expressions into predicates on a type.
type compiler[T any] struct {
	*entity[T]
	advanced bool
}

func (c compiler[T]) compile(e odata.Expr) (predicate[T], error) {
	switch e := e.(type) {
	case odata.And:
		return c.both(e.Left, e.Right, func(a, b predicate[T]) predicate[T] {
			return func(s *scene, v T) bool { return a(s, v) && b(s, v) }
		})
	case odata.Or:
		return c.both(e.Left, e.Right, func(a, b predicate[T]) predicate[T] {
			return func(s *scene, v T) bool { return a(s, v) || b(s, v) }
		})
	case odata.Not:
		return c.not(e)
	case odata.Compare:
		return c.compare(e)
	case odata.In:
		return c.in(e)
	case odata.Call:
		return c.call(e)
	case odata.Any:
		return c.any(e)
	}
	return nil, unsupported("Unsupported Query.")
}

func (c compiler[T]) both(l, r odata.Expr, join func(a, b predicate[T]) predicate[T]) (predicate[T], error) {
	left, err := c.compile(l)
	if err != nil {
		return nil, err
	}
	right, err := c.compile(r)
	if err != nil {
		return nil, err
	}
	return join(left, right), nil
}

func (c compiler[T]) not(e odata.Not) (predicate[T], error) {
	inner, err := c.compile(e.Inner)
	if err != nil {
		return nil, err
	}
	if !c.advanced {
		return nil, unsupported("Unsupported Query.")
	}
	return func(s *scene, v T) bool { return !inner(s, v) }, nil
}

// filterable returns the property of a path, nil if it cannot be filtered.
func (c compiler[T]) filterable(path odata.Path) *property[T] {
	i := slices.IndexFunc(c.properties, func(p *property[T]) bool {
		return p.kind != "" && strings.EqualFold(p.name, path.String())
	})
	if i < 0 {
		return nil
	}
	return c.properties[i]
}

// find returns the property of a path if it supports the operation.
func (c compiler[T]) find(path odata.Path, op string) (*property[T], error) {
	p := c.filterable(path)
	switch {
	case p == nil && len(path) > 0 && !c.declares(path[0]):
		return nil, c.undeclared("Invalid filter clause", path[0])
	case p == nil:
		return nil, unsupported("The request uses a filter property that is not indexed")
	case slices.Contains(strings.Fields(p.basic), op):
		return p, nil
	case !slices.Contains(strings.Fields(p.advanced), op):
		return nil, unsupported("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.", p.name, capital(c.name))
	case !c.advanced:
		return nil, unsupported("Unsupported Query.")
	}
	return p, nil
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (c compiler[T]) compare(e odata.Compare) (predicate[T], error) {
	if n := len(e.Path) - 1; n > 0 && e.Path[n] == "$count" {
		return c.countCompare(odata.Compare{Path: e.Path[:n], Op: e.Op, Value: e.Value})
	}
	op := e.Op
	if e.Value.Kind == odata.Null {
		op = "null"
	}
	p, err := c.find(e.Path, op)
	if err != nil {
		return nil, err
	}
	if p.collection {
		return nil, mismatch(e)
	}
	want, err := c.value(p, e)
	if err != nil {
		return nil, err
	}
	return func(s *scene, v T) bool { return holds(p.get(s, v), e.Op, want) }, nil
}

func (c compiler[T]) countCompare(e odata.Compare) (predicate[T], error) {
	p, err := c.find(e.Path, "count")
	if err != nil {
		return nil, err
	}
	want, err := strconv.Atoi(e.Value.Text)
	if e.Value.Kind != odata.Number || err != nil {
		return nil, mismatch(e)
	}
	if e.Op != "eq" && e.Op != "ne" {
		return nil, unsupported("Unsupported Query.")
	}
	return func(s *scene, v T) bool { return (len(elementsOf(p.get(s, v))) == want) == (e.Op == "eq") }, nil
}

func (c compiler[T]) in(e odata.In) (predicate[T], error) {
	p, err := c.find(e.Path, "in")
	if err != nil {
		return nil, err
	}
	var wants []any
	for _, literal := range e.Values {
		want, err := c.value(p, odata.Compare{Path: e.Path, Op: "eq", Value: literal})
		if err != nil {
			return nil, err
		}
		wants = append(wants, want)
	}
	return func(s *scene, v T) bool {
		got := p.get(s, v)
		return slices.ContainsFunc(wants, func(want any) bool { return holds(got, "eq", want) })
	}, nil
}

func (c compiler[T]) call(e odata.Call) (predicate[T], error) {
	test := strings.HasPrefix
	switch e.Name {
	case "startswith":
	case "endswith":
		test = strings.HasSuffix
	case "contains": // known to OData, supported for no property here
	default:
		return nil, parsing("Invalid filter clause: An unknown function with name '%s' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.", e.Name)
	}
	p, err := c.find(e.Path, strings.TrimSuffix(e.Name, "with"))
	if err != nil {
		return nil, err
	}
	if e.Value.Kind != odata.String || p.collection {
		return nil, parsing("Invalid filter clause: No function signature for the function with name '%s' matches the specified arguments.", e.Name)
	}
	part := strings.ToLower(e.Value.Text)
	return func(s *scene, v T) bool {
		got, ok := p.get(s, v).(string)
		return ok && test(strings.ToLower(got), part)
	}, nil
}

// any compiles a condition on the elements of a collection, which are strings or objects.
func (c compiler[T]) any(e odata.Any) (predicate[T], error) {
	p := c.filterable(e.Path)
	if p == nil || !p.collection {
		_, err := c.find(e.Path, "any")
		return nil, err
	}
	if e.Body == nil {
		return nil, unsupported("Unsupported Query.")
	}
	elements := &entity[object]{name: c.name, properties: p.elements}
	if p.kind != complexType {
		// A string element is an object whose only member has no name.
		elements.properties = []*property[object]{element("", p.kind, p.basic, p.advanced)}
	}
	test, err := compiler[object]{elements, c.advanced}.compile(e.Body)
	if err != nil {
		return nil, err
	}
	return func(s *scene, v T) bool {
		got := p.get(s, v)
		if texts, ok := got.([]string); ok { // a look-up tests those of the whole tenant
			one := object{{}}
			return slices.ContainsFunc(texts, func(text string) bool {
				one[0].value = text
				return test(s, one)
			})
		}
		return slices.ContainsFunc(elementsOf(got), func(o object) bool { return test(s, o) })
	}, nil
}

func elementsOf(v any) []object {
	switch v := v.(type) {
	case []object:
		return v
	case []string:
		out := make([]object, 0, len(v))
		for _, s := range v {
			out = append(out, object{{"", s}})
		}
		return out
	}
	return nil
}
