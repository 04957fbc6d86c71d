package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/spcheck/spcheck/internal/result"
)

// maxSaved is the largest saved report that is read, in bytes: a million
// findings take about half of it.
const maxSaved = 1 << 30

// ReadSaved reads a saved JSON report of any kind. What is not exactly such a report
// is an error: a cut-off file, another schema version, fields or states that this
// version does not know. Nothing in it is trusted; it is neutralised when it is
// written, like any other result.
//
// Windows PowerShell writes what is redirected to a file as UTF-16; a byte order
// mark tells.
func ReadSaved(r io.Reader) (result.Report, error) {
	bounded := &io.LimitedReader{R: r, N: maxSaved + 1}
	data, err := io.ReadAll(transform.NewReader(bounded, unicode.BOMOverride(unicode.UTF8.NewDecoder())))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the report cannot be read: %w", err)
	case bounded.N <= 0:
		return nil, fmt.Errorf("the report is larger than %d bytes", maxSaved)
	}
	res, err := emptyOf(data)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(res); err != nil {
		return nil, fmt.Errorf("it is no report of %s that this version knows: %s", res.Kind(), jsonProblem(err))
	}
	if err := checkEnums(reflect.ValueOf(res).Elem(), ""); err != nil {
		return nil, fmt.Errorf("it is no report of %s that this version knows: %w", res.Kind(), err)
	}
	return res, nil
}

// emptyOf is an empty report of the kind that the data are of, by the fields that
// only it has.
func emptyOf(data []byte) (result.Report, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, fmt.Errorf("it is no JSON report: %s", jsonProblem(err))
	}
	var version string
	if err := json.Unmarshal(fields["schemaVersion"], &version); err != nil {
		return nil, errors.New("it is no report of spcheck: it has no schemaVersion")
	}
	if version != result.SchemaVersion {
		return nil, fmt.Errorf("its schema version is %.20q, and this version of spcheck reads %q", version, result.SchemaVersion)
	}
	var best result.Report
	most := 0
	for _, r := range result.Reports() {
		own := ownFields(r)
		if len(own) > most && !slices.ContainsFunc(own, func(name string) bool { return fields[name] == nil }) {
			best, most = r, len(own)
		}
	}
	if best != nil {
		return best, nil
	}
	return nil, errors.New("it is no report of spcheck that this version knows")
}

// ownFields are those that a report of a kind always has, and that no other kind
// has all of. The tag saved:"later" marks one that reports of earlier versions
// lack.
func ownFields(r result.Report) []string {
	t := reflect.TypeOf(r).Elem()
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" && option != "omitempty" && f.Tag.Get("saved") != "later" {
			names = append(names, name)
		}
	}
	return names
}

// jsonProblem words an error of encoding/json without quoting the report.
func jsonProblem(err error) string {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end"):
		return "it ends too early"
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is malformed at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("the field %s has the wrong type", kind.Field)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// checkEnums holds closed lists of words, which are in the same tags that make
// the JSON Schemas.
func checkEnums(v reflect.Value, path string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return checkEnums(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := checkEnums(v.Index(i), path); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() { // of a time or a sentence, say
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if err := checkEnum(f, v.Field(i), strings.TrimPrefix(path+"."+name, ".")); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkEnum(f reflect.StructField, v reflect.Value, path string) error {
	var words []string
	for option := range strings.SplitSeq(f.Tag.Get("jsonschema"), ",") {
		if word, ok := strings.CutPrefix(option, "enum="); ok {
			words = append(words, word)
		}
	}
	word := v
	if word.Kind() == reflect.Pointer {
		word = word.Elem() // of nil: the zero Value
	}
	if len(words) == 0 || word.Kind() != reflect.String {
		return checkEnums(v, path)
	}
	mayLack := v.Kind() == reflect.Pointer || v.Type() == reflect.TypeFor[result.CredentialStatus]() || v.Type() == reflect.TypeFor[result.Purpose]()
	if s := word.String(); !slices.Contains(words, s) && (s != "" || !mayLack) {
		return fmt.Errorf("the field %s has the unknown value %.40q", path, s)
	}
	return nil
}
