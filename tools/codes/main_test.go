package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
)

// The reference page is what the catalogue makes of it.
func TestReferencePageIsFresh(t *testing.T) {
	want, err := reference(aadsts.Load())
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/aadsts.md")
	if err != nil || strings.ReplaceAll(string(page), "\r\n", "\n") != want {
		t.Errorf("docs/aadsts.md is out of date; run: make generate (%v)", err)
	}
}
