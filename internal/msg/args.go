package msg

import (
	"fmt"
	"reflect"
	"time"
)

// WithArgs returns the sentence with each argument that came as text changed by f:
// names, IDs and addresses, which a tenant, a setting or a log supplied. What the
// program says itself, numbers and times stay.
func (t Text) WithArgs(f func(string) string) Text {
	args := make([]any, len(t.args))
	for i, a := range t.args {
		args[i] = withArg(a, f)
	}
	t.args = args
	return t
}

func withArg(a any, f func(string) string) any {
	switch v := a.(type) {
	case nil, time.Time, time.Duration:
		return a
	case Text:
		return v.WithArgs(f)
	case error:
		return Of(v).WithArgs(f)
	case fmt.Stringer:
		return f(v.String())
	}
	switch v := reflect.ValueOf(a); v.Kind() {
	case reflect.String:
		return f(v.String())
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return a
	}
	return f(fmt.Sprint(a))
}
