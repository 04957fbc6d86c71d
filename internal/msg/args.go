package msg

import (
	"fmt"
	"reflect"
	"time"
)

// WithArgs returns the sentence with f applied to each textual argument, such as names,
// IDs and addresses, which came from a tenant, a setting or a log. Numbers, times and the
// program's own sentences stay.
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
	switch v := reflect.ValueOf(a); {
	case v.Kind() == reflect.Bool, v.CanInt(), v.CanUint(), v.CanFloat():
		return a
	case v.Kind() == reflect.String:
		return f(v.String())
	}
	return f(fmt.Sprint(a))
}
