package aadsts_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
)

const failed = "AADSTS7000215: Invalid client secret provided."

// oddValues are values from people or old programs.
func oddValues() map[string]string {
	return map[string]string{
		"current":        "Zx9" + "8Q~" + strings.Repeat("vqXw7", 6) + "zq.a",
		"quotes":         `zq"xv'Kw\9|vq` + "`wz<kq>&jx",
		"letters of all": "Zq9ßöäÜžł漢字キ-qxvjwkz",
		"base64":         "zq+xv/9wKjz/vq+XwQ7zKxv9+QwjzkVx/zqxvw==",
		"hex of 32":      "9f3ac1d74be80f621a7c5e9d03b8f46a",
		"digits":         "83920174451290337718",
		"as a GUID":      "9f3ac1d7-4be8-4f62-9a7c-5e9d03b8f46a",
		"as a domain":    "zqxvkjwz.vqxkwjz.com",
		"like a path":    "zqxvkjwz/vqxkwjz/kqzwvxj",
		"as a name":      "ZebraQuartzHydra",
		"signs":          "#?!_=zq;xv,kj&wz%vq+x",
	}
}

// documents are texts that people paste completely: settings files, traces, logs.
func documents() []string {
	return []string{
		failed + " %s", "%s " + failed, "value: %s\n" + failed,
		// settings
		"azure.activedirectory.client-secret=%s\nazure.activedirectory.tenant-id=contoso\n# " + failed,
		"spring.cloud.azure.credential.client-secret = \\\n    %s\n" + failed,
		"Server=tcp:x.database.windows.net;Authentication=Active Directory Service Principal;User ID=app;Password=%s;Encrypt=True " + failed,
		"<connectionStrings><add name=\"d\" connectionString=\"AuthType=ClientSecret;Url=https://x.crm4.dynamics.com;ClientId=a;Secret=%s\"/></connectionStrings> " + failed,
		"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=%s\n" + failed,
		"azure:\n  clientSecret: |\n    %s\n  clientId: app\nerror: |\n  " + failed, "azure:\n  clientSecret: >-\n    %s\n" + failed, "stringData: {client-secret: !!str %s}\n" + failed,
		"[azure]\nclient_secret = \"\"\"\n%s\"\"\"\nlast_error = '" + failed + "'", "client_secret: &s %s\nother: *s\n" + failed,
		// containers, Kubernetes, Terraform
		`[{"Config":{"Env":["PATH=/bin","AZURE_CLIENT_SECRET=%s","TZ=UTC"]},"State":{"Error":"` + failed + `"}}]`,
		"    Environment:\n      AZURE_TENANT_ID:      contoso\n      AZURE_CLIENT_SECRET:  %s\n    Last State: Terminated\n      Message: " + failed,
		"  + resource \"azuread_service_principal_password\" \"x\" {\n      + value = \"%s\"\n    }\n│ Error: " + failed,
		`{"resources":[{"type":"azuread_application_password","instances":[{"attributes":{"value":"%s","key_id":"x"},"sensitive_attributes":[]}]}],"error":"` + failed + `"}`,
		"-/+ value = \"%s\" -> (known after apply)\n" + failed, "docker run -e AZURE_CLIENT_SECRET=%s img: " + failed, "helm upgrade x --set auth.clientSecret=%s,auth.tenant=c\n" + failed,
		// journals, events, transcripts
		`{"__REALTIME_TIMESTAMP":"1764230400000000","MESSAGE":"` + failed + `","_CMDLINE":"/usr/bin/sync --secret %s","PRIORITY":"3"}`,
		"**********************\nWindows PowerShell transcript start\nUsername: CONTOSO\\ann\n**********************\nPS C:\\> Connect-MgGraph -ClientSecretCredential (Get-Cred '%s')\nConnect-MgGraph : " + failed,
		"PS> $body = @{ client_id = 'a'; client_secret = '%s'; grant_type = 'client_credentials' }\nInvoke-RestMethod : {\"error_description\":\"" + failed + "\"}",
		"<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><EventData><Data Name=\"Message\">" + failed + "</Data><Data Name=\"CommandLine\">sync.exe /secret:%s</Data></EventData></Event>",
		"<s:Envelope><s:Header><o:Security><o:UsernameToken><o:Username>app</o:Username><o:Password Type=\"x#PasswordText\">%s</o:Password></o:UsernameToken></o:Security></s:Header><s:Body><s:Fault>" + failed + "</s:Fault></s:Body></s:Envelope>",
		"<dict><key>ClientSecret</key><string>%s</string><key>Error</key><string>" + failed + "</string></dict>",
		"reg query HKLM\\Software\\X\n    ClientSecret    REG_SZ    %s\n" + failed, "[HKEY_LOCAL_MACHINE\\Software\\X]\n\"ClientSecret\"=\"%s\"\n" + failed,
		// the wire
		"> POST /contoso/oauth2/v2.0/token HTTP/1.1\n> Host: login.microsoftonline.com\n> Authorization: Basic %s\n> Cookie: fpc=%s; x-ms-gateway-slice=%s\n>\n* upload completely sent off\n< HTTP/1.1 401 Unauthorized\n{\"error_description\":\"" + failed + "\"}",
		`{"log":{"entries":[{"request":{"postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"client_secret","value":"%s"}]}},"response":{"content":{"text":"{\"error_description\":\"` + failed + `\"}"}}}]}}`,
		`{"item":[{"request":{"body":{"mode":"urlencoded","urlencoded":[{"key":"client_secret","value":"%s","type":"text"}]}},"response":[{"body":"` + failed + `"}]}]}`,
		"https://app:%s@login.microsoftonline.com/x " + failed, "https://login.microsoftonline.com/contoso/oauth2/token?client_secret=%s&x=1 " + failed, "https://portal.azure.com/#access_token=%s&id_token=%s " + failed,
		"https://x.blob.core.windows.net/c/b?sv=2022-11-02&sp=r&sig=%s " + failed, "http://[2001:db8::%s]:8080/ " + failed, "https://user:%s@[2001:db8::1]:443/ " + failed,
		"https://%s.contoso.com/ " + failed, "https://learn.microsoft.com/%s " + failed, "api://%s/.default " + failed, "ftp://%s@graph.microsoft.com " + failed, "https://graph.microsoft.com/v1.0/me?$filter=%s " + failed, "msauth://%s/x " + failed,
		"redis-cli -a %s -h x.redis.cache.windows.net: " + failed, "mongodb://app:%s@x.mongo.cosmos.azure.com:10255/?ssl=true " + failed, "mssql+pyodbc://app:%s@x.database.windows.net/d?driver=ODBC " + failed,
	}
}

