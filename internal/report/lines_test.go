package report

import (
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

// columnsOf must agree with the library, for the symbols that it knows and for other
// characters.
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
