package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// A module is a dependency, with where its source lies.
type module struct {
	Path, Version, Dir string
	Main               bool
}

// systems are those that releases are built for; each has dependencies of its own.
func systems() []string { return []string{"linux", "darwin", "windows"} }

// permitted are the licences that ask for a notice and no more, by SPDX. MPL-2.0
// is none of them.
func permitted() []string {
	return []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense", "CC0-1.0", "MIT-0"}
}

// modules lists what the binary is made of, on any system. Tests' own
// dependencies are not part of it.
func modules(ctx context.Context) ([]module, error) {
	program, err := programDir(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]module{}
	for _, system := range systems() {
		cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Module", "github.com/spcheck/spcheck/cmd/spcheck")
		cmd.Dir = program // whose versions are those of its own go.mod
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", system, err)
		}
		if err := collect(out, seen); err != nil {
			return nil, err
		}
	}
	var all []module
	for _, m := range seen {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// programDir is the folder of the program's module, beside which this one lies.
func programDir(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/spcheck/spcheck").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func collect(out []byte, seen map[string]module) error {
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *module }
		err := d.Decode(&p)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case p.Module != nil && !p.Module.Main:
			seen[p.Module.Path] = *p.Module
		}
	}
}

// licencesOf names the licences in a module's folder, by SPDX, sorted.
func licencesOf(dir string) ([]string, error) {
	texts, err := textsIn(dir, "LICENSE", "LICENCE", "COPYING", "UNLICENSE")
	var ids []string
	for _, text := range texts {
		for _, m := range licensecheck.Scan(text).Match {
			if !m.IsURL {
				ids = append(ids, m.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// textsIn reads the files of a folder whose names start so, in any case.
func textsIn(dir string, starts ...string) ([][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts [][]byte
	for _, e := range entries {
		starting := func(start string) bool { return strings.HasPrefix(strings.ToUpper(e.Name()), start) }
		if e.IsDir() || !slices.ContainsFunc(starts, starting) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// notices are the texts that the licences ask to be handed on with a binary.
func notices(all []module) (string, error) {
	var b strings.Builder
	b.WriteString("spcheck contains the following modules.\n")
	for _, m := range all {
		texts, err := textsIn(m.Dir, "LICENSE", "LICENCE", "COPYING", "UNLICENSE", "NOTICE")
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\n%s\n%s %s\n\n", strings.Repeat("-", 72), m.Path, m.Version)
		for _, text := range texts {
			fmt.Fprintf(&b, "%s\n", bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
		}
	}
	return b.String(), nil
}

// page is the list; an unknown or unwelcome licence is an error.
func page(all []module) (string, error) {
	var b strings.Builder
	b.WriteString("# Licences\n\nspcheck is under the [MIT licence](../LICENSE). These modules are part of its\nbinaries, on one system or another. Made by `make licences`; packages carry the\ntexts in `NOTICES`.\n\n| module | licence |\n| --- | --- |\n")
	b.WriteString("| Go's standard library | BSD-3-Clause |\n")
	var refused []error
	for _, m := range all {
		ids, err := licencesOf(m.Dir)
		if err != nil {
			return "", err
		}
		if why := objection(ids); why != "" {
			refused = append(refused, fmt.Errorf("%s %s: %s", m.Path, m.Version, why))
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", m.Path, strings.Join(ids, ", "))
	}
	return b.String(), errors.Join(refused...)
}

// objection says why a module may not be part of spcheck, empty where it may.
func objection(ids []string) string {
	if len(ids) == 0 {
		return "no licence was recognised"
	}
	for _, id := range ids {
		if !slices.Contains(permitted(), id) {
			return "the licence " + id + " asks for more than a notice"
		}
	}
	return ""
}
