package secrets

// hidden stores something that package fmt must not print, not even in an unexported
// field, where fmt calls no methods. There fmt follows one pointer to a struct or slice
// (even for %s, when it reports a bad verb), but never a second one.
type hidden[T any] struct{ p **T }

func hide[T any](v T) hidden[T] {
	p := &v
	return hidden[T]{&p}
}

// get returns the hidden value, or the zero value.
func (h hidden[T]) get() T {
	if h.p == nil {
		var zero T
		return zero
	}
	return **h.p
}
