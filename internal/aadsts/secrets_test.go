package aadsts_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// secretValues are made-up secrets of every generation and kind, from letters that no message
// contains.
func secretValues() map[string]string {
	legacy := "qZ7" + strings.Repeat("xVw9", 7) + "-_."
	jwt := "eyJ" + base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"zq"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"aud":"zqzq","oid":"zqxv"}`)) + ".c2lnbmF0dXJlenF6cXpx"
	return map[string]string{
		"current": "Zx9" + "8Q~" + strings.Repeat("vqXw7", 6) + "zq.a", "previous": "Zx9" + "7Q~" + strings.Repeat("vqXw7", 6) + "z",
		"legacy": legacy, "base64": base64.StdEncoding.EncodeToString([]byte(strings.Repeat("zqxv7", 6) + "zq")), "own": "Zebra$Quartz2024!", "words": "zebra quartz mittens hydra",
		"jwt": jwt, "refresh": "0.AXoA" + strings.Repeat("zQxV9w", 20), "hex": strings.Repeat("9f3ac1d7", 6), "lower": "zqxvkjwzqxvkjw", "cut": "Zx98Q~vqXw7vqXw7…",
	}
}

// secretForms are the forms in which logs contain a secret.
func secretForms() []string {
	return []string{
		"client_secret=%s", "client_secret: %s", "\"client_secret\": \"%s\"", "'client_secret' => '%s'", ":client_secret => \"%s\"", "client_secret = \"%s\"", "clientSecret: '%s',",
		"\"clientSecret\":\"%s\"", "ClientSecret=%s;", "client-secret %s", "client secret %s", "the client secret is %s", "CLIENT_SECRET=%s", "export AZURE_CLIENT_SECRET=%s", "ARM_CLIENT_SECRET=\"%s\"",
		"$env:AZURE_CLIENT_SECRET = '%s'", "set AZURE_CLIENT_SECRET=%s", "az login --service-principal -u app -p %s --tenant t", "az login --service-principal -u app --password %s", "--password=%s",
		"az login --client-secret %s", "curl -u app:%s https://login.microsoftonline.com", "curl -d 'client_secret=%s&grant_type=client_credentials'", "curl -H 'Authorization: Basic %s'", "--data-urlencode client_secret=%s",
		"Connect-AzAccount -Credential (New-Object PSCredential('app', (ConvertTo-SecureString '%s' -AsPlainText -Force)))", "ConvertTo-SecureString \"%s\" -AsPlainText", "-ClientSecret %s", "-AppSecret '%s'", "/p:ClientSecret=%s",
		"<add key=\"ClientSecret\" value=\"%s\" />", "<clientSecret>%s</clientSecret>", "ClientSecret=\"%s\" TenantId=\"x\"", "[\"client_secret\"]=> string(40) \"%s\"", "array('secret' => '%s')", "{:secret=>\"%s\"}",
		"password:\n%s", "client secret\n  %s\n", "Value\n-----\n%s", "secret ↵ %s", "https://app:%s@login.microsoftonline.com/token", "https://login.microsoftonline.com/token?client_secret=%s", "https://user:%s@proxy.fabrikam.example:8080",
		"Cookie: ESTSAUTH=%s; path=/", "Set-Cookie: session=%s", "refresh_token=%s", "\"refresh_token\":\"%s\"", "access_token: %s", "Authorization: Bearer %s", "Bearer\n%s", "client_assertion=%s&", "assertion '%s'", "sig=%s&se=2026", "SharedAccessSignature %s",
		"AccountKey=%s;EndpointSuffix=core.windows.net", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=%s", "passphrase %s", "passphrase: %s", "Kennwort: %s", "Kennwort=%s", "Passwort ist %s", "Geheimer Clientschlüssel: %s", "Geheimnis %s", "mot de passe : %s",
		"contraseña: %s", "パスワード：%s", "密码：%s", "pwd=%s", "Password=%s;User ID=x", "pass %s", "secret %s", "key: %s", "api_key=%s", "x-api-key: %s", "token %s", "credentials %s", "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----",
		"-----BEGIN PRIVATE KEY-----%s-----END PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\\n%s\\n", "BEGIN ENCRYPTED PRIVATE KEY %s", "(%s)", "[%s]", "sent %s", "value %s was refused", "%s", "got '%s'", "for app '%s'", "for a secret added to app '%s'",
		"Application with identifier '%s' was not found in the directory '%s'", "principal named %s was not found in the tenant named %s", "Specified tenant identifier '%s' is neither", "presented assertion subject '%s'", "Assertion Issuer: '%s'", "scope %s is not valid",
		"Tenant '%s' not found", "Thumbprint of key used by client: '%s'", "parameter: '%s'", "No such host is known. (%s:443)", "identity '%s'", "user %s does not exist in the %s directory",
	}
}

// places puts a form next to an error, or into it.
func places(form string) []string {
	return []string{
		form + " AADSTS7000215: Invalid client secret provided. Trace ID: 22222222-0000-4000-8000-00000000000a",
		"AADSTS7000215: Invalid client secret provided. " + form,
		"AADSTS7000215: " + form,
		"2026-01-01T00:00:00Z " + form + "\n2026-01-01T00:00:01Z AADSTS700016: " + form + "\n" + form,
		"{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The provided client secret keys are expired. " + form + "\"}",
		form + ": Insufficient privileges to complete the operation. " + form,
		"AADSTS500011: The resource " + form + "\nCorrelation ID: 22222222-0000-4000-8000-00000000000a",
		"AADSTS90099999: " + form + " and so on",
		"getaddrinfo ENOTFOUND login.microsoftonline.com " + form,
	}
}

// No part of a secret in a pasted text appears in the report, whatever its form and whatever
// error is next to it.
func TestNoFormOfSecretIsShown(t *testing.T) {
	failures := 0
	encoders := []func(string) string{func(s string) string { return s }, url.QueryEscape, quoted}
	if testing.Short() {
		encoders = encoders[:1]
	}
	for name, secret := range secretValues() {
		for _, form := range secretForms() {
			for _, encode := range encoders {
				for _, text := range places(strings.ReplaceAll(form, "%s", encode(secret))) {
					if part := leaked(t, text, secret); part != "" && failures < 40 {
						failures++
						t.Errorf("%s as %q: %q of it is shown for %q", name, form, part, text)
					}
				}
			}
		}
	}
}

func quoted(s string) string { return strings.Trim(fmt.Sprintf("%q", s), `"`) }

// leaked returns a part of the secret in the report, of six characters or more.
func leaked(t *testing.T, text, secret string) string {
	t.Helper()
	report, err := json.Marshal(explain(t, text))
	if err != nil {
		t.Fatal(err)
	}
	const part = 6
	shown := strings.ToLower(string(report))
	for i := 0; i+part <= len(secret); i++ {
		if piece := strings.ToLower(secret[i : i+part]); strings.Contains(shown, piece) {
			return piece
		}
	}
	return ""
}
