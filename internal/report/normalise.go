package report

import (
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// maxString limits every string in a JSON report, in bytes. Real strings are far shorter;
// the limit keeps a hostile tenant or log from producing a report of gigabytes.
const maxString = 1 << 15

// normalise returns a deep copy of a report in which no slice or map is nil, times are in
// UTC, and IDs that are GUIDs are in lower case. Other strings are only cut to maxString.
func normalise(res any) any {
	return normalised(reflect.ValueOf(res), false).Interface()
}

func normalised(v reflect.Value, id bool) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(normalised(v.Elem(), id))
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(normalised(v.Index(i), id))
		}
	case reflect.Map:
		if out.Set(v); v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
		}
	case reflect.Struct:
		switch x := v.Interface().(type) {
		case time.Time:
			return reflect.ValueOf(x.UTC())
		case msg.Text:
			if s := x.String(); len(s) > maxString {
				return reflect.ValueOf(msg.Literal(bounded(s)))
			}
			return v
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				out.Field(i).Set(normalised(v.Field(i), isID(f)))
			}
		}
	case reflect.String:
		out.SetString(bounded(v.String()))
		if id && isGUID(v.String()) {
			out.SetString(strings.ToLower(v.String()))
		}
	default:
		out.Set(v)
	}
	return out
}

// isID reports whether a field contains an ID, judging by its JSON name.
func isID(f reflect.StructField) bool {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name == "id" || name == "tenant" || strings.HasSuffix(name, "Id")
}

// bounded cuts a text to maxString at a character boundary and marks the cut.
func bounded(s string) string {
	if len(s) <= maxString {
		return s
	}
	cut := maxString
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// isGUID reports whether a text is a GUID, apart from spaces around it.
func isGUID(s string) bool { return objects.IsGUID(strings.TrimSpace(s)) }
