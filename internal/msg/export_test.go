package msg

// What the test of coverage needs of this package; it is outside because it
// asks packages that import this one.

// IsPlain reports whether the sentence takes no arguments.
func (e Entry) IsPlain() bool { return e.plain() }

// WithoutVerbs is a format without what it takes from its arguments.
func WithoutVerbs(format string) string { return verbPattern().ReplaceAllString(format, "") }
