package graphapi

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// value checks a literal against the property's type and returns what to compare
// with: nil, string, bool, int or time.Time.
func (c compiler[T]) value(f filterable[T], e odata.Compare) (any, error) {
	lit := e.Value
	if lit.Kind == odata.Null {
		return nil, nil
	}
	wanted := map[kind]odata.Kind{text: odata.String, guidText: odata.String, guid: odata.GUID, boolean: odata.Bool, number: odata.Number, date: odata.Date}[f.kind]
	if lit.Kind != wanted {
		return nil, mismatch(e)
	}
	switch f.kind {
	case guidText:
		if !guidPattern().MatchString(lit.Text) {
			return nil, badRequest("Invalid value specified for property '%s' of resource '%s'.", f.path, capital(c.typeName))
		}
	case boolean:
		return lit.Text == "true", nil
	case date:
		return lit.Time, nil
	case number:
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

// holds compares a property's value, without regard to letter case as the
// directory does. Null equals null only and is in no order.
func holds(got any, op string, want any) bool {
	if got == nil || want == nil {
		return (got == want) == (op == "eq") && (op == "eq" || op == "ne")
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

// compareValues orders two values of one type; of different types, by nothing
// that matters but never as equal.
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
		if b, ok := b.(bool); ok && a == b {
			return 0
		}
	}
	return -1
}
