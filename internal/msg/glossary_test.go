package msg_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// pair is a text in both languages, and its place in the source.
type pair struct{ english, german, where string }

// ownWords matches what is exempt: German names in portals and products, and other words that
// contain a word of the glossary.
var ownWords = regexp.MustCompile(`„Zertifikate & Geheimnisse“|Verzeichnisdienste, Verbindung > Zugangsdaten \(…, Verwaltung der Zugangsdaten\)|Die Verwaltung der Zugangsdaten|Supportanfrage|Laufzeitumgebung|Globaler Leser`)

// ofVault matches texts about Azure Key Vault, which calls its contents secrets.
var ofVault = regexp.MustCompile(`keyvault|vault|Key Vault|write secrets there`)

var (
	bareKey = regexp.MustCompile(`(?i)(^|[^\pL])Schlüssels?n?($|[^\pL-])`)
	key     = regexp.MustCompile(`(?i)\bkeys?\b`)
)

// TestGermanKeepsToTheGlossary fails for a German text with a word that docs/german.md
// replaces, and for a secret that is called a key.
func TestGermanKeepsToTheGlossary(t *testing.T) {
	unwanted := unwantedWords(t)
	all := germanTexts(t)
	if len(all) < 2000 {
		t.Fatalf("only %d texts were found", len(all))
	}
	for _, p := range all {
		if word := offends(p, unwanted); word != "" {
			t.Errorf("%s: %q is not in the glossary (docs/german.md): %s", p.where, word, p.german)
		}
	}
}

func TestAnUnwantedWordIsFound(t *testing.T) {
	unwanted := unwantedWords(t)
	for _, p := range []pair{
		{english: "the secret has expired", german: "der Schlüssel ist abgelaufen"},
		{english: "the secret has expired", german: "das Geheimnis ist abgelaufen"},
		{english: "credentials", german: "Anmeldedaten"},
		{english: "Find it under credentials.", german: "Sie finden ihn bei den Zugangsdaten."},
	} {
		if offends(p, unwanted) == "" {
			t.Errorf("%q passes", p.german)
		}
	}
	for _, p := range []pair{
		{english: "the private key is missing", german: "der private Schlüssel fehlt"},
		{english: "Certificates & secrets", german: "unter „Zertifikate & Geheimnisse“"},
		{english: "secrets of the vault", german: "Geheimnisse des Tresors"},
		{english: "key ID", german: "Schlüssel-ID"},
	} {
		if word := offends(p, unwanted); word != "" {
			t.Errorf("%q: %q", p.german, word)
		}
	}
}

// offends returns the first word of a text that the glossary replaces, or "".
func offends(p pair, unwanted []string) string {
	german := ownWords.ReplaceAllString(p.german, "")
	for _, word := range unwanted {
		if word == "Geheimnis" && ofVault.MatchString(p.english) {
			continue
		}
		if strings.Contains(strings.ToLower(german), strings.ToLower(word)) {
			return word
		}
	}
	if found := bareKey.FindString(german); found != "" && !key.MatchString(p.english) {
		return strings.TrimSpace(found)
	}
	return ""
}

// unwantedWords returns the last column of the glossary.
func unwantedWords(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "german.md"))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 || strings.Contains(cells[1], "---") || strings.TrimSpace(cells[3]) == "not" {
			continue
		}
		for word := range strings.SplitSeq(cells[3], ",") {
			if word = strings.TrimSpace(word); word != "" {
				words = append(words, word)
			}
		}
	}
	if len(words) < 10 {
		t.Fatalf("the glossary has only %q", words)
	}
	return words
}

// germanTexts returns the translations, and the texts of the catalogue and of the causes.
func germanTexts(t *testing.T) []pair {
	t.Helper()
	var all []pair
	for _, root := range []string{"translations/de", "../aadsts/catalogue", "../causes"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil || d.IsDir():
				return err
			case strings.HasSuffix(path, ".yaml"):
				found, err := yamlPairs(path)
				all = append(all, found...)
				return err
			case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
				found, err := bothPairs(path)
				all = append(all, found...)
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func yamlPairs(path string) ([]pair, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var content any
	if err := yaml.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return pairsIn(content, filepath.Base(path)), nil
}

// pairsIn finds texts under de, with their English under en.
func pairsIn(content any, where string) []pair {
	var found []pair
	switch c := content.(type) {
	case []any:
		for _, inner := range c {
			found = append(found, pairsIn(inner, where)...)
		}
	case map[string]any:
		english, _ := c["en"].(string)
		for name, inner := range c {
			if german, ok := inner.(string); ok && (name == "de" || strings.HasPrefix(name, "de-")) {
				found = append(found, pair{english, german, where})
			}
			found = append(found, pairsIn(inner, where)...)
		}
	}
	return found
}

// bothPairs finds the calls of msg.Both in a Go file.
func bothPairs(path string) ([]pair, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []pair
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && isBoth(call.Fun, "msg") && len(call.Args) == 2 {
			english, _ := literal(call.Args[:1])
			german, _ := literal(call.Args[1:])
			found = append(found, pair{english, german, fset.Position(call.Pos()).String()})
		}
		return true
	})
	return found, nil
}
