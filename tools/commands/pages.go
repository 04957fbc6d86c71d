package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// prepare sets a command up for cobra's generators, which take texts as Markdown.
// What is set off by two blanks is set as it stands.
func prepare(cmd *cobra.Command) {
	cmd.DisableAutoGenTag = true
	cmd.Long = asMarkdown(cmd.Long)
	for _, sub := range cmd.Commands() {
		prepare(sub)
	}
}

// asMarkdown turns lines that start with blanks into blocks of code.
func asMarkdown(text string) string {
	var out []string
	inBlock := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		indented := strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
		if indented && !inBlock || !indented && inBlock && line != "" {
			out = append(out, "")
		}
		if line != "" {
			inBlock = indented
		}
		if indented {
			line = "  " + strings.ReplaceAll(line, "\t", "  ")
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func writeMarkdown(root *cobra.Command, dir string) error {
	if err := doc.GenMarkdownTree(root, dir); err != nil {
		return err
	}
	return tidyPages(dir)
}

// tidyPages gives the pages a title of the first level, no blank at a line's end
// and one empty line between paragraphs.
func tidyPages(dir string) error {
	return eachPage(dir, "*.md", tidied)
}

// eachPage rewrites the pages of a folder.
func eachPage(dir, pattern string, rewrite func(string) string) error {
	pages, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return err
	}
	for _, path := range pages {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(rewrite(string(text))), 0o644); err != nil { //nolint:gosec // documentation is for everybody
			return err
		}
	}
	return nil
}

func tidied(page string) string {
	var out []string
	for line := range strings.Lines(page) {
		line = strings.ReplaceAll(strings.TrimRight(line, " \t\r\n"), "\t - ", " – ")
		if rest, ok := strings.CutPrefix(line, "##"); ok {
			line = "#" + rest
		}
		if line == "" && len(out) > 0 && out[len(out)-1] == "" {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

// writeManual dates its pages by SOURCE_DATE_EPOCH, as reproducible-builds.org
// asks; without it by the day on which 1970 began, so that two builds compare
// equal.
func writeManual(root *cobra.Command, dir string) error {
	seconds, _ := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	day := time.Unix(seconds, 0).UTC()
	header := &doc.GenManHeader{Section: "1", Source: "spcheck", Manual: "spcheck manual", Date: &day}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return err
	}
	return eachPage(dir, "*.1", func(page string) string { return tidiedManual(page, day) })
}

// What cobra writes of an option: its names, its default, and its usage in a line
// of its own, behind a tab that means nothing in a manual page.
var (
	manualOption = regexp.MustCompile(`(?m)^(?:\.PP\n)?(\\fB-.*?)(="?.*?"?|\[=.*?\])?\n\t(.*)$`)
	manualValue  = regexp.MustCompile(`\\fB(\S+)\\fR`)
	manualDate   = regexp.MustCompile(`(?m)^(\.TH "\S+" "1" )"[^"]*"`)
)

// tidiedManual sets options as man(7) does: the names with the kind of value,
// and the usage indented below.
func tidiedManual(page string, day time.Time) string {
	page = manualDate.ReplaceAllString(page, `$1"`+day.Format(time.DateOnly)+`"`)
	return manualOption.ReplaceAllStringFunc(page, func(option string) string {
		m := manualOption.FindStringSubmatch(option)
		names, usage := m[1], m[3]
		if value := manualValue.FindStringSubmatch(usage); value != nil {
			names += `=\fI` + value[1] + `\fP`
			usage = manualValue.ReplaceAllString(usage, `\fI$1\fP`)
		}
		return ".TP\n" + names + "\n" + usage
	})
}
