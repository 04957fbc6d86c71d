package secrets

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/spcheck/spcheck/internal/origin"
)

// holder keeps whatever it is given where package fmt, JSON and YAML look, and
// where fmt looks although it may not call methods there.
type holder struct {
	Exported any
	hidden   any
	Pointer  *any
	List     []any
	Map      map[string]any
	inner    struct{ any }
}

func hold(v any) holder {
	h := holder{Exported: v, hidden: v, Pointer: &v, List: []any{v}, Map: map[string]any{"k": v}}
	h.inner.any = v
	return h
}

// typedHolder has the types themselves in unexported fields, as a careless
// struct elsewhere would.
type typedHolder struct {
	value  Value
	key    hidden[crypto.PrivateKey]
	shape  Shape
	repair Repair
	cert   certificate
	token  FederatedToken
	cred   Credential
	list   []Value
	keys   map[Value]Value
}

func TestNothingSecretIsEverPrinted(t *testing.T) {
	const text = "Xq7-made-up-SECRET-text-Zw9"
	key := testKey(t, 0)
	value := NewValue(text)
	// A key that is a slice of bytes, here those of the text.
	bytesKey := hide(crypto.PrivateKey(ed25519.PrivateKey(text)))
	certificate := &certificate{Certificate: Certificate{KeyType: "x"}, Key: hide(crypto.PrivateKey(key))}
	token := &FederatedToken{Issuer: "i", Token: value}
	shape := Inspect(NewValue(`"`+text+`"`), "", "")
	repairs := shape.Repairs()
	if len(repairs) == 0 {
		t.Fatal("nothing to repair, so that the test proves nothing")
	}
	password := Credential{Origin: origin.Origin{Name: "test"}, Secret: value}
	things := []any{
		value, &value, certificate.Key, certificate, *certificate, token, *token, shape, &shape, repairs, repairs[0],
		password, &password, Credential{Certificate: certificate},
		Credential{Token: token},
		typedHolder{value, certificate.Key, shape, repairs[0], *certificate, *token, password, []Value{value}, map[Value]Value{value: value}},
		bytesKey, typedHolder{key: bytesKey},
		FromCommand("program", text),
		fmt.Errorf("wrapped %w: %v", &SourceError{Origin: origin.Origin{Name: "o"}, Is: ErrMissing}, value),
		errors.Join(errors.New("a"), fmt.Errorf("%+v", password)),
	}
	for _, thing := range things {
		for _, v := range []any{thing, hold(thing), &holder{hidden: thing}, []any{thing}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%20v", "%t"} {
				assertClean(t, fmt.Sprintf("%T by %s", thing, verb), fmt.Sprintf(verb, v), text, key)
			}
			assertClean(t, fmt.Sprintf("%T in JSON", thing), asJSON(v), text, key)
			assertClean(t, fmt.Sprintf("%T in YAML", thing), asYAML(v), text, key)
			assertClean(t, fmt.Sprintf("%T in a log", thing), asLog(v), text, key)
		}
	}
}

// assertClean fails where printed holds the text or the key, plainly or in an
// encoding that a verb or marshaller may have used.
func assertClean(t *testing.T, what, printed, text string, key *rsa.PrivateKey) {
	t.Helper()
	lower := strings.ToLower(printed)
	for _, form := range []string{
		text, text[3:20], hex.EncodeToString([]byte(text)), base64.StdEncoding.EncodeToString([]byte(text))[:24],
		fmt.Sprint([]byte(text))[1:40], key.D.String(), hex.EncodeToString(key.D.Bytes()), key.Primes[0].String(),
	} {
		if strings.Contains(lower, strings.ToLower(form)) {
			t.Errorf("%s shows the secret", what)
		}
	}
}

func asJSON(v any) string {
	out, err := json.Marshal(v)
	return string(out) + fmt.Sprint(err)
}

func asYAML(v any) string {
	out, err := yaml.Marshal(v)
	return string(out) + fmt.Sprint(err)
}

func asLog(v any) string {
	var out bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("m", "k", v)
	}
	return out.String()
}

func TestValue(t *testing.T) {
	a, b := NewValue("one"), NewValue("o"+strings.ToLower("NE"))
	if a != b || a == NewValue("two") {
		t.Error("values are not compared by their characters")
	}
	if a.Reveal() != "one" || a.Empty() {
		t.Error("a value does not hold what it was given")
	}
	var zero Value
	if !zero.Empty() || zero.Reveal() != "" || zero != NewValue("") {
		t.Error("the zero value is not the empty one")
	}
	if got := fmt.Sprintf("%s %v", a, zero); got != "[redacted] [redacted]" {
		t.Errorf("printed as %q", got)
	}
	if out, err := json.Marshal(map[string]any{"v": a}); err != nil || string(out) != `{"v":"[redacted]"}` {
		t.Errorf("JSON %s, %v", out, err)
	}
}
