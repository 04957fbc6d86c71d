package bundle

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/result"
)

func TestWhatIsPublicStaysAndNothingElse(t *testing.T) {
	p := NewPseudonyms("AZURE_CLIENT_ID", "--client-id")
	for _, public := range []string{"AADSTS7000222", "7000222", "2026-11-27 00:19 UTC", "graph.microsoft.com", "User.Read.All", ", ", "environment AZURE_CLIENT_ID", "flag --client-id",
		"https://graph.microsoft.com/v1.0/organization", "12%", "invalid_client"} {
		if got := p.Value(public); got != public {
			t.Errorf("%q became %q", public, got)
		}
	}
	for _, private := range []string{"MailStoreSP", "contoso", "contoso.onmicrosoft.com", "10.1.2.3", "10.1.2.3:443", "fe80::1", "[2001:db8::1]:443", "jane.doe@contoso.com", "proxy.contoso.local:8080", "/home/jane/secret.txt",
		`C:\Users\Jane\x`, "7d1c9a52-6b34-4d8e-8f0e-2a9b3c4d5e6f", "7D1C9A52-6B34-4D8E-8F0E-2A9B3C4D5E6F", "0123456789ABCDEF0123456789ABCDEF01234567", "repo:contoso/app:ref:refs/heads/main",
		"https://login.contoso.com/tenant", "api://contoso", "file /home/jane/x", "flag --client-id (file /home/jane/x)", "User.Read.All, Contoso.Read", "CONTOSO", "https://user:pass@contoso.com/x", "profile contoso",
		"https://graph.microsoft.com/v1.0/servicePrincipals(appId='7d1c9a52-6b34-4d8e-8f0e-2a9b3c4d5e6f')", "https://graph.microsoft.com/v1.0/applications?%24filter=displayName+eq+%27contoso%27", "SPCHECK_CONTOSO"} {
		got := strings.ToLower(p.Value(private))
		for _, word := range []string{"contoso", "jane", "mailstore", "10.1.2", "fe80", "2001:db8", "7d1c9a52", "01234567", "pass"} {
			if strings.Contains(got, word) {
				t.Errorf("%q became %q", private, got)
			}
		}
	}
}

func TestEqualThingsStayEqual(t *testing.T) {
	p, q := NewPseudonyms(), NewPseudonyms()
	const id = "7d1c9a52-6b34-4d8e-8f0e-2a9b3c4d5e6f"
	if p.Value(id) != p.Value(strings.ToUpper(id)) || p.Value(id) == q.Value(id) || p.Value(p.Value(id)) != p.Value(id) {
		t.Error("a pseudonym depends on more than the value and the bundle")
	}
	if got := p.Value("https://host.contoso.com/" + id); !strings.Contains(got, p.Value(id)) || !strings.Contains(got, p.Value("host.contoso.com")) {
		t.Errorf("parts of %s have other pseudonyms by themselves", got)
	}
	// A name that looks like a word of the program is replaced everywhere.
	p.name("secret")
	if got := p.Value("secret"); got == "secret" {
		t.Error("a name that was learnt stays")
	}
}

// Every text in a report is replaced, including those in fields that are added later.
// Exceptions are listed fields and enumerations.
func TestNoFieldOfAReportIsForgotten(t *testing.T) {
	var d result.Diagnosis
	fill(reflect.ValueOf(&d).Elem(), map[string]bool{})
	p := NewPseudonyms()
	hidden := p.Report(&d)
	each(reflect.ValueOf(*hidden), "", func(field, s string) {
		if strings.Contains(s, "Jane") && !slices.Contains(ownWords, field) && !enumerated(field) {
			t.Errorf("%s shows %q", field, s)
		}
	})
	eachText(reflect.ValueOf(*hidden), func(text msg.Text) {
		if strings.Contains(text.String(), "Jane") {
			t.Errorf("a sentence shows %q", text)
		}
	})
	found := 0
	each(reflect.ValueOf(d), "", func(_, s string) { found += strings.Count(s, "Jane") })
	if found < 30 {
		t.Errorf("only %d fields were filled", found)
	}
}

