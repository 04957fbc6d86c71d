package aadsts_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/result"
)

// example contains the test texts of an entry, which are not in the program.
type example struct {
	ID    string   `yaml:"id"`
	Tests []string `yaml:"tests"`
}

// examples reads the files that match a pattern.
func examples(t *testing.T, pattern string) []example {
	t.Helper()
	var all []example
	names, _ := filepath.Glob(filepath.FromSlash(pattern))
	for _, name := range names {
		data, err := os.ReadFile(name)
		var list []example
		if err = errors.Join(err, yaml.Unmarshal(data, &list)); err != nil {
			t.Fatal(name, err)
		}
		all = append(all, list...)
	}
	if len(all) == 0 {
		t.Fatal("there are none")
	}
	return all
}

// Each phrase is the best match for its test texts, and no two phrases share one.
func TestEveryPhraseFindsItsTexts(t *testing.T) {
	texts := map[string]string{}
	for _, p := range examples(t, "catalogue/phrases/*.yaml") {
		for _, text := range p.Tests {
			if other := texts[text]; other != "" {
				t.Errorf("%s and %s share a test text", p.ID, other)
			}
			texts[text] = p.ID
			matches, err := aadsts.FindString(text)
			if err != nil || len(matches) != 1 || matches[0].Phrase == nil || matches[0].Phrase.ID != p.ID {
				t.Errorf("%s: %q gives %v, %v", p.ID, text, phraseIDs(matches), err)
			}
		}
	}
}

func phraseIDs(matches []aadsts.Match) (ids []string) {
	for _, m := range matches {
		id := "AADSTS" + m.Decisive
		if m.Phrase != nil {
			id = m.Phrase.ID
		}
		ids = append(ids, id)
	}
	return ids
}

// Each phrase is found in its test texts, however a log wraps them.
func TestEveryPhraseSurvivesItsWrapping(t *testing.T) {
	for name, wrap := range wrappings() {
		t.Run(name, func(t *testing.T) {
			for _, p := range examples(t, "catalogue/phrases/*.yaml") {
				for _, text := range p.Tests {
					matches, err := aadsts.FindString(wrap(text))
					if err != nil || !slices.Contains(phraseIDs(matches), p.ID) {
						t.Errorf("%s: %q gives %v, %v", p.ID, wrap(text), phraseIDs(matches), err)
					}
				}
			}
		})
	}
}

// A text that only discusses an error makes its cause possible at most. A text that reports
// it supports more, even if it also asks a question.
func TestProseIsNotEvidence(t *testing.T) {
	for text, want := range map[string]result.Certainty{
		"Fixed an issue where the sync could fail with AADSTS7000222: The provided client secret keys are expired.":                     result.Possible,
		"If you see AADSTS7000222, the secret has expired.":                                                                             result.Possible,
		"Wenn Sie die Meldung AADSTS7000222 sehen, ist der Schlüssel abgelaufen.":                                                       result.Possible,
		"This error occurs when PKIX path building failed for login.microsoftonline.com, for example behind a proxy.":                   result.Possible,
		"Known issue: Credential lifetime exceeds the max value allowed as per assigned policy.":                                        result.Possible,
		"AADSTS7000222: The provided client secret keys are expired.":                                                                   result.Likely,
		"What can I do? AADSTS7000222: The provided client secret keys are expired.":                                                    result.Likely,
		"Caused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed, login.microsoftonline.com":                          result.Likely,
		"Credential lifetime exceeds the max value allowed as per assigned policy 44444444-0000-4000-8000-00000000000a.":                result.Likely,
		"If you see this, call us: System.Exception AADSTS7000222: The provided client secret keys are expired. Trace ID: x Timestamp:": result.Likely,
	} {
		matches, err := aadsts.FindString(text)
		if err != nil || len(matches) != 1 || matches[0].Causes[0].Most != want {
			t.Errorf("%q: %+v, %v; want %s", text, matches, err, want)
		}
	}
}

// Each product is recognised in its test texts.
func TestEveryProductIsKnown(t *testing.T) {
	for _, p := range examples(t, "catalogue/products/*.yaml") {
		for _, text := range p.Tests {
			if !slices.Contains(aadsts.ProductsIn(text), p.ID) {
				t.Errorf("%s: %q shows another product", p.ID, text)
			}
		}
	}
}

// The first remedy names the setting of the product, if that is where the error is fixed.
func TestRemediesNameTheProduct(t *testing.T) {
	for text, want := range map[string]string{
		"MailStore: AADSTS7000222: The provided client secret keys are expired.":                            "Directory Services",
		"│ Error: building account (hashicorp/azurerm): AADSTS7000215: Invalid client secret provided.":     "ARM_CLIENT_SECRET",
		"velero backupLocation=azure: unable to get all required environment variables":                     "cloud-credentials",
		"{\"n8nDetails\":{}} Client authentication failed (e.g., unknown client, no client authentication)": "Credentials",
		"##[section]Starting: Deploy ##[error]Could not fetch access token for Azure.":                      "Service connections",
	} {
		e := explain(t, text)
		if len(e.Matches) != 1 || !strings.Contains(e.Matches[0].Causes[0].Remedy.String(), want) {
			t.Errorf("%q: %+v", text, e.Matches)
		}
	}
}

// A program that only carries or runs what another one logged is not the product.
func TestCarriersAreNotTheProduct(t *testing.T) {
	const message = "AADSTS7000222: The provided client secret keys are expired."
	for _, text := range []string{
		`{"agent":{"type":"filebeat"},"input":{"type":"filestream"},"message":"` + message + `"}`,
		`{"agent":{"type":"filebeat"},"input":{"type":"o365audit"},"o365":{"audit":{"LogonError":"` + message + `"}}}`,
		`{"manager":{"name":"wazuh"},"data":{"integration":"office365","office365":{"LogonError":"` + message + `"}}}`,
		"image: rancher/mirrored-coredns:1.11 namespace: cattle-system " + message,
		"  File \"/opt/venv/newrelic/hooks/external_requests.py\", line 70, in call\n" + message,
	} {
		if ids := aadsts.ProductsIn(text); len(ids) > 0 {
			t.Errorf("%q: %v", text, ids)
		}
	}
}
