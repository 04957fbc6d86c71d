// Package wire reads what Microsoft Graph answers, field by field, into the
// small types of package objects. One malformed field never costs an object, one
// malformed object never a page. It knows nothing of Graph's SDK, so that it is
// tested and fuzzed without it.
package wire
