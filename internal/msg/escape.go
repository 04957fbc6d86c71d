package msg

import "strings"

// escape doubles the per cent signs of a text that is not a format.
func escape(s string) string { return strings.ReplaceAll(s, "%", "%%") }
