package msg_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/spcheck/spcheck/internal/msg"
)

// verb matches a verb of a format.
var verb = regexp.MustCompile(`%([-+# 0]*)(?:\[(\d+)\])?(\d*(?:\.\d+)?)([a-zA-Z%])`)

// sentence is a sentence that the program can print, and its place in the source.
type sentence struct {
	english string
	plain   bool     // without arguments
	own     []string // languages whose translation stands beside it
	where   string
}

// complete are the languages that must have every sentence. Other languages may lack some,
// which are printed in English.
var complete = []string{"de"}

// TestEverySentenceIsTranslated fails for each sentence without a translation in a complete
// language, and prints the entries to paste into the translation files.
func TestEverySentenceIsTranslated(t *testing.T) {
	all := allSentences(t)
	for _, lang := range msg.Languages()[1:] {
		report := t.Logf
		if slices.Contains(complete, lang) {
			report = t.Errorf
		}
		for file, list := range missing(lang, all) {
			report("%d sentences lack a translation; add to internal/msg/translations/%s/%s:\n%s", len(list), lang, file, paste(list, lang))
		}
	}
}

// missing returns the sentences that a language lacks, by file.
func missing(lang string, all []sentence) map[string][]sentence {
	translated := msg.Sentences(lang)
	lacking := map[string][]sentence{}
	for _, s := range all {
		if slices.Contains(s.own, lang) || translated[s.english] {
			continue
		}
		file := s.where
		if i := strings.IndexByte(file, ':'); i >= 0 {
			file = filepath.Base(filepath.Dir(file)) + ".yaml"
		}
		lacking[file] = append(lacking[file], s)
	}
	return lacking
}

// TestNoTranslationIsLeftOver fails for entries whose English sentence the
// program no longer has: most often it was reworded. The test of the help in
// cmd/spcheck does the same for help.yaml.
func TestNoTranslationIsLeftOver(t *testing.T) {
	used := map[string]bool{}
	for _, s := range allSentences(t) {
		used[s.english] = true
	}
	for lang := range slices.Values(complete) {
		help, err := yamlPairs("translations/" + lang + "/help.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range help {
			used[p.english] = true
		}
	}
	// Another language may also translate the sentences of the data files.
	for _, lang := range complete {
		for english, translated := range msg.Sentences(lang) {
			if translated && !used[english] {
				t.Errorf("%s: no source has this sentence any more; remove it or correct its English: %q", lang, english)
			}
		}
	}
}

// paste writes the entries of a translation file for sentences without one.
func paste(list []sentence, lang string) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s.english] {
			continue
		}
		seen[s.english] = true
		fmt.Fprintf(&b, "- en: %s\n  %s: \"\"\n", quote(s.english), lang)
		if s.plain && verb.ReplaceAllString(s.english, "") != s.english {
			b.WriteString("  plain: true\n")
		}
	}
	return b.String()
}

func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSpace(b.String())
}

func allSentences(t *testing.T) []sentence {
	t.Helper()
	all := sourceSentences(t, filepath.Join("..", ".."))
	return slices.DeleteFunc(all, func(s sentence) bool {
		return !strings.ContainsFunc(verb.ReplaceAllString(s.english, ""), unicode.IsLetter)
	})
}

// sourceSentences reads the first argument of every msg.New in the repository's Go files,
// except tests.
func sourceSentences(t *testing.T, root string) []sentence {
	t.Helper()
	var all []sentence
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Logf("not read: %v", err) // the compiler says so better
			return nil
		}
		found, problems := fileSentences(fset, file)
		for _, p := range problems {
			t.Error(p)
		}
		all = append(all, found...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// fileSentences finds the calls of msg.New in one file, whatever name the file gives the
// package. It reports formats that are not literals.
func fileSentences(fset *token.FileSet, file *ast.File) (found []sentence, problems []string) {
	name := importName(file, "github.com/spcheck/spcheck/internal/msg")
	if name == "" && file.Name.Name != "msg" {
		return nil, nil
	}
	called := map[ast.Expr]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && isNew(call.Fun, name) {
			called[call.Fun] = true
			english, ok := literal(call.Args)
			if !ok {
				problems = append(problems, fmt.Sprintf("%s: the first argument of msg.New is no string literal", fset.Position(call.Pos())))
				return true
			}
			found = append(found, sentence{english: english, plain: len(call.Args) == 1, where: fset.Position(call.Pos()).String()})
		}
		if call, ok := n.(*ast.CallExpr); ok && isBoth(call.Fun, name) {
			if english, ok := literal(call.Args); ok {
				found = append(found, sentence{english: english, plain: true, own: []string{"de"}, where: fset.Position(call.Pos()).String()})
			}
		}
		if e, ok := n.(*ast.SelectorExpr); ok && isNew(e, name) && !called[e] {
			problems = append(problems, fmt.Sprintf("%s: msg.New is used as a value, so that its sentences cannot be found", fset.Position(n.Pos())))
		}
		return true
	})
	return found, problems
}

func importName(file *ast.File, path string) string {
	for _, i := range file.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); p == path {
			if i.Name != nil {
				return i.Name.Name
			}
			return "msg"
		}
	}
	return ""
}

// isNew reports whether an expression is msg.New, or New inside package msg.
func isNew(e ast.Expr, pkg string) bool {
	if i, ok := e.(*ast.Ident); ok {
		return pkg == "" && i.Name == "New"
	}
	return isOf(e, pkg, "New")
}

func isBoth(e ast.Expr, pkg string) bool { return isOf(e, pkg, "Both") }

// isOf reports whether an expression is a function of a package.
func isOf(e ast.Expr, pkg, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// literal returns the text of the first argument: a literal, or several joined by +.
func literal(args []ast.Expr) (string, bool) {
	if len(args) == 0 {
		return "", false
	}
	switch e := args[0].(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return literal([]ast.Expr{e.X})
	case *ast.BinaryExpr:
		l, okL := literal([]ast.Expr{e.X})
		r, okR := literal([]ast.Expr{e.Y})
		return l + r, okL && okR && e.Op == token.ADD
	}
	return "", false
}

func TestSentencesAreFoundInSource(t *testing.T) {
	src := `package x
import m "github.com/spcheck/spcheck/internal/msg"
var a = m.New("one")
var b = m.New("two " + ("%s"), 1)
var c = m.New(a)
var d = m.New
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	found, problems := fileSentences(fset, file)
	if len(found) != 2 || found[0].english != "one" || !found[0].plain || found[1].english != "two %s" || found[1].plain {
		t.Errorf("found %v", found)
	}
	if len(problems) != 2 {
		t.Errorf("problems %v", problems)
	}
}
