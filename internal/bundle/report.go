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

// ownWords are the fields of a report that hold words of the program, by type and
// name; those with a closed list of values say so in their tags.
var ownWords = []string{"Header.SchemaVersion", "Cause.ID", "Check.ID", "Check.CausedBy", "RankedCause.ID", "AADSTS.Codes", "AADSTS.Decisive", "Target.Cloud"}

// names are the fields that hold a name, whatever it looks like.
var names = []string{"Target.DisplayName", "Target.Tenant", "Target.ClientID", "Credential.DisplayName", "Credential.Hint", "Credential.KeyID", "TargetCredential.Hint"}

// linkHosts are those of documentation: a link to them names nobody.
var linkHosts = []string{"learn.microsoft.com", "aka.ms", "developer.microsoft.com"}

// Report is a copy of a diagnosis under pseudonyms. Its commands are left out: under
// pseudonyms they do nothing.
func (p *Pseudonyms) Report(d *result.Diagnosis) *result.Diagnosis {
	p.learn(reflect.ValueOf(*d))
	hidden := p.copyOf(reflect.ValueOf(*d), "", false).Interface().(result.Diagnosis)
	return &hidden
}

// learn makes the pseudonyms of names first: a name that reads like a word of the
// program is then known wherever it is.
func (p *Pseudonyms) learn(v reflect.Value) {
	each(v, func(field string, s string) {
		if slices.Contains(names, field) {
			p.name(s)
		}
	})
}

// each visits the texts of a value with the field that they are in.
func each(v reflect.Value, visit func(field, s string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			each(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			value := v.Field(i)
			if value.Kind() == reflect.Pointer && !value.IsNil() {
				value = value.Elem()
			}
			switch {
			case !f.IsExported():
			case value.Kind() == reflect.String:
				visit(v.Type().Name()+"."+f.Name, value.String())
			default:
				each(value, visit)
			}
		}
	}
}

// copyOf copies a value with its texts replaced. own says that the texts of this
// field are the program's.
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

// publicLink is a link to documentation, empty for any other.
func publicLink(s string) string {
	if u, err := url.Parse(s); err != nil || !slices.Contains(linkHosts, u.Host) || u.User != nil {
		return ""
	}
	return s
}
