package target

import (
	"os/exec"
	"strings"
	"testing"
)

func TestEnvFileKeepsEverythingElse(t *testing.T) {
	const value = "Ab18Q~xY.z_-0"
	for name, tc := range map[string]struct{ before, after string }{
		"empty":                    {"", "NAME=" + value + "\n"},
		"added at the end":         {"# comment\nOTHER=1\n", "# comment\nOTHER=1\nNAME=" + value + "\n"},
		"no final line break":      {"OTHER=1", "OTHER=1\nNAME=" + value + "\n"},
		"line ends of Windows":     {"A=1\r\nNAME=old\r\nB=2\r\n", "A=1\r\nNAME=" + value + "\r\nB=2\r\n"},
		"added in Windows' way":    {"A=1\r\n", "A=1\r\nNAME=" + value + "\r\n"},
		"in its place":             {"A=1\nNAME=old\nB=2\n", "A=1\nNAME=" + value + "\nB=2\n"},
		"without final line break": {"NAME=old", "NAME=" + value},
		"export and blanks":        {"\texport  NAME=old\t\n", "\texport  NAME=" + value + "\t\n"},
		"blanks around":            {"NAME = old\n", "NAME = " + value + "\n"},
		"exported elsewhere":       {"NAME=old\nexport NAME OTHER\n", "NAME=" + value + "\nexport NAME OTHER\n"},
		"used by another":          {"NAME=old\nURL=\"https://u:${NAME}@host\"\nX=$NAME; run\n", "NAME=" + value + "\nURL=\"https://u:${NAME}@host\"\nX=$NAME; run\n"},
		"double quotes":            {`NAME="o\"ld" # why` + "\n", `NAME="` + value + `" # why` + "\n"},
		"single quotes":            {"NAME='old'\n", "NAME='" + value + "'\n"},
		"a comment behind":         {"NAME=old # rotated by hand\n", "NAME=" + value + " # rotated by hand\n"},
		"a number sign inside":     {"NAME=o#ld\n", "NAME=" + value + "\n"},
		"every one of two":         {"NAME=one\nNAME=two\n", "NAME=" + value + "\nNAME=" + value + "\n"},
		"a comment is no setting":  {"#NAME=old\n", "#NAME=old\nNAME=" + value + "\n"},
		"another's prefix":         {"XNAME=1\nNAMEX=2\n", "XNAME=1\nNAMEX=2\nNAME=" + value + "\n"},
		"an apostrophe":            {"TEXT=it's\nNAME=old\n", "TEXT=it's\nNAME=" + value + "\n"},
		"a mark of UTF-8":          {"\ufeffNAME=old\n", "\ufeffNAME=" + value + "\n"},
		"an empty value":           {"NAME=\n", "NAME=" + value + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			lines := parseEnv([]byte(tc.before))
			if err := lines.set("NAME", value); err != nil {
				t.Fatal(err)
			}
			if got := string(lines.bytes()); got != tc.after {
				t.Errorf("got  %q\nwant %q", got, tc.after)
			}
			if got, _, err := parseEnv(lines.bytes()).value("NAME"); got != value || err != nil {
				t.Errorf("it reads back as %q, %v", got, err)
			}
		})
	}
}

// A line is left as it is, and named, if a change could alter its meaning or keep the old
// value.
func TestEnvFileRefuses(t *testing.T) {
	for name, before := range map[string]string{
		"two commands on a line":    "NAME=old; export NAME\n",
		"a tail behind a quote":     "NAME=\"a\"-tail\n",
		"two on a line, exported":   "export NAME=old OTHER=2\n",
		"two on a line":             "NAME=old OTHER=2\n",
		"behind another":            "export OTHER=2 NAME=old\n",
		"a unit of systemd":         "[Service]\nEnvironment=NAME=old\n",
		"a quoted unit of systemd":  "[Service]\nEnvironment=\"NAME=old\" \"B=2\"\n",
		"YAML":                      "env:\n  NAME: old\n",
		"a list of YAML":            "- NAME=old\n",
		"a batch file":              "set NAME=old\r\n",
		"PowerShell":                "$env:NAME = \"old\"\r\n",
		"a value of two lines":      "NAME=\"a\nb\"\n",
		"a line that goes on":       "NAME=old\\\nmore\n",
		"behind one that goes on":   "OTHER=a\\\nNAME=old\n",
		"within another's text":     "OTHER=\"a\nNAME=in text\n\"\n",
		"behind an open quote":      "OTHER=\"a\nNAME=old\n",
		"a command's output":        "NAME=$(cat /run/secret)\n",
		"a quoted command":          "NAME=\"$(cat /run/secret)\"\n",
		"another's value":           "NAME=${OTHER}\n",
		"set twice, once strangely": "NAME=old\nreadonly NAME=other\n",
		"unset":                     "unset NAME\n",
		"nothing but a unit":        "[Service]\nExecStart=/bin/true\n",
		"a script":                  "if true; then\nOTHER=1\nfi\n",
	} {
		t.Run(name, func(t *testing.T) {
			lines := parseEnv([]byte(before))
			err := lines.set("NAME", "Ab18Q~xY")
			if err == nil || !strings.Contains(err.Error(), "line ") {
				t.Errorf("it became %q, %v", lines.bytes(), err)
			}
			if string(lines.bytes()) != before {
				t.Errorf("refused, and changed to %q", lines.bytes())
			}
		})
	}
	if err := parseEnv(nil).set("NAME", "a\nOTHER=b"); err == nil {
		t.Error("a value with a line break was written")
	}
}

// The secrets that Entra generates today, and older ones with characters of the shell,
// arrive in sh unchanged.
func TestShellReadsTheValueBack(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh here")
	}
	for _, before := range []string{"", "X=\"old\"\n", "X='old'\n", "export X=old\n"} {
		for _, value := range []string{"Ab18Q~xY.z_-0", "~lead8Q~x", "-lead", "a$HOME`id`\"b'c\\d e#f&;|<>*?", "it's"} {
			lines := parseEnv([]byte(before))
			if err := lines.set("X", value); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(sh, "-c", string(lines.bytes())+"\nprintf %s \"$X\"").Output()
			if err != nil || string(out) != value {
				t.Errorf("%q: sh reads %q, %v", lines.bytes(), out, err)
			}
			if got, _, _ := parseEnv(lines.bytes()).value("X"); got != value {
				t.Errorf("%q reads back as %q", lines.bytes(), got)
			}
		}
	}
}

func FuzzEnvFile(f *testing.F) {
	f.Add([]byte("A=\"x\nB='\nNAME=1 #\r\n"), "v")
	f.Fuzz(func(t *testing.T, data []byte, value string) {
		lines := parseEnv(data)
		if string(lines.bytes()) != string(data) {
			t.Fatal("a file that was not changed is not the same")
		}
		if lines.set("NAME", value) != nil {
			return
		}
		if got, _, err := parseEnv(lines.bytes()).value("NAME"); err != nil || got != value {
			t.Errorf("wrote %q, read %q, %v", value, got, err)
		}
	})
}
