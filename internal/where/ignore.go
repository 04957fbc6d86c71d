package where

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// maxIgnore bounds a .gitignore, in bytes.
const maxIgnore = 1 << 20

// ignores are the patterns of the .gitignore files that a walk has come by. Only
// folders are left out by them: a file that is ignored, such as .env, is where
// secrets are kept.
type ignores struct {
	patterns []gitignore.Pattern
	matcher  gitignore.Matcher
}

// read takes the patterns of a folder's .gitignore, where it has one.
func (g *ignores) read(root, folder string) {
	path := filepath.Join(folder, ".gitignore")
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return
	}
	file, err := os.Open(path)
	if err != nil {
		return // nothing is left out by it
	}
	defer file.Close()
	lines := bufio.NewScanner(io.LimitReader(file, maxIgnore))
	for lines.Scan() {
		line := lines.Text()
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			g.patterns = append(g.patterns, gitignore.ParsePattern(line, below(root, folder)))
		}
	}
	g.matcher = gitignore.NewMatcher(g.patterns)
}

// has reports whether a folder is left out. Git's own and that of npm always are:
// nobody configures a program there.
func (g *ignores) has(root, folder string) bool {
	switch filepath.Base(folder) {
	case ".git", "node_modules":
		return true
	}
	return g.matcher != nil && g.matcher.Match(below(root, folder), true)
}

// below are the names from a root down to a folder.
func below(root, folder string) []string {
	rel, err := filepath.Rel(root, folder)
	if err != nil || rel == "." {
		return nil
	}
	return strings.Split(rel, string(filepath.Separator))
}
