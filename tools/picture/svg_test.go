package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRuns(t *testing.T) {
	got := runs("a\x1b[31mb\x1b[0m \x1b[1mc\x1b[22m\x1b[1;2;36md\x1b[39me")
	want := []run{{text: "a"}, {text: "b", colour: "#ff7b72"}, {text: " "}, {text: "c", bold: true},
		{text: "d", colour: "#76e3ea", bold: true, dim: true}, {text: "e", bold: true, dim: true}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(run{})); diff != "" {
		t.Error(diff)
	}
}

// Text is text: it cannot become markup, and columns stay under each other.
func TestDraw(t *testing.T) {
	svg := draw("spcheck <x>", []string{"  日本 <script>&", "  \x1b[2mab\x1b[22m  c"})
	wellFormed(t, strings.NewReader(svg))
	for _, want := range []string{"spcheck &lt;x&gt;", "日本 &lt;script&gt;&amp;", `x="40.86"`, `x="74.58" y="98">c<`, "<desc"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is missing in\n%s", want, svg)
		}
	}
	if got := cut("a\nb\nc\n", 2); len(got) != 3 || !strings.Contains(got[2], "…") {
		t.Errorf("cut to %q", got)
	}
}

// The picture of the README is there, and needs nothing from elsewhere.
func TestCommittedPicture(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "docs", "demo.svg"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, strings.NewReader(string(text)))
	for _, foreign := range []string{"href", "<script", "<image", "@import", "\x1b", "/home/", "/tmp/", `C:\`} {
		if strings.Contains(string(text), foreign) {
			t.Errorf("the picture has %q", foreign)
		}
	}
	if !strings.Contains(string(text), "MailStoreSP expired") {
		t.Error("the picture does not show the story")
	}
}

func wellFormed(t *testing.T, r io.Reader) {
	t.Helper()
	for d := xml.NewDecoder(r); ; {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
