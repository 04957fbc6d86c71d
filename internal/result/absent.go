package result

// OrNil is a value of a report, nil where there is none.
func OrNil[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// OrEmpty is a text of a report, empty where there is none.
func OrEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
