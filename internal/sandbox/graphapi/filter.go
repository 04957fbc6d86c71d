package graphapi

import (
	"errors"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// ops are operations of a filter.
type ops uint16

const (
	opEq ops = 1 << iota
	opNe
	opGe
	opLe
	opIn
	opStarts
	opEnds
	opNull  // eq and ne with null
	opCount // the number of a collection's elements
	opGtLt
)

// kind is the type of a property, or of a collection's elements.
type kind int

const (
	text     kind = iota
	guidText      // a string that must look like a GUID, such as appId
	guid
	boolean
	number
	date
	complexType
)

// filterable says by which operations a property may be filtered: basic ones
// always, advanced ones with the header and $count=true. Source: Microsoft's
// table of filters on directory objects.
type filterable[T any] struct {
	path            string
	kind            kind
	collection      bool
	basic, advanced ops
	get             func(*scene, T) any
	// elements are the properties of a collection's objects.
	elements []filterable[object]
}

type predicate[T any] func(*scene, T) bool

// maxOr is how many alternatives a filter may have. Source: the service's own
// message.
const maxOr = 15

// compile turns $filter into a predicate, or refuses it as the service does.
func (e *entity[T]) compile(q query) (predicate[T], error) {
	if !q.hasFilter {
		return func(*scene, T) bool { return true }, nil
	}
	expr, err := odata.Parse(q.filter)
	if err != nil {
		return nil, syntaxError(err, q.filter)
	}
	if n := alternatives(expr); n > maxOr {
		return nil, unsupported("Too many child clauses specified in search filter expression containing 'OR' operators: %d. Max allowed: %d.", n, maxOr)
	}
	c := compiler[T]{typeName: e.name, advanced: q.advanced(), filters: e.filters, declared: func(name string) bool {
		_, ok := e.property(name)
		return ok || e.expandable(name)
	}}
	return c.compile(expr)
}

func syntaxError(err error, filter string) error {
	var syntax *odata.Error
	if errors.As(err, &syntax) {
		return parsing("Invalid filter clause: %s at position %d in '%s'.", syntax.Reason, syntax.Position, filter)
	}
	return parsing("Invalid filter clause.")
}

func alternatives(e odata.Expr) int {
	switch e := e.(type) {
	case odata.Or:
		return max(alternatives(e.Left), 1) + max(alternatives(e.Right), 1)
	case odata.And:
		return max(alternatives(e.Left), alternatives(e.Right))
	case odata.Not:
		return alternatives(e.Inner)
	case odata.In:
		return len(e.Values)
	case odata.Any:
		return alternatives(e.Body)
	}
	return 0
}
