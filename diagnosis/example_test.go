package diagnosis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/diagnosis"
)

// now is the time of the examples.
var now = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

// expired is a sign-in with a secret that has expired.
func expired() diagnosis.Facts {
	return diagnosis.Facts{
		Now: now, Tenant: "contoso.onmicrosoft.com", ClientID: "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26",
		Secret: diagnosis.NewSecret("Pa$$w0rd-of-2024"),
		SignIn: &diagnosis.SignIn{Status: 401, Body: []byte(`{"error": "invalid_client", "error_codes": [7000222],
			"error_description": "AADSTS7000222: The provided client secret keys for app '8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26' are expired."}`)},
		Directory: &diagnosis.Directory{Application: &diagnosis.Object{ID: "d27a9b03-6e1f-4c85-b0d4-91e3f7a85c6b", DisplayName: "Archive",
			Credentials: []diagnosis.Credential{{KeyID: "e5f1c3a7-48d6-4b02-9e7f-2c8a6d0b4f93", Hint: "Pa$", Start: now.AddDate(-1, 0, 0), End: now.AddDate(0, 0, -1)}}},
			ServicePrincipal: &diagnosis.Object{ID: "6b94e0d1-7f3a-4e28-8d5c-0a2c4f6e8b17", DisplayName: "Archive"}},
	}
}

func ExampleJudge() {
	d, err := diagnosis.Judge(expired())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Status, d.RootCause.ID, d.RootCause.Certainty)
	fmt.Println(d.RootCause.Summary.In("de"))
	// Output:
	// critical secret-expired proven
	// Der geheime Clientschlüssel von Archive ist am 2026-11-26 09:00 UTC abgelaufen.
}

// A directory that could not be read is unknown, and does not change what Entra has proven.
// The secret is not printed.
func TestUnknownIsNotHealthy(t *testing.T) {
	f := expired()
	f.Directory, f.DirectoryError = nil, errors.New("403")
	d, err := diagnosis.Judge(f)
	if err != nil || d.RootCause == nil || d.RootCause.ID != "secret-expired" {
		t.Fatalf("%+v %v", d, err)
	}
	report, err := json.Marshal(d)
	if err != nil || !strings.Contains(string(report), `"remedies"`) {
		t.Errorf("%v %s", err, report)
	}
	if strings.Contains(string(report)+fmt.Sprintf("%+v %#v", f, f), "w0rd-of") {
		t.Error("the secret is printed")
	}
	f = diagnosis.Facts{Now: now, Tenant: f.Tenant, ClientID: f.ClientID, DirectoryError: errors.New("down")}
	if d, err := diagnosis.Judge(f); err != nil || d.Status == "ok" {
		t.Errorf("%+v %v", d, err)
	}
}

func TestBadFacts(t *testing.T) {
	if _, err := diagnosis.Judge(diagnosis.Facts{}); err == nil {
		t.Error("facts without a time")
	}
	f := expired()
	f.SignIn.Body = []byte("<html>Proxy</html>")
	if _, err := diagnosis.Judge(f); err == nil {
		t.Error("the answer of a proxy")
	}
}
