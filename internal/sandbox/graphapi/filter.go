package graphapi

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

type predicate[T any] func(*scene, T) bool

// maxOr is the most alternatives in a filter. Source: the service's message.
const maxOr = 15

// compile turns $filter into a predicate, nil if there is none.
func (e *entity[T]) compile(q query) (predicate[T], error) {
	if !q.hasFilter {
		return nil, nil
	}
	expr, err := odata.Parse(q.filter)
	var syntax *odata.Error
	if errors.As(err, &syntax) {
		return nil, parsing("Invalid filter clause: %s at position %d in '%s'.", syntax.Reason, syntax.Position, q.filter)
	}
	if n := alternatives(expr); n > maxOr {
		return nil, unsupported("Too many child clauses specified in search filter expression containing 'OR' operators: %d. Max allowed: %d.", n, maxOr)
	}
	return compiler[T]{e, q.advanced()}.compile(expr)
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

// value converts a literal to the property's type: nil, string, bool, int or time.Time.
func (c compiler[T]) value(p *property[T], e odata.Compare) (any, error) {
	lit, wanted := e.Value, p.kind
	if wanted == guidText {
		wanted = odata.String
	}
	switch lit.Kind {
	case odata.Null:
		return nil, nil
	case wanted:
	default:
		return nil, mismatch(e)
	}
	switch p.kind {
	case guidText:
		if !guidPattern().MatchString(lit.Text) {
			return nil, badRequest("Invalid value specified for property '%s' of resource '%s'.", p.name, capital(c.name))
		}
	case odata.Bool:
		return lit.Text == "true", nil
	case odata.Date:
		return lit.Time, nil
	case odata.Number:
		n, err := strconv.Atoi(lit.Text)
		if err != nil {
			return nil, mismatch(e)
		}
		return n, nil
	}
	return lit.Text, nil
}

func mismatch(e odata.Compare) error {
	return parsing("Invalid filter clause: A binary operator with incompatible types was detected for '%s %s'.", e.Path, e.Op)
}

// holds compares values, ignoring case like the directory. Null only equals null and has
// no order.
func holds(got any, op string, want any) bool {
	if got == nil || want == nil {
		return (got == want) == (op == "eq") && (op == "eq" || op == "ne")
	}
	if a, ok := got.(string); ok && op == "eq" {
		b, ok := want.(string)
		return ok && strings.EqualFold(a, b)
	}
	order := compareValues(got, want)
	switch op {
	case "eq":
		return order == 0
	case "ne":
		return order != 0
	case "ge":
		return order >= 0
	case "gt":
		return order > 0
	case "le":
		return order <= 0
	}
	return order < 0
}

// compareValues orders values of one type. Values of different types are never equal.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(strings.ToLower(a), strings.ToLower(b))
		}
	case int:
		if b, ok := b.(int); ok {
			return cmp.Compare(a, b)
		}
	case time.Time:
		if b, ok := b.(time.Time); ok {
			return a.Compare(b)
		}
	case bool:
		if a == b {
			return 0
		}
	}
	return -1
}
