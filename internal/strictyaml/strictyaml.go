// Package strictyaml reads YAML that people write: unknown fields are errors, and
// nothing that is in a file ends the program.
package strictyaml

import (
	"errors"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// errUnreadable is the error of YAML that the library fails on.
var errUnreadable = errors.New("this is not valid YAML")

// ErrNotUTF8 is the error of a text in another encoding, such as the code page of a
// Windows editor.
var ErrNotUTF8 = errors.New("it is not in UTF-8")

// Text is what a file holds, without a byte order mark, and in UTF-8 where the mark is
// that of UTF-16, which the PowerShell of Windows writes.
func Text(data []byte) ([]byte, error) {
	text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), data)
	return text, err
}

// Unmarshal reads data into a pointer. Errors are those of the library, which
// know their line, ErrNotUTF8, or errUnreadable: its decoder panics on some
// malformed tags, as fuzzing found.
//
// Editors of Windows put a byte order mark before a text, and its PowerShell writes
// UTF-16: both are read as the text they hold.
func Unmarshal(data []byte, into any) (err error) {
	defer func() {
		if recover() != nil {
			err = errUnreadable
		}
	}()
	text, err := Text(data)
	switch {
	case err != nil:
		return errUnreadable
	case !utf8.Valid(text):
		// A path or name in the code page of a Windows editor would be another one.
		return ErrNotUTF8
	}
	return yaml.UnmarshalWithOptions(text, into, yaml.Strict())
}