// enumerated reports whether a field is an enumeration.
func enumerated(field string) bool {
	typeName, name, _ := strings.Cut(field, ".")
	for _, v := range []any{result.Header{}, result.TargetCredential{}, result.Cause{}, result.Check{}, result.Credential{}} {
		if t := reflect.TypeOf(v); t.Name() == typeName {
			f, ok := t.FieldByName(name)
			return ok && strings.Contains(f.Tag.Get("jsonschema"), "enum=")
		}
	}
	return false
}

// fill puts a name into every text of a value.
func fill(v reflect.Value, on map[string]bool) {
	switch v.Interface().(type) {
	case msg.Text:
		v.Set(reflect.ValueOf(msg.New("before %s and %q", "Jane Doe's", msg.New("inner %s", "Jane"))))
		return
	case time.Time:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("Jane Doe's value")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), on)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), on)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), on)
			}
		}
	}
}

func eachText(v reflect.Value, visit func(msg.Text)) {
	if text, ok := v.Interface().(msg.Text); ok {
		visit(text)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachText(v.Field(i), visit)
			}
		}
	}
}

func TestATraceUnderPseudonyms(t *testing.T) {
	p := NewPseudonyms()
	got := p.Trace(strings.Join([]string{
		traceMark + "GET https://graph.contoso.com/v1.0/applications?%24filter=displayName+eq+%27Jane%27s%27",
		traceMark + "  status 200 after 12ms",
		traceMark + "  content-type: application/json;odata.metadata=minimal",
		traceMark + "  via: 1.1 proxy-of-jane",
		traceMark + "  server: jane/1.0",
		traceMark + `  error: "jane"`,
		traceMark + `  error_codes: [7000222]`,
		traceMark + "  location: https://portal.contoso.com/jane",
		"a line of jane's",
		""}, "\n"))
	if strings.Contains(strings.ToLower(got), "jane") || strings.Contains(got, "contoso") || !strings.Contains(got, "status 200 after 12ms") || !strings.Contains(got, "[7000222]") || !strings.Contains(got, "displayName eq '") {
		t.Error(got)
	}
}

func TestSecretsAreHiddenInEveryMember(t *testing.T) {
	const secret = "kQ7~8Q~vT2mYp4WzR9bN6cX1dF3gH5jL0sA7uE2i"
	redact.Hide(secret)
	members, err := Contents{Report: []byte(`{"x":"` + secret + `"}`), Trace: secret, Environment: Environment{Reader: secret}}.Members()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if strings.Contains(string(m.Data), secret[:12]) {
			t.Errorf("%s: %s", m.Name, m.Data)
		}
	}
}

func TestReadingABundle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.zip")
	members := []Member{{Name: reportName, Data: []byte(`{"schemaVersion":"1"}`)}}
	if err := Write(path, members, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, members, time.Now()); err == nil {
		t.Error("a file was replaced")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Report(bytes.NewReader(data)); err != nil || !Is(data) || string(got) != `{"schemaVersion":"1"}` {
		t.Errorf("%s, %v", got, err)
	}
	for name, data := range map[string][]byte{"nothing": nil, "cut": data[:len(data)/2], "other": zipped(t, "other.json", 10), "bomb": zipped(t, reportName, maxReport+1)} {
		if _, err := Report(bytes.NewReader(data)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func zipped(t *testing.T, name string, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err == nil {
		_, err = f.Write(make([]byte, size))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestATraceIsBounded(t *testing.T) {
	var r Recorder
	line := traceMark + strings.Repeat("x", 1000) + "\n"
	for range 2*maxTrace/len(line) + 2 {
		if n, err := r.Write([]byte(line)); n != len(line) || err != nil {
			t.Fatal(n, err)
		}
	}
	if s := r.String(); len(s) > maxTrace+200 || !strings.HasSuffix(s, cut+"\n") {
		t.Errorf("%d bytes", len(s))
	}
}
