package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// address is where the schemas are published.
const address = "https://raw.githubusercontent.com/spcheck/spcheck/main/docs/schemas/"

// root is the Go type of a kind of report.
func root(kind report.Kind) (reflect.Type, error) {
	switch kind {
	case report.Diagnose:
		return reflect.TypeFor[result.Diagnosis](), nil
	case report.ListSecrets:
		return reflect.TypeFor[result.SecretList](), nil
	case report.Explain:
		return reflect.TypeFor[result.Explanation](), nil
	case report.Renew:
		return reflect.TypeFor[result.Renewal](), nil
	case report.Remove:
		return reflect.TypeFor[result.Removal](), nil
	case report.Scan:
		return reflect.TypeFor[result.Scan](), nil
	}
	return nil, fmt.Errorf("no Go type is known for reports of kind %s", kind)
}

// generate returns the schema of a kind of report. The comments of the Go source
// in the given folder become its descriptions.
func generate(kind report.Kind, source string) ([]byte, error) {
	t, err := root(kind)
	if err != nil {
		return nil, err
	}
	comments, err := descriptions(source)
	if err != nil {
		return nil, err
	}
	r := jsonschema.Reflector{Anonymous: true, Mapper: sentences, CommentMap: comments}
	s := r.ReflectFromType(t)
	s.ID = jsonschema.ID(address + fileName(kind))
	s.Title = "spcheck " + string(kind)
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
