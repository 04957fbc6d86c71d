package neutral

import "github.com/spcheck/spcheck/internal/redact"

// maxLabel bounds the value of a Prometheus label, in characters.
const maxLabel = 256

// Label returns s for the value of a Prometheus label. Escaping is left to the
// library that writes the metrics, which it may compress: what is known to be
// secret is hidden here.
func Label(s string) string { return Bound(redact.String(s), maxLabel) }
