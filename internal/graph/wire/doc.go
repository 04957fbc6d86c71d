// Package wire decodes the answers of Microsoft Graph, field by field, into the small
// types of package objects. A malformed field does not discard its object, and a
// malformed object does not discard its page. The package does not use Graph's SDK, so
// it can be tested and fuzzed without it.
package wire
