// Package schematest validates reports against the published JSON Schemas, for tests of all
// packages.
package schematest

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"github.com/spcheck/spcheck/internal/result"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spcheck/spcheck/docs/schemas"
)

// Validate fails the test if the schema of the given kind does not match data.
func Validate(t testing.TB, kind result.Kind, data []byte) {
	t.Helper()
	if err := Check(kind, data); err != nil {
		t.Errorf("no valid report of %s: %v", kind, err)
	}
}

// Empty returns an empty report of a kind, or nil.
func Empty(kind result.Kind) result.Report {
	all := result.Reports()
	if i := slices.IndexFunc(all, func(r result.Report) bool { return r.Kind() == kind }); i >= 0 {
		return all[i]
	}
	return nil
}

// Check returns an error if the schema of the given kind does not match data.
func Check(kind result.Kind, data []byte) error {
	schema, err := schemaOf(kind)
	if err != nil {
		return err
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(instance)
}

// compiled are the schemas by kind, once for all tests of a process.
var compiled = struct {
	sync.Mutex
	schemas map[result.Kind]*jsonschema.Schema
}{schemas: map[result.Kind]*jsonschema.Schema{}}

func schemaOf(kind result.Kind) (*jsonschema.Schema, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if s := compiled.schemas[kind]; s != nil {
		return s, nil
	}
	s, err := compile(string(kind) + ".schema.json")
	if err != nil {
		return nil, err
	}
	compiled.schemas[kind] = s
	return s, nil
}

func compile(name string) (*jsonschema.Schema, error) {
	source, err := schemas.Files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, document); err != nil {
		return nil, err
	}
	return c.Compile(name)
}
