package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
)

// made has the form of Entra's secrets, but is made up.
const made = "q7x8Q~Zt4mN_0vB.pR2kL-yW9sH3dF6gJ1cX5aTe"

func setOf(values ...string) *set {
	s := &set{}
	for _, v := range values {
		s.add(v)
	}
	return s
}

func (s *set) hide(text string) string {
	if out := s.replace([]byte(text), 0); out != nil {
		return string(out)
	}
	return text
}

// A placeholder in place of a secret does not take the names of settings out of the
// commands that a report suggests.
func TestNamesOfSettingsStay(t *testing.T) {
	t.Parallel()
	const command = "spcheck diagnose --client-secret-file secret.txt # or AZURE_CLIENT_SECRET"
	s := setOf("my-client-secret-value", "my-AZURE_CLIENT_SECRET")
	if got := s.hide(command); got != command {
		t.Errorf("%s", got)
	}
	if got := s.hide("it is my-client-secret-value."); strings.Contains(got, "secret-value") {
		t.Errorf("%s", got)
	}
}

// leaks returns eight consecutive characters of the secret that are in the text.
func leaks(text, secret string) string {
	for i := 0; i+part <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+part]) {
			return secret[i : i+part]
		}
	}
	return ""
}

func utf16LE(s string) (b []byte) {
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}

func TestEveryWayOfWritingAValueIsHidden(t *testing.T) {
	s := setOf(made)
	quoted, _ := json.Marshal(made)
	powershell := base64.StdEncoding.EncodeToString(utf16LE("$secret = '" + made + "'"))
	for name, text := range map[string]string{
		"as it is":         made,
		"in a sentence":    "the secret " + made + " was refused",
		"lower case":       strings.ToLower(made),
		"upper case":       strings.ToUpper(made),
		"JSON":             string(quoted),
		"HTML":             html.EscapeString(made),
		"query":            url.QueryEscape(made),
		"hex":              fmt.Sprintf("%x", made),
		"base64":           base64.StdEncoding.EncodeToString([]byte(made)),
		"basic":            base64.StdEncoding.EncodeToString([]byte("client:" + made)),
		"basic, shifted":   base64.StdEncoding.EncodeToString([]byte("clients:" + made)),
		"base64 of UTF-16": powershell,
		"Markdown":         strings.NewReplacer("~", `\~`, "_", `\_`, ".", `\.`, "-", `\-`).Replace(made),
		"eight of it":      "begins with " + made[12:20] + " it says",
	} {
		shown := s.hide(text)
		if !strings.Contains(shown, mark) {
			t.Errorf("%s: %q is shown", name, shown)
		}
		for _, form := range []string{text, made} {
			if part := leaks(shown, form); part != "" && len(form) > 3*len(mark) && form != "in a sentence" && strings.Contains(strings.ToLower(made), strings.ToLower(part)) {
				t.Errorf("%s: %q is left in %q", name, part, shown)
			}
		}
	}
}

