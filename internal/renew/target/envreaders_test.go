package target

import (
	"os/exec"
	"strings"
	"testing"
)

// asSystemd returns the value of a variable as systemd.exec(5) describes EnvironmentFile=.
// Blanks around the name and around an unquoted value are dropped. Quotes at the start of a
// value, or of a further piece of it, are removed. A backslash escapes the next character.
// Comments fill a whole line.
func asSystemd(file, name string) string {
	value := ""
	for rest := file; rest != ""; {
		trimmed := strings.TrimLeft(rest, " \t\r\n")
		if trimmed == "" {
			break
		}
		if trimmed[0] == '#' || trimmed[0] == ';' {
			_, rest, _ = strings.Cut(trimmed, "\n")
			continue
		}
		key, after, found := strings.Cut(trimmed, "=")
		if !found || strings.ContainsAny(key, "\r\n") {
			_, rest, _ = strings.Cut(trimmed, "\n")
			continue
		}
		var v string
		v, rest = systemdValue(after)
		if strings.TrimRight(key, " \t") == name {
			value = v
		}
	}
	return value
}

func systemdValue(s string) (value, rest string) {
	s = strings.TrimLeft(s, " \t")
	var b strings.Builder
	begins, blanks := true, 0 // of a piece; and blanks at its end, which are dropped
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\n' || c == '\r':
			return b.String()[:b.Len()-blanks], s[i:]
		case begins && (c == '"' || c == '\''):
			for i++; i < len(s) && s[i] != c; i++ {
				if s[i] == '\\' && c == '"' && i+1 < len(s) && strings.IndexByte("\"\\`$", s[i+1]) >= 0 {
					i++
				}
				b.WriteByte(s[i])
			}
			blanks = 0
		case begins && (c == ' ' || c == '\t'):
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
			begins, blanks = false, 0
		default:
			b.WriteByte(c)
			begins = false
			if blanks++; c != ' ' && c != '\t' {
				blanks = 0
			}
		}
	}
	return b.String()[:b.Len()-blanks], ""
}

// asDocker returns the value of a variable in a file for docker run --env-file: everything
// after the first equals sign (docker's documentation of the option).
func asDocker(file, name string) string {
	value := ""
	for line := range strings.SplitSeq(strings.TrimPrefix(file, "\ufeff"), "\n") {
		line = strings.TrimLeft(strings.TrimSuffix(line, "\r"), " \t")
		if key, v, found := strings.Cut(line, "="); found && key == name && !strings.HasPrefix(line, "#") {
			value = v
		}
	}
	return value
}

func asShell(t *testing.T, file, name string) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		return ""
	}
	out, err := exec.Command(sh, "-c", strings.TrimPrefix(file, "\ufeff")+"\nprintf %s \"$"+name+"\"").Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// A program that reads the old value from a file reads the new one after the change, and
// every other variable as before.
func TestReadersOfEnvFiles(t *testing.T) {
	const old, value = "old8Q~secret-0", "Ab18Q~xY.z_-0"
	readers := map[string]func(string, string) string{"systemd": asSystemd, "docker": asDocker,
		"sh": func(file, name string) string { return asShell(t, file, name) }}
	for _, line := range []string{
		"X=OLD", "export X=OLD", " X=OLD", "X = OLD", "X=\"OLD\"", "X='OLD'", "X=OLD # by hand", "X=\"OLD\" # by hand", "X=OLD;", "X=OLD; export X",
		"X=\"OLD\"-tail", "X=OLD\\", "export X=OLD B=2", "X=OLD B=2", "B=2 X=OLD", "Environment=X=OLD", "X: OLD", "set X=OLD", "$env:X = \"OLD\"",
		"X=OLD\r", "X=OLD\t ", "X=\"OLD", "X=a\nX=OLD", "B='1\nX=OLD\n'", "B=it's\nX=OLD", "X=OLD&", "X=`echo OLD`", "X=(OLD)", "X=OLD>f", "X=O'L'D",
	} {
		for _, around := range [][2]string{{"", ""}, {"A=1\n", "\nZ='9'\n"}, {"# c\nA=\"1\"\n\n", "\n"}} {
			before := around[0] + strings.ReplaceAll(line, "OLD", old) + around[1]
			lines := parseEnv([]byte(before))
			if lines.set("X", value) != nil {
				continue
			}
			after := string(lines.bytes())
			for name, read := range readers {
				if read(before, "X") == old && read(after, "X") != value {
					t.Errorf("%s reads %q from %q", name, read(after, "X"), after)
				}
				for _, other := range []string{"A", "B", "Z"} {
					if was, is := read(before, other), read(after, other); was != is && !strings.Contains(was, old) {
						t.Errorf("%s: %s was %q and is %q in %q", name, other, was, is, after)
					}
				}
			}
		}
	}
}
