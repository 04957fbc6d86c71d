package report

import (
	"testing"

	"github.com/spcheck/spcheck/internal/neutral"
)

func TestNoFormatLetsAnythingDangerousThrough(t *testing.T) {
	for r := rune(0); r <= 0x10ffff; r += 1 + r/0x4000 {
		s := string(r)
		for _, out := range []string{csvPlain(s), markdownPlain(s), markdownCode(s), workflowData(s), workflowProperty(s), xmlLine(s), sarifPlain(s), pluginPlain(s), calendarText(s)} {
			for _, o := range out {
				if neutral.Dangerous(o) && o != '\n' && o != '\t' {
					t.Fatalf("U+%04X came through as %q", r, out)
				}
			}
		}
	}
}

func TestCSVCell(t *testing.T) {
	for in, want := range map[string]string{
		`=HYPERLINK("http://x")`: `'=HYPERLINK("http://x")`,
		"+1":                     "'+1",
		"-1":                     "'-1",
		"@SUM(A1)":               "'@SUM(A1)",
		" =1":                    "' =1",
		"\t=1":                   "'\t=1",
		"＝1":                     "'＝1",
		"":                       "",
		"MailStoreSP":            "MailStoreSP",
		"a=b":                    "a=b",
		" a":                     " a",
	} {
		if got := csvPlain(in); got != want {
			t.Errorf("CSVCell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"a|b":                         `a\|b`,
		"<img src=x>":                 `&lt;img src=x\>`,
		"[x](http://evil)":            `\[x\](http&#58;//evil)`,
		"@team #1":                    `&#64;team \#1`,
		"# a\n# b":                    `\# a\\n\# b`,
		"`code` *b* _i_":              "\\`code\\` \\*b\\* \\_i\\_",
		"ends 2026-01-02 (in 3 days)": "ends 2026-01-02 (in 3 days)",
		"- no list":                   `\- no list`,
		"12. no list":                 `12\. no list`,
		"=== no heading":              `\=== no heading`,
		"    no code":                 "no code",
		"$x^2$":                       "&#36;x^2&#36;",
	} {
		if got := markdownPlain(in); got != want {
			t.Errorf("Markdown(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWorkflowCommand(t *testing.T) {
	if got, want := workflowData("50%\n::add-mask::x"), "50%25%0A::add-mask::x"; got != want {
		t.Errorf("WorkflowData = %q, want %q", got, want)
	}
	if got, want := workflowProperty("a,b::c\n"), `a%2Cb%3A%3Ac\n`; got != want {
		t.Errorf("WorkflowProperty = %q, want %q", got, want)
	}
}

func TestMarkdownCode(t *testing.T) {
	for in, want := range map[string]string{
		"":       "",
		"abc":    "`abc`",
		"a`b``c": "``` a`b``c ```",
		"a|b":    "`a¦b`",
		"a\n`b":  "`` a\\n`b ``",
	} {
		if got := markdownCode(in); got != want {
			t.Errorf("MarkdownCode(%q) = %q, want %q", in, got, want)
		}
	}
	if got, want := markdownFence("a\n```\nb\n", "sh", "  "), "  ````sh\n  a\n  ```\n  b\n  ````\n"; got != want {
		t.Errorf("MarkdownFence = %q, want %q", got, want)
	}
}

func TestXMLHoldsWhatXMLCanHold(t *testing.T) {
	if got, want := xmlLine("a\x00b\uffff\ufffec\n"), "a\\x00b\ufffd\ufffdc\\n"; got != want {
		t.Errorf("XML = %q, want %q", got, want)
	}
	if got, want := xmlBlock("a\nb\uffff"), "a\nb\ufffd"; got != want {
		t.Errorf("XMLBlock = %q, want %q", got, want)
	}
}

func TestSARIF(t *testing.T) {
	if got, want := sarifPlain(`a [x](http://e) {0} \`), `a \[x\](http://e) {{0}} \\`; got != want {
		t.Errorf("SARIF = %q, want %q", got, want)
	}
}

func TestPluginPlain(t *testing.T) {
	if got, want := pluginPlain("a|b=1\nOK <script>"), `a/b=1\nOK (script)`; got != want {
		t.Errorf("Plugin = %q, want %q", got, want)
	}
}
