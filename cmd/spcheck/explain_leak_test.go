package main

import (
	"strings"
	"testing"
)

// A secret that is next to an error in a pasted text comes out in no format,
// and on no other way.
func TestExplainShowsNoSecretInAnyFormat(t *testing.T) {
	t.Parallel()
	secrets := []string{"Zx9" + "8Q~" + strings.Repeat("vqXw7", 6) + "zq.a", "Zebra$Quartz2024!", "zqxvkjwzqxvkjw"}
	forms := []string{
		"client_secret=%s", "az login -p %s", "curl -u app:%s https://login.microsoftonline.com", "<add key=\"ClientSecret\" value=\"%s\"/>", "['secret' => '%s']",
		"Kennwort:\n%s", "https://app:%s@login.microsoftonline.com/", "Cookie: ESTSAUTH=%s", "Application with identifier '%s' was not found in the directory '%s'",
		"-----BEGIN PRIVATE KEY-----\n%s", "AccountKey=%s;", "No such host is known. (%s:443)", "%s",
	}
	formats := 0
	for _, format := range []string{"text", "json", "csv", "markdown", "html", "junit", "sarif", "github", "plugin", "ndjson", "prometheus", "ics"} {
		if runExplain(t, true, "", "7000222", "-o", format).code == 64 {
			continue
		}
		formats++
		for _, secret := range secrets {
			for _, form := range forms {
				text := "AADSTS7000215: " + strings.ReplaceAll(form, "%s", secret) + "\nInsufficient privileges to complete the operation. " + strings.ReplaceAll(form, "%s", secret)
				got := runExplain(t, false, text, "-o", format)
				if all := got.stdout + got.stderr; strings.Contains(all, secret[:8]) || strings.Contains(all, secret[len(secret)-8:]) {
					t.Errorf("%s: the secret of %q is shown:\n%s", format, form, all)
				}
			}
		}
	}
	if formats < 3 {
		t.Errorf("explain writes only %d formats", formats)
	}
}
