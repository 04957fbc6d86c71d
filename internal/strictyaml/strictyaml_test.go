package strictyaml_test

import (
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/strictyaml"
)

type file struct {
	Name  string   `yaml:"name"`
	Items []string `yaml:"items"`
}

func TestUnmarshal(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		fine bool
	}{
		"fine":          {"name: x\nitems: [a, b]", true},
		"unknown field": {"name: x\ncolour: red", false},
		"wrong type":    {"items: {a: b}", false},
		"broken":        {"name: [", false},
		"marked UTF-8":  {"\ufeffname: x\r\nitems: [a, b]\r\n", true},
		"UTF-16":        {"\xff\xfen\x00a\x00m\x00e\x00:\x00 \x00x\x00\r\x00\n\x00", true},
		"UTF-16, other": {"\xfe\xff\x00n\x00a\x00m\x00e\x00:\x00 \x00x\x00\n", true},
		// The library dereferences nil on a tag before nothing.
		"tag without value": {"name: 0\nitems: !00\n00000000 \n     -0\n0:0: 0", false},
	} {
		var f file
		if err := strictyaml.Unmarshal([]byte(c.text), &f); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzUnmarshal looks for files that end the program.
func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte("name: x\nitems: !00\n0 \n -0\n0:0: 0"))
	f.Add([]byte("name: &a x\nitems: [*a, *a]"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		var out file
		_ = strictyaml.Unmarshal(data, &out) // it returns, that is all
	})
}

// A file in a code page of Windows is refused by name, not read as other letters.
func TestOtherEncodings(t *testing.T) {
	var into map[string]string
	err := strictyaml.Unmarshal([]byte("path: schl\xfcssel.txt\n"), &into)
	if err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("%v, %v", into, err)
	}
	if err := strictyaml.Unmarshal([]byte("\xff\xfep\x00:\x00 \x00\xfc\x00"), &into); err != nil || into["p"] != "ü" {
		t.Errorf("%v, %v", into, err)
	}
}
