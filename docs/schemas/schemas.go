// Package schemas holds the published JSON Schemas of spcheck's reports. They
// are generated from the Go types of internal/result; a test holds them fresh.
package schemas

import "embed"

//go:generate go run -C ../../tools ./schemas ../internal/result ../docs/schemas

// Files are the schemas, each named KIND.schema.json.
//
//go:embed *.schema.json
var Files embed.FS
