package result

// OrNil returns a pointer to v, or nil if v is the zero value.
func OrNil[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// OrEmpty returns the text, or an empty one if s is nil.
func OrEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