// wrongPlaces are messages with a value in place of an ID, a name or an address.
func wrongPlaces() []string {
	return []string{
		"https://login.microsoftonline.com/%s/oauth2/v2.0/token " + failed,
		"AADSTS700016: Application with identifier '%s' was not found in the directory 'Contoso'.", "AADSTS90002: Tenant '%s' not found.", "AADSTS900023: Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain.",
		"AADSTS500011: The resource principal named %s was not found in the tenant named %s.", "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.",
		"AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type. %s", "AADSTS700213: No matching federated identity record found for presented assertion subject '%s'.", "AADSTS50011: The redirect URI '%s' specified in the request does not match",
		"ClientSecretCredential authentication failed: A configuration issue is preventing authentication - check the error message from the server for details. " + failed + " %s", "Application '%s'(%s) is disabled. AADSTS7000112", "The user or administrator has not consented to use the application with ID '%s' named '%s'. AADSTS65001",
		"Trace ID: %s Correlation ID: %s Timestamp: %s " + failed, failed + " Trace ID: %s\r\nCorrelation ID: %s", "AADSTS%s: " + failed, "tenant: %s " + failed, "appid %s " + failed, "client_id=%s&client_secret=%s " + failed,
	}
}

// encodings are encodings of a pasted text, or of a value in it.
func encodings() map[string]func(string) string {
	return map[string]func(string) string{
		"as it is":   func(s string) string { return s },
		"percent":    func(s string) string { return url.QueryEscape(s) },
		"percent²":   func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		"JSON":       quoted,
		"JSON²":      func(s string) string { return quoted(quoted(s)) },
		"JSON-ASCII": asciiJSON,
		"HTML":       html.EscapeString,
		"HTML²":      func(s string) string { return html.EscapeString(html.EscapeString(s)) },
		"XML":        func(s string) string { var b bytes.Buffer; _ = xml.EscapeText(&b, []byte(s)); return b.String() },
		"base64":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"UTF-16":     func(s string) string { return base64.StdEncoding.EncodeToString(wide(s)) },
		"hex":        func(s string) string { return hex.EncodeToString([]byte(s)) },
		"quoted-printable": func(s string) string {
			var b bytes.Buffer
			w := quotedprintable.NewWriter(&b)
			_, _ = w.Write([]byte(s))
			_ = w.Close()
			return b.String()
		},
		"wrapped": func(s string) string { return wrap(s, 16, "\n") },
		"boxed":   func(s string) string { return wrap(s, 20, "\n│ ") },
		"cut":     func(s string) string { return s[:len(s)*2/3] },
	}
}

func asciiJSON(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, `\u%04x`, u)
	}
	return b.String()
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func wrap(s string, width int, with string) string {
	var b strings.Builder
	for i, r := range []rune(s) {
		if i > 0 && i%width == 0 {
			b.WriteString(with)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// A value in a pasted settings file, trace or log, or in a wrong place, is never shown, in
// any encoding.
func TestNoValueOfAPastedDocumentIsShown(t *testing.T) {
	t.Parallel()
	failures := map[string]int{}
	for name, secret := range oddValues() {
		list := documents()
		// A value that looks like an ID or a name is shown in place of one.
		if !strings.HasPrefix(name, "as ") {
			list = append(list, wrongPlaces()...)
		}
		for _, document := range list {
			for way, encode := range encodings() {
				if testing.Short() && way != "as it is" && way != "JSON" {
					continue
				}
				value := encode(secret)
				text := strings.ReplaceAll(document, "%s", value)
				whole := encode(strings.ReplaceAll(document, "%s", secret))
				for _, pasted := range []string{text, whole} {
					report, err := json.Marshal(explain(t, pasted))
					if err != nil {
						t.Fatal(err)
					}
					part := pieceOf(string(report), secret)
					if part == "" && len(value) > 12 {
						part = pieceOf(string(report), value)
					}
					if part != "" {
						if failures[name+document]++; failures[name+document] == 1 {
							t.Errorf("%s, %s: %q is shown of %q\n%s", name, way, part, pasted, report)
						}
					}
				}
			}
		}
	}
}

// pieceOf returns eight consecutive characters of a value that a text contains.
func pieceOf(text, value string) string {
	const part = 8
	shown, runes := strings.ToLower(text), []rune(strings.ToLower(value))
	for i := 0; i+part <= len(runes); i++ {
		if piece := string(runes[i : i+part]); strings.Contains(shown, piece) {
			return piece
		}
	}
	return ""
}
