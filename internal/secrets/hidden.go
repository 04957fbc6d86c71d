package secrets

// hidden holds something that package fmt must not print even from somebody's
// unexported field, where it calls no methods. It follows one pointer to a
// struct or slice there (with %s, by way of its complaint about the verb), but
// never a second one.
type hidden[T any] struct{ p **T }

func hide[T any](v T) hidden[T] {
	p := &v
	return hidden[T]{&p}
}

// get returns what is hidden, or the zero value.
func (h hidden[T]) get() T {
	if h.p == nil {
		var zero T
		return zero
	}
	return **h.p
}
