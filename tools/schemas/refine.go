package main

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// refine tells the schema what reflection does not see: which fields may be
// null, and the forms of codes, IDs and causes.
func refine(s *jsonschema.Schema, t reflect.Type) {
	for _, t := range structs(t, nil) {
		definition := s.Definitions[t.Name()]
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			property, ok := definition.Properties.Get(name)
			if name == "" || !ok {
				continue
			}
			form(property, t.Name(), name)
			if f.Type.Kind() == reflect.Pointer && !strings.Contains(f.Tag.Get("json"), "omitempty") || mayBeEmpty(f, t.Name(), name) {
				definition.Properties.Set(name, nullable(property))
			}
		}
	}
}

// structs lists a type and every struct below it, each once.
func structs(t reflect.Type, seen []reflect.Type) []reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	leaf := t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[msg.Text]()
	if t.Kind() != reflect.Struct || leaf || slices.Contains(seen, t) {
		return seen
	}
	seen = append(seen, t)
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous {
			seen = structs(f.Type, seen)
		}
	}
	return seen
}

// mayBeEmpty reports whether a sentence may be left out, and is null then. Every
// other one is always there. A credential whose dates cannot be read has no
// status.
func mayBeEmpty(f reflect.StructField, owner, name string) bool {
	if f.Type == reflect.TypeFor[result.CredentialStatus]() {
		return true
	}
	return f.Type == reflect.TypeFor[msg.Text]() &&
		slices.Contains([]string{"Cause.explanation", "Check.summary", "Evidence.source", "Code.meaning", "RankedCause.remedy", "Step.summary", "ScanTenant.error", "Delivery.error", "IncidentSource.meaning"}, owner+"."+name)
}

// form gives a property the form of its values.
func form(p *jsonschema.Schema, owner, name string) {
	switch owner + "." + name {
	case "Cause.id", "RankedCause.id":
		p.Enum = causeIDs()
	case "AADSTS.codes", "Match.codes":
		if p.Items != nil && p.Items.Type == "string" {
			p.Items.Pattern = "^[0-9]+$"
		}
	case "AADSTS.decisive", "Match.decisive", "Code.code":
		p.Pattern = "^[0-9]+$"
	case "Command.shell":
		p.Enum = []any{"sh", "powershell", "cmd"}
	case "Remedy.link":
		p.Format = "uri"
	case "Match.line":
		p.Minimum = "1"
	case "Header.exitCode", "Diagnosis.exitCode", "SecretList.exitCode", "Explanation.exitCode", "Renewal.exitCode", "Removal.exitCode", "Federation.exitCode", "Scan.exitCode":
		p.Enum = []any{0, 1, 2, 3, 64, 130}
	}
	switch name {
	case "keyId", "traceId", "correlationId":
		p.Format = "uuid"
	case "durationMs", "length":
		p.Minimum = "0"
	}
}

func causeIDs() []any {
	var ids []any
	for _, c := range causes.All() {
		ids = append(ids, string(c.ID))
	}
	return ids
}

// nullable lets null stand for a property that is absent.
func nullable(p *jsonschema.Schema) *jsonschema.Schema {
	if p.Ref != "" {
		return &jsonschema.Schema{
			AnyOf:       []*jsonschema.Schema{{Ref: p.Ref}, {Type: "null"}},
			Description: p.Description,
		}
	}
	p.Extras = map[string]any{"type": []string{p.Type, "null"}}
	p.Type = ""
	if len(p.Enum) > 0 {
		p.Enum = append(p.Enum, nil)
	}
	return p
}
