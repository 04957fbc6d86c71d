package exporter

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestMetricsAreDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "exporter.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range descs() {
		name := regexp.MustCompile(`fqName: "([^"]+)"`).FindStringSubmatch(d.String())[1]
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/exporter.md does not describe %s", name)
		}
	}
}
