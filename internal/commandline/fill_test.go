package commandline

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

func TestFill(t *testing.T) {
	const template = `Set-It -Id %s -Flag:$true @{ name = %q }`
	for _, c := range []struct {
		values []string
		want   string
	}{
		{[]string{"a1", "b2"}, `Set-It -Id a1 -Flag:$true @{ name = 'b2' }`},
		{[]string{"-Force", "it’s $(x)"}, `Set-It -Id '-Force' -Flag:$true @{ name = 'it’’s $(x)' }`},
		{[]string{"%s", "%q"}, `Set-It -Id '%s' -Flag:$true @{ name = '%q' }`},
		{[]string{"a\nb", "c"}, ""}, {[]string{"a", `"`}, ""}, {[]string{"a", "b", "c"}, ""},
	} {
		got := ""
		for _, line := range Fill(PowerShell, template, c.values...) {
			got = line.Text
		}
		if got != c.want {
			t.Errorf("%q: %s, not %s", c.values, got, c.want)
		}
	}
}

// Whatever is in a template reaches PowerShell as it was meant.
func TestPowerShellReadsWhatWasFilledIn(t *testing.T) {
	pwsh, err := exec.LookPath("pwsh")
	if err != nil {
		t.Skip("pwsh is not installed")
	}
	for _, word := range writable(t, PowerShell) {
		for _, line := range Fill(PowerShell, `Write-Output (@{ name = %q }).name`, word) {
			out, err := exec.Command(pwsh, "-NoProfile", "-Command", line.Text).Output()
			if got := strings.TrimRight(string(out), "\r\n"); err != nil || got != word {
				t.Errorf("%s: %q, %v", line.Text, got, err)
			}
		}
	}
}

// A document reaches a program whole, or there is no line.
func TestDocument(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("sh is not installed")
	}
	for _, word := range hostile {
		data, err := json.Marshal(map[string]string{"subject": word})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range Document(string(data), "printf", "%s") {
			switch line.Shell {
			case sh:
				out, err := exec.Command("sh", "-c", line.Text).Output()
				if err != nil || string(out) != string(data) {
					t.Errorf("%s: %s, %v", line.Text, out, err)
				}
			case cmd:
				if strings.ContainsAny(line.Text, `%!^&|<>`) {
					t.Errorf("cmd obeys: %s", line.Text)
				}
			}
		}
	}
}

func TestWordsInASentence(t *testing.T) {
	if got := (Words{"spcheck", "list-secrets", "--sp", "a\nb"}).String(); got != "spcheck list-secrets --sp VALUE" {
		t.Error(got)
	}
}
