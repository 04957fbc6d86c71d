package where

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"

	"github.com/spcheck/spcheck/internal/smallfile"
)

// maxIgnore limits the size of a .gitignore, in bytes.
const maxIgnore = 1 << 20

// ignores are the patterns of the .gitignore files that a walk has passed. They only
// exclude folders: ignored files such as .env are where secrets are kept.
type ignores struct {
	patterns []gitignore.Pattern
	matcher  gitignore.Matcher
}

// read adds the patterns of a folder's .gitignore, if there is one.
func (g *ignores) read(root, folder string) {
	path := filepath.Join(folder, ".gitignore")
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return
	}
	data, err := smallfile.Read(path, maxIgnore)
	if err != nil {
		return // it excludes nothing
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			g.patterns = append(g.patterns, gitignore.ParsePattern(line, below(root, folder)))
		}
	}
	g.matcher = gitignore.NewMatcher(g.patterns)
}

// has reports whether a folder is excluded. Those of Git and npm always are: nobody
// configures a program there.
func (g *ignores) has(root, folder string) bool {
	switch filepath.Base(folder) {
	case ".git", "node_modules":
		return true
	}
	return g.matcher != nil && g.matcher.Match(below(root, folder), true)
}

// below returns the names from a root down to a folder.
func below(root, folder string) []string {
	rel, err := filepath.Rel(root, folder)
	if err != nil || rel == "." {
		return nil
	}
	return strings.Split(rel, string(filepath.Separator))
}
