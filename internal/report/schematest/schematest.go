// Package schematest lets the tests of every package hold its reports against
// the published JSON Schemas.
package schematest

import (
	"bytes"
	"testing"

	"github.com/spcheck/spcheck/internal/result"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spcheck/spcheck/docs/schemas"
)

// Validate fails the test where data is no JSON report of the given kind by its
// published schema.
func Validate(t testing.TB, kind result.Kind, data []byte) {
	t.Helper()
	if err := Check(kind, data); err != nil {
		t.Errorf("no valid report of %s: %v", kind, err)
	}
}

// Check is Validate as an error.
func Check(kind result.Kind, data []byte) error {
	name := string(kind) + ".schema.json"
	source, err := schemas.Files.ReadFile(name)
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, document); err != nil {
		return err
	}
	schema, err := c.Compile(name)
	if err != nil {
		return err
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(instance)
}
