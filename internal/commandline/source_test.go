package commandline

import (
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
)

// startsCommand is how text begins that people are told to type.
var startsCommand = regexp.MustCompile(`(?:^|: |\()(?:spcheck (?:diagnose|explain|scan|exporter|plan|apply|render|sandbox|config|list-|renew-|remove-|federate)\S*|az|kubectl|gh|openssl|docker|chmod|chown|sudo|icacls|takeown|\$?\w* ?=? ?\(?[A-Z][a-z]+-Mg[A-Z]\w+) \S`)

// No command is put together from pieces of text: values come into one as words of
// this package, which quotes them.
func TestNoCommandIsConcatenated(t *testing.T) {
	found := 0
	eachSource(t, func(path string, file *ast.File, at func(ast.Node) string) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if text, constant := leftmost(n); n.Op == token.ADD && !constant && startsCommand.MatchString(text) {
					t.Errorf("%s: a command is concatenated: %q", at(n), text)
				}
			case *ast.CallExpr:
				if text, ok := formatted(n); ok && startsCommand.MatchString(text) && !strings.HasSuffix(text, ": %s") {
					t.Errorf("%s: a command is formatted: %q", at(n), text)
				}
			case *ast.CompositeLit:
				if s, ok := n.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Words" {
					found++
				}
				if strings.HasSuffix(typeName(n.Type), "Command") && len(n.Elts) > 0 && isPair(n) && !strings.HasSuffix(path, "internal/result/commands.go") {
					t.Errorf("%s: only result.Commands makes a command", at(n))
				}
			}
			return true
		})
	})
	if found < 5 {
		t.Errorf("only %d commands of words were found: is the source where it was?", found)
	}
}

// isPair reports whether a literal names the fields of result.Command.
func isPair(n *ast.CompositeLit) bool {
	return slices.ContainsFunc(n.Elts, func(e ast.Expr) bool {
		pair, ok := e.(*ast.KeyValueExpr)
		key, named := (*ast.Ident)(nil), false
		if ok {
			key, named = pair.Key.(*ast.Ident)
		}
		return named && key.Name == "Shell"
	})
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.ArrayType:
		return typeName(e.Elt)
	}
	return ""
}

// leftmost is the text that a concatenation begins with, and whether all of it are
// literals.
func leftmost(e ast.Expr) (text string, constant bool) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		left, a := leftmost(e.X)
		_, b := leftmost(e.Y)
		return left, a && b
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value)
		return s, true
	}
	return "", false
}

// formatted is the format of a call that has values to put into it.
func formatted(n *ast.CallExpr) (string, bool) {
	s, ok := n.Fun.(*ast.SelectorExpr)
	if !ok || len(n.Args) < 2 || !slices.Contains([]string{"Sprintf", "Fprintf", "Errorf", "New"}, s.Sel.Name) {
		return "", false
	}
	for _, arg := range n.Args[:2] {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value)
			return text, strings.Contains(text, "%")
		}
	}
	return "", false
}

// eachSource visits the program's own files, without tests and the sandbox.
func eachSource(t *testing.T, see func(path string, file *ast.File, at func(ast.Node) string)) {
	t.Helper()
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			slashed := filepath.ToSlash(path)
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.Contains(slashed, "/internal/sandbox/") || strings.Contains(slashed, "/internal/commandline/") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			see(slashed, file, func(n ast.Node) string { return set.Position(n.Pos()).String() })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
