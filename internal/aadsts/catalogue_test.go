package aadsts_test

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
)

// Phrases identify one message, and links lead to Microsoft's documentation.
func TestCatalogueIsSound(t *testing.T) {
	phrases := map[string]string{}
	for _, e := range aadsts.Load().Entries {
		for _, p := range e.Phrases {
			if other := phrases[p]; other != "" {
				t.Errorf("%s and %s share the phrase %q", e.Code, other, p)
			}
			if phrases[p] = e.Code; len(p) < 20 {
				t.Errorf("%s: the phrase %q is too short to identify a message", e.Code, p)
			}
		}
		if e.Link != "" && !strings.HasPrefix(e.Link, "https://learn.microsoft.com/") {
			t.Errorf("%s: link to %s", e.Code, e.Link)
		}
	}
}

// Every code of the reference is in the catalogue, with its name.
func TestCatalogueIsComplete(t *testing.T) {
	file, err := os.Open(shared(t, "facts/aadsts-codes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	c := aadsts.Load()
	for _, row := range rows[1:] {
		e, ok := c.Lookup(row[0])
		if !ok || e.Guess {
			t.Errorf("%s (%s) is missing", row[0], row[1])
		} else if row[1] != "" && e.Name != row[1] {
			t.Errorf("%s is named %q, want %q", row[0], e.Name, row[1])
		}
	}
}

// The other facts name codes too, in headings, tables and lists.
func TestCatalogueKnowsTheOtherFacts(t *testing.T) {
	c := aadsts.Load()
	for file, line := range map[string]string{
		"facts/aadsts-client-credentials.md": `(?m)^### ([\d, /and()*L-]+)`,
		"facts/year-2026.md":                 `(?m)^\| ([\d, ]+) \|`,
	} {
		text, err := os.ReadFile(shared(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(line).FindAllStringSubmatch(string(text), -1) {
			for _, code := range regexp.MustCompile(`\d{5,8}`).FindAllString(m[1], -1) {
				if e, ok := c.Lookup(code); !ok || e.Guess {
					t.Errorf("%s is missing", code)
				}
			}
		}
	}
}

// These codes were once given other causes by mistake.
func TestFirstReadingsThatWereWrong(t *testing.T) {
	c := aadsts.Load()
	for code, want := range map[string]causes.ID{
		"90112": causes.ClientIDMistaken, "901124": causes.AppNotFound, "90099": "consent-missing",
		"50048": causes.CertificateRejected, "50171": "request-malformed", "100007": "request-malformed",
		"240002": "token-for-wrong-resource", "900384": causes.CertificateRejected, "90055": causes.Throttled,
		"5000224": "tenant-blocked", "1002016": causes.TLSTooOld, "5000211": "tenant-restricted",
		"500021": "tenant-restricted", "650052": causes.ResourceNotFound, "7000116": causes.AppDisabled,
		"7000117": "resource-disabled", "50059": causes.TenantNotGiven, "50128": causes.TenantNotGiven,
		"50194": causes.TenantNotGiven, "9001023": causes.TenantNotGiven, "90010": causes.TenantNotGiven,
		"90124": causes.TenantNotGiven, "53003": causes.ConditionalAccess, "70025": causes.FederationMismatch,
		"7002131": causes.FederationMismatch, "82001": causes.PrincipalKindMismatch, "7000232": causes.PrincipalKindMismatch,
	} {
		if e, ok := c.Lookup(code); !ok || e.Guess || e.Causes[0].ID != want {
			t.Errorf("%s: %+v, want %s first", code, e, want)
		}
	}
}

func TestUnknownCodesAreGuessed(t *testing.T) {
	c := aadsts.Load()
	e, ok := c.Lookup("7000299")
	if !ok || !e.Guess || e.Causes[0].ID != causes.Unknown || !strings.Contains(e.Sentence().String(), "guess") {
		t.Errorf("7000299: %+v, %v", e, ok)
	}
	for _, code := range []string{"99999", "9999999", "", "7", "70002x"} {
		if e, ok := c.Lookup(code); ok && !e.Guess {
			t.Errorf("%q is known as %+v", code, e)
		}
	}
}

// Each phrase identifies its message if the code was cut off, and adds no match if the code
// is present.
func TestEveryPhraseIdentifiesItsCode(t *testing.T) {
	for _, e := range aadsts.Load().Entries {
		for _, phrase := range e.Phrases {
			alone, err := aadsts.FindString("the sync failed: " + phrase + " and so on")
			if err != nil || len(alone) != 1 || alone[0].Decisive != e.Code || alone[0].FoundBy != aadsts.ByWording {
				t.Errorf("%s: %q alone gives %+v, %v", e.Code, phrase, alone, err)
			}
			coded, err := aadsts.FindString("AADSTS" + e.Code + ": " + phrase + " and so on")
			if err != nil || len(coded) != 1 || coded[0].FoundBy != aadsts.ByCode {
				t.Errorf("%s: %q behind its code gives %d matches, %v", e.Code, phrase, len(coded), err)
			}
		}
	}
}
