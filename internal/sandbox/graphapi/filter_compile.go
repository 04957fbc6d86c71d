package graphapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

type compiler[T any] struct {
	typeName string
	advanced bool
	filters  []filterable[T]
	declared func(name string) bool
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

// find looks a property up and checks that the operation on it is supported.
func (c compiler[T]) find(path odata.Path, op ops) (filterable[T], error) {
	name := path.String()
	i := slices.IndexFunc(c.filters, func(f filterable[T]) bool { return strings.EqualFold(f.path, name) })
	if i < 0 {
		if len(path) > 0 && !c.declared(path[0]) {
			return filterable[T]{}, parsing("Invalid filter clause: Could not find a property named '%s' on type 'microsoft.graph.%s'.", path[0], c.typeName)
		}
		return filterable[T]{}, unsupported("The request uses a filter property that is not indexed")
	}
	f := c.filters[i]
	switch {
	case f.basic&op != 0:
		return f, nil
	case f.advanced&op == 0:
		return f, unsupported("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.", f.path, capital(c.typeName))
	case !c.advanced:
		return f, unsupported("Unsupported Query.")
	}
	return f, nil
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (c compiler[T]) compare(e odata.Compare) (predicate[T], error) {
	if n := len(e.Path) - 1; n > 0 && e.Path[n] == "$count" {
		return c.countCompare(odata.Compare{Path: e.Path[:n], Op: e.Op, Value: e.Value})
	}
	op := map[string]ops{"eq": opEq, "ne": opNe, "ge": opGe, "le": opLe, "gt": opGtLt, "lt": opGtLt}[e.Op]
	if e.Value.Kind == odata.Null {
		op = opNull
	}
	f, err := c.find(e.Path, op)
	if err != nil {
		return nil, err
	}
	if f.collection {
		return nil, mismatch(e)
	}
	want, err := c.value(f, e)
	if err != nil {
		return nil, err
	}
	return func(s *scene, v T) bool { return holds(f.get(s, v), e.Op, want) }, nil
}

func (c compiler[T]) countCompare(e odata.Compare) (predicate[T], error) {
	f, err := c.find(e.Path, opCount)
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
	return func(s *scene, v T) bool { return (len(elementsOf(f.get(s, v))) == want) == (e.Op == "eq") }, nil
}

func (c compiler[T]) in(e odata.In) (predicate[T], error) {
	f, err := c.find(e.Path, opIn)
	if err != nil {
		return nil, err
	}
	var wants []any
	for _, literal := range e.Values {
		want, err := c.value(f, odata.Compare{Path: e.Path, Op: "eq", Value: literal})
		if err != nil {
			return nil, err
		}
		wants = append(wants, want)
	}
	return func(s *scene, v T) bool {
		got := f.get(s, v)
		return slices.ContainsFunc(wants, func(want any) bool { return holds(got, "eq", want) })
	}, nil
}

func (c compiler[T]) call(e odata.Call) (predicate[T], error) {
	var op ops
	var test func(s, part string) bool
	switch e.Name {
	case "startswith":
		op, test = opStarts, strings.HasPrefix
	case "endswith":
		op, test = opEnds, strings.HasSuffix
	case "contains":
		op = 0 // known to OData, supported for no property here
	default:
		return nil, parsing("Invalid filter clause: An unknown function with name '%s' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.", e.Name)
	}
	f, err := c.find(e.Path, op)
	if err != nil {
		return nil, err
	}
	if e.Value.Kind != odata.String || f.collection {
		return nil, parsing("Invalid filter clause: No function signature for the function with name '%s' matches the specified arguments.", e.Name)
	}
	part := strings.ToLower(e.Value.Text)
	return func(s *scene, v T) bool {
		got, ok := f.get(s, v).(string)
		return ok && test(strings.ToLower(got), part)
	}, nil
}

// any compiles the condition on a collection's elements: plain strings, or
// objects with properties of their own.
func (c compiler[T]) any(e odata.Any) (predicate[T], error) {
	name := e.Path.String()
	i := slices.IndexFunc(c.filters, func(f filterable[T]) bool { return strings.EqualFold(f.path, name) && f.collection })
	if i < 0 {
		_, err := c.find(e.Path, 0)
		return nil, err
	}
	f := c.filters[i]
	if e.Body == nil {
		return nil, unsupported("Unsupported Query.")
	}
	inner := compiler[object]{typeName: c.typeName, advanced: c.advanced, declared: func(string) bool { return false }}
	inner.filters = f.elements
	if f.kind != complexType {
		inner.filters = []filterable[object]{{path: "", kind: f.kind, basic: f.basic, advanced: f.advanced, get: itself}}
	}
	test, err := inner.compile(e.Body)
	if err != nil {
		return nil, err
	}
	return func(s *scene, v T) bool {
		return slices.ContainsFunc(elementsOf(f.get(s, v)), func(o object) bool { return test(s, o) })
	}, nil
}

// itself is the value of an element that is no object.
func itself(_ *scene, o object) any { return o[0].value }

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
