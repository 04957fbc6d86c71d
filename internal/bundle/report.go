package bundle

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// ownWords are the fields of a report with words of the program, by type and name.
// Enumerations are recognised by their tags.
var ownWords = []string{"Header.SchemaVersion", "Cause.ID", "Check.ID", "Check.CausedBy", "RankedCause.ID", "AADSTS.Codes", "AADSTS.Decisive", "Target.Cloud"}

// names are the fields with names, which are always replaced.
var names = []string{"Target.DisplayName", "Target.Tenant", "Target.ClientID", "Credential.DisplayName", "Credential.Hint", "Credential.KeyID", "TargetCredential.Hint"}

// linkHosts are the hosts of public documentation.
var linkHosts = []string{"learn.microsoft.com", "aka.ms", "developer.microsoft.com"}

// Report returns a copy of a diagnosis with pseudonyms. It has no commands, because they
// would not work with pseudonyms.
func (p *Pseudonyms) Report(d *result.Diagnosis) *result.Diagnosis {
	// A name that looks like a word of the program must be replaced everywhere.
	each(reflect.ValueOf(*d), "", func(field, s string) {
		if slices.Contains(names, field) {
			p.name(s)
		}
	})
	hidden := p.copyOf(reflect.ValueOf(*d), "", false).Interface().(result.Diagnosis)
	return &hidden
}

// each visits the strings in a value, with the type and name of their field.
func each(v reflect.Value, field string, visit func(field, s string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			each(v.Elem(), field, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), field, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				each(v.Field(i), v.Type().Name()+"."+f.Name, visit)
			}
		}
	case reflect.String:
		visit(field, v.String())
	}
}

// copyOf copies a value and replaces its texts. If own is true, they are words of the
// program.
func (p *Pseudonyms) copyOf(v reflect.Value, field string, own bool) reflect.Value {
	switch x := v.Interface().(type) {
	case msg.Text:
		return reflect.ValueOf(x.WithArgs(p.Value))
	case time.Time:
		return v
	case []result.Command:
		return reflect.ValueOf([]result.Command{})
	}
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(p.word(v.String(), field, own))
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(p.copyOf(v.Elem(), field, own))
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(p.copyOf(v.Index(i), field, own))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := v.Type().Name() + "." + f.Name
			enumerated := strings.Contains(f.Tag.Get("jsonschema"), "enum=")
			out.Field(i).Set(p.copyOf(v.Field(i), name, enumerated || slices.Contains(ownWords, name)))
		}
	default:
		return v
	}
	return out
}

func (p *Pseudonyms) word(s, field string, own bool) string {
	switch {
	case own:
		return s
	case field == "Remedy.Link":
		return publicLink(s)
	case slices.Contains(names, field):
		return p.name(s)
	}
	return p.Value(s)
}

// publicLink returns a link to public documentation, and an empty string for any other.
func publicLink(s string) string {
	if u, err := url.Parse(s); err != nil || !slices.Contains(linkHosts, u.Host) || u.User != nil {
		return ""
	}
	return s
}
