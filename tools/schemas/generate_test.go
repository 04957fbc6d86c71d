package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/spcheck/spcheck/internal/result"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/docs/schemas"
)

func TestPublishedSchemasAreFresh(t *testing.T) {
	for _, r := range result.Reports() {
		want, err := generate(r, filepath.Join("..", "..", "internal", "result"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := schemas.Files.ReadFile(fileName(r))
		if err != nil {
			t.Fatal(err)
		}
		got = bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")) // a checkout on Windows
		if d := cmp.Diff(string(got), string(want)); d != "" {
			t.Errorf("docs/schemas/%s is stale; run go generate ./docs/schemas (-published +generated):\n%s", fileName(r), d)
		}
	}
}
