package main

import (
	"bytes"
	"encoding/json"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// address is where the schemas are published.
const address = "https://raw.githubusercontent.com/spcheck/spcheck/main/docs/schemas/"

// generate returns the schema of a kind of report. The comments of the Go source
// in the given folder become its descriptions.
func generate(r result.Report, source string) ([]byte, error) {
	t := reflect.TypeOf(r).Elem()
	comments, err := descriptions(source)
	if err != nil {
		return nil, err
	}
	reflector := jsonschema.Reflector{Anonymous: true, Mapper: sentences, CommentMap: comments}
	s := reflector.ReflectFromType(t)
	s.ID = jsonschema.ID(address + fileName(r))
	s.Title = "spcheck " + string(r.Kind())
	refine(s, t)
	return encode(s)
}

// sentences maps a translatable sentence to what it marshals as.
func sentences(t reflect.Type) *jsonschema.Schema {
	if t == reflect.TypeFor[msg.Text]() {
		return &jsonschema.Schema{Type: "string"}
	}
	return nil
}

// descriptions reads the comments of package result, by qualified name.
func descriptions(folder string) (map[string]string, error) {
	var r jsonschema.Reflector
	if err := r.AddGoComments("x", folder); err != nil {
		return nil, err
	}
	pkg := reflect.TypeFor[result.Header]().PkgPath()
	list := map[string]string{}
	for name, text := range r.CommentMap {
		// The library derives the package's path from the folder's, which is
		// none of its business here, and differs on Windows.
		_, name, _ = strings.Cut(path.Base(filepath.ToSlash(name)), ".")
		list[pkg+"."+name] = strings.Join(strings.Fields(text), " ")
	}
	return list, nil
}

func encode(s *jsonschema.Schema) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
