package main

import (
	"strings"
	"testing"
)

// A suggested command has the whole name, and the flags that were typed.
func TestTypedFlagsStayInWhatIsSuggested(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"remove-secret --sp Mail Store SP --expired --yes":                     "spcheck remove-secret --sp 'Mail Store SP' --expired --yes",
		"remove-secret --yes --sp=Mail Store SP":                               "spcheck remove-secret --sp 'Mail Store SP' --yes",
		"diagnose --sp Mail Store -o json":                                     "spcheck diagnose --sp 'Mail Store' -o json",
		"renew-secret MailStoreSP --to file:x --dry-run":                       "spcheck renew-secret --sp MailStoreSP --to file:x --dry-run",
		"renew-secret --until 2027-01-31 MailStoreSP --days=5 --to file:a;b":   "spcheck renew-secret --sp MailStoreSP --until 2027-01-31 --days=5 --to 'file:a;b'",
		"plan retyped.go -o json":                                              "spcheck plan --file retyped.go -o json",
		"renew-secret MailStoreSP --client-secret-file=Zq7~kLm3_xW9pRt2vB8nYc": "spcheck renew-secret --sp MailStoreSP --client-secret-file=VALUE",
		"renew-secret MailStoreSP --then Zq7~kLm3_xW9pRt2vB8nYc --dry-run":     "spcheck renew-secret --sp MailStoreSP --then VALUE --dry-run",
	} {
		if got := spcheck(t, nil, nil, strings.Fields(line)...); got.code != 64 || !strings.Contains(got.stderr, "did you mean: "+want+"\n") {
			t.Errorf("%s: exit code %d\n%s", line, got.code, got.stderr)
		}
	}
}
