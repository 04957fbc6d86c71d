package odata

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func text(s string) literal { return literal{Kind: String, Text: s} }

func TestParse(t *testing.T) {
	name := Path{"displayName"}
	for filter, want := range map[string]Expr{
		"displayName eq 'O''Hara'":             Compare{name, "eq", text("O'Hara")},
		"displayName eq null":                  Compare{name, "eq", literal{Kind: Null, Text: "null"}},
		"startsWith(displayName,'Mail ')":      Call{"startswith", name, text("Mail ")},
		"not endswith(displayName, 'x')":       Not{Call{"endswith", name, text("x")}},
		"displayName in ('a', 'b')":            In{name, []literal{text("a"), text("b")}},
		"names/any(c:c eq 'x')":                Any{Path{"names"}, Compare{Path{}, "eq", text("x")}},
		"names/any()":                          Any{Path: Path{"names"}},
		"owners/$count ne 0":                   Compare{Path{"owners", "$count"}, "ne", literal{Kind: Number, Text: "0"}},
		"a eq true or b eq 1 and c eq 'x'":     Or{Compare{Path{"a"}, "eq", literal{Kind: Bool, Text: "true"}}, And{Compare{Path{"b"}, "eq", literal{Kind: Number, Text: "1"}}, Compare{Path{"c"}, "eq", text("x")}}},
		"NOT (a EQ 'b')":                       Not{Compare{Path{"a"}, "eq", text("b")}},
		"(a eq 'b')":                           Compare{Path{"a"}, "eq", text("b")},
		"t/any(t: t/id eq 'x' and t/b eq 'y')": Any{Path{"t"}, And{Compare{Path{"id"}, "eq", text("x")}, Compare{Path{"b"}, "eq", text("y")}}},
	} {
		got, err := Parse(filter)
		if err != nil {
			t.Errorf("Parse(%q): %v", filter, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Parse(%q):\n%s", filter, diff)
		}
	}
}

func TestParseLiterals(t *testing.T) {
	for filter, kind := range map[string]Kind{
		"a ge 2024-05-01T10:00:00Z":                 Date,
		"a ge 2024-05-01T10:00:00.1234567+02:00":    Date,
		"a ge 2024-05-01":                           Date,
		"a eq 3F2504E0-4F89-11D3-9A0C-0305E82C3301": GUID,
		"a eq 7000222":                              Number,
		"a eq '2024-05-01'":                         String,
	} {
		e, err := Parse(filter)
		if err != nil {
			t.Errorf("Parse(%q): %v", filter, err)
			continue
		}
		if got := e.(Compare).Value.Kind; got != kind {
			t.Errorf("Parse(%q) has a %s, want a %s", filter, got, kind)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, filter := range []string{
		"", "displayName", "displayName eq", "displayName eq 'x", "displayName = 'x'", "displayName eq x",
		"'x' eq displayName", "a eq 'b' and", "a eq 'b' c", "(a eq 'b'", "a eq 'b')", "a in ()", "a in 'b'",
		"startswith(a)", "startswith('a',b)", "n/any(c eq 'x')", "n/any(a/b:a/b eq 'x')", "a eq \"b\"",
		"n/any(c:c/any(d:d eq 'x'))", "a eq 'b' & c", "not", "a eq 1.5.2",
	} {
		e, err := Parse(filter)
		var syntax *Error
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q) = %v, %v, want an *Error", filter, e, err)
		} else if syntax.Position < 0 || syntax.Position > len(filter) {
			t.Errorf("Parse(%q) fails at %d, outside of the filter", filter, syntax.Position)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"displayName eq 'x'", "names/any(c:c eq 'x') or not (a ge 2024-05-01)", "startswith(a,'b''c')",
		"a in ('b',null,true,1)", "((((a eq 'b'))))", "a/$count ne 0", "'", "not not a eq 1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		e, err := Parse(filter)
		if (e == nil) == (err == nil) {
			t.Fatalf("Parse(%q) = %v, %v: neither or both", filter, e, err)
		}
	})
}