func TestOtherTextStaysAsItIs(t *testing.T) {
	s := setOf(made, "MailStoreSecret2024", "abc12")
	for _, text := range []string{
		`{"schemaVersion":"1","status":"critical","passwordCredentials":[]}`,
		"MailStoreSP: the client secret expired on 2026-11-25.",
		"8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26", "xabc12y", "",
	} {
		if got := s.hide(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := s.hide("value abc12."); got != "value "+mark+"." {
		t.Errorf("a short value: %q", got)
	}
}

// No eight consecutive characters pass, however a text is split into calls of Write.
func TestAValueCutInTwoIsHidden(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := "before " + made + " between " + made + " after"
	for range 500 {
		var out bytes.Buffer
		w := &writer{to: &out, set: setOf(made)}
		for rest := text; rest != ""; {
			n := 1 + random.IntN(min(len(rest), 12))
			if wrote, err := io.WriteString(w, rest[:n]); err != nil || wrote != n {
				t.Fatal(wrote, err)
			}
			rest = rest[n:]
		}
		if part := leaks(out.String(), made); part != "" {
			t.Fatalf("%q passed in %q", part, out.String())
		}
		for _, word := range []string{"before ", " between ", " after"} {
			if !strings.Contains(out.String(), word) {
				t.Fatalf("%q is missing in %q", word, out.String())
			}
		}
	}
}

func TestLongRunsKeepTheLatestTokens(t *testing.T) {
	s := setOf(made)
	token := func(i int) string { return strings.Repeat(fmt.Sprintf("%08d", i), 100) }
	for i := range 10 * keptLong {
		s.add(token(i))
		if i%keptLong == 0 {
			s.hide("a line that is written on the way")
		}
	}
	if got := s.hide(token(10*keptLong - 1)); got != mark {
		t.Errorf("the latest token is shown: %.40q", got)
	}
	if got := s.hide(made); got != mark {
		t.Errorf("the secret was forgotten: %q", got)
	}
	if len(s.parts) > 1000+8*keptLong {
		t.Errorf("%d parts are kept", len(s.parts))
	}
}

// Names and IDs in a document that replaces a value are not hidden, because every report
// contains them.
func TestOfADocumentOnlyTheValuesAreHidden(t *testing.T) {
	document := `{"clientId": "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26", "clientSecret": "` + made + `", "resourceManagerEndpointUrl": "https://management.azure.com/"}`
	got := setOf(values(document)...).hide(document)
	if want := strings.Replace(document, made, mark, 1); got != want {
		t.Errorf("got %s", got)
	}
}

// Four characters in hex are eight letters, which occur in many GUIDs.
func TestAGUIDIsNotTakenForHex(t *testing.T) {
	s := setOf(made)
	id := "8c1b7e54-2d90-4f6c-a3e8-" + fmt.Sprintf("%x", made[4:8]) + "1a26"
	if got := s.hide(id); got != id {
		t.Errorf("%s became %s", id, got)
	}
}

func TestShownAgain(t *testing.T) {
	const id = "2f6c1a7b-90d4-4e83-8b5a-d1c3e7f90a42"
	s := setOf(id, strings.ToUpper(id)+"\n")
	if got := s.hide("key ID " + id); got != "key ID "+mark {
		t.Errorf("got %q", got)
	}
	s.forget(id)
	if got := s.hide("key ID " + id); got != "key ID "+id {
		t.Errorf("got %q", got)
	}
}

// BenchmarkWriter compares the Writer with writing directly.
func BenchmarkWriter(b *testing.B) {
	line := []byte(strings.Repeat(`{"displayName":"MailStoreSP","keyId":"8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26"}`+"\n", 400))
	for name, w := range map[string]io.Writer{"plain": io.Discard, "hiding": &writer{to: io.Discard, set: setOf(made, strings.Repeat(made, 40))}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				_, _ = w.Write(line)
			}
		})
	}
}

func TestWhatLooksLikeASecret(t *testing.T) {
	for _, word := range []string{made, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj", "m3Yx+Q0zVb8kT1nR5sW7pL2cD4fG6hJ9aE0uI3oK5yM", "P@ssw0rd!Kx92nQvLzzT", "app.env#qLmNvBwZxKqT", "xK9qL2mN5vB8w.env#KEY", "a.env#K9L2M5N8B1V4", "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJl"} {
		if !machineMade(word) {
			t.Errorf("%.4s… does not look like a secret", word)
		}
	}
	for _, word := range []string{"MailStoreSP-Production-2026", "Report2026Final.yaml", "login.microsoftonline.com", "contoso.onmicrosoft.com",
		"8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26", "A5B1C9D3E7F20481A5B1C9D3E7F20481A5B1C9D3", "superseded-secret", "Application.Read.All",
		"AADSTS7000222", "2026-11-25T20:07:07Z", "Certificate-for-Sync-2024", "appsettings.Production.json", "MyApp_SyncUsers_v2",
		"ResourceGroupForWestEurope2Production", "MyApplication2026BackupVersion2Final", "not-there.env#KEY", ".env.local#AZURE_CLIENT_SECRET", "Not-there2.env#client_secret", "SPCHECK_READER_CLIENT_CERTIFICATE_PASSWORD"} {
		if machineMade(word) {
			t.Errorf("%s looks like a secret", word)
		}
	}
}
