// Package strictyaml reads YAML that people write: unknown fields are errors, and
// nothing that stands in a file ends the program.
package strictyaml

import (
	"errors"

	"github.com/goccy/go-yaml"
)

// ErrUnreadable is the error of YAML that the library fails on.
var ErrUnreadable = errors.New("this is not valid YAML")

// Unmarshal reads data into a pointer. Errors are those of the library, which
// know their line, or ErrUnreadable: its decoder panics on some malformed tags,
// as fuzzing found.
func Unmarshal(data []byte, into any) (err error) {
	defer func() {
		if recover() != nil {
			err = ErrUnreadable
		}
	}()
	return yaml.UnmarshalWithOptions(data, into, yaml.Strict())
}
