package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/docs/schemas"
	"github.com/spcheck/spcheck/internal/report"
)

func TestPublishedSchemasAreFresh(t *testing.T) {
	for _, kind := range report.Kinds() {
		want, err := generate(kind, filepath.Join("..", "..", "internal", "result"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := schemas.Files.ReadFile(fileName(kind))
		if err != nil {
			t.Fatal(err)
		}
		got = bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")) // a checkout on Windows
		if d := cmp.Diff(string(got), string(want)); d != "" {
			t.Errorf("docs/schemas/%s is stale; run go generate ./docs/schemas (-published +generated):\n%s", fileName(kind), d)
		}
	}
}
