package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// maxSaved is the maximum size of a saved report, in bytes. A million findings take about
// half of it.
const maxSaved = 1 << 30

// ReadSaved reads a saved JSON report of any kind. It returns an error if the file is cut
// off, has another schema version, or contains fields or values that this version does not
// know. The content is not trusted; like any report, it is neutralised when it is written.
//
// A file in UTF-16 is recognised by its byte order mark: Windows PowerShell redirects
// output in this encoding.
func ReadSaved(r io.Reader) (result.Report, error) {
	bounded := &io.LimitedReader{R: r, N: maxSaved + 1}
	data, err := io.ReadAll(transform.NewReader(bounded, unicode.BOMOverride(unicode.UTF8.NewDecoder())))
	switch {
	case err != nil:
		return nil, msg.Error(msg.New("the report cannot be read: %s", msg.OfSystem(err)), err)
	case bounded.N <= 0:
		return nil, msg.Error(msg.New("the report is larger than %d bytes", maxSaved))
	}
	res, err := emptyOf(data)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(res); err != nil {
		return nil, unknownReport(res, jsonProblem(err))
	}
	if err := checkEnums(reflect.ValueOf(res).Elem(), ""); err != nil {
		return nil, unknownReport(res, msg.Of(err))
	}
	return res, nil
}

func unknownReport(of result.Report, why msg.Text) error {
	return msg.Error(msg.New("it is no report of %s that this version knows: %s", string(of.Kind()), why))
}

// emptyOf returns an empty report of the same kind as the data, which it recognises by
// their fields.
func emptyOf(data []byte) (result.Report, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, msg.Error(msg.New("it is no JSON report: %s", jsonProblem(err)))
	}
	var version string
	if err := json.Unmarshal(fields["schemaVersion"], &version); err != nil {
		return nil, msg.Error(msg.New("it is no report of spcheck: it has no schemaVersion"))
	}
	if version != result.SchemaVersion {
		return nil, msg.Error(msg.New("its schema version is %.20q, and this version of spcheck reads %q", version, result.SchemaVersion))
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
	return nil, msg.Error(msg.New("it is no report of spcheck that this version knows"))
}

// ownFields returns the fields that every report of a kind has. Fields that reports of
// earlier versions lack have the tag saved:"later" and are not included.
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

// jsonProblem describes an error of encoding/json without quoting the report.
func jsonProblem(err error) msg.Text {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		if strings.Contains(syntax.Error(), "unexpected end") {
			return msg.New("it ends too early")
		}
		return msg.New("it is malformed at byte %d", syntax.Offset)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return msg.New("the field %s has the wrong type", kind.Field)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return msg.New("it has the unknown field %s", name)
	}
	return msg.Literal(strings.TrimPrefix(err.Error(), "json: "))
}

// checkEnums checks the values of enumerations, using the same struct tags as the JSON
// Schemas.
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
			if !f.IsExported() { // for example in a time.Time
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
	// These types are null or absent in JSON if they are empty.
	optional := v.Kind() == reflect.Pointer ||
		v.Type() == reflect.TypeFor[result.CredentialStatus]() || v.Type() == reflect.TypeFor[result.Purpose]()
	if s := word.String(); !slices.Contains(words, s) && (s != "" || !optional) {
		return msg.Error(msg.New("the field %s has the unknown value %.40q", path, s))
	}
	return nil
}
