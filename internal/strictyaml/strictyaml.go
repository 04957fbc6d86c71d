// Package strictyaml reads YAML that people write. Unknown fields are errors, and no file
// can crash the program.
package strictyaml

import (
	"errors"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// errUnreadable is the error for YAML on which the library panics.
var errUnreadable = errors.New("this is not valid YAML")

// ErrNotUTF8 is the error for a file in another encoding, such as the code page of a
// Windows editor.
var ErrNotUTF8 = errors.New("it is not in UTF-8")

// Text returns the content of a text file in UTF-8, without a byte order mark. Windows
// editors write such a mark, and Windows PowerShell writes UTF-16.
func Text(data []byte) []byte {
	text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), data)
	if err != nil {
		return data
	}
	return text
}

// Unmarshal reads data (see Text) into a pointer. The error is the library's, which knows
// the line, ErrNotUTF8, or errUnreadable: fuzzing found malformed tags on which the
// decoder panics.
func Unmarshal(data []byte, into any) (err error) {
	defer func() {
		if recover() != nil {
			err = errUnreadable
		}
	}()
	text := Text(data)
	if !utf8.Valid(text) {
		return ErrNotUTF8 // A path or a name would be a different one.
	}
	return yaml.UnmarshalWithOptions(text, into, yaml.Strict())
}
