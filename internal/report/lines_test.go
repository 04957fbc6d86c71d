package report

import (
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

// What the report takes for the width of its own marks is what a terminal shows, and
// any other character still has its own.
func TestColumnsOf(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "client secret", "Geheimer Clientschlüssel", narrowSigns, "a · b", "soft\u00adhyphen", "\x1b[31m✗\x1b[0m expired",
		"机密 ✗", "é as e\u0301", "✅ done", "👩‍💻", "zero\u200bwidth",
	} {
		if got, want := columnsOf(s), text.StringWidthWithoutEscSequences(s); got != want {
			t.Errorf("columnsOf(%q) is %d, not %d", s, got, want)
		}
	}
}
