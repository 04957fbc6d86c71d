package where_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/where"
)

const (
	appID    = "3f0c9d1e-7b52-4a86-9e14-c05d8b6f2a71"
	otherApp = "b7716c80-2d4f-4e39-8a15-60f2c9e3d418"

	keyExpired  = "0d5a2f44-1c7e-4f08-b3a9-7e61d2c8f510"
	keyExpiring = "9b83c6d2-50ef-4a17-8c4d-f1a2e7063b95"
	keyValid    = "e4471fb0-8d26-4c5b-a9f3-2b60d8e71c3a"
	keyHandSet  = "57c0e8a1-f39b-4d62-90e7-b4d13f8a6c25"
	keyCert     = "c2f9047d-6ae1-4b38-8d50-19e7a3c4b6f2"
)

// made is a secret of the current format: its checksum is found by trying.
func made(body string) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~"
	for _, a := range alphabet {
		for _, b := range alphabet {
			for _, c := range alphabet {
				if s := body + string([]rune{a, b, c}); secrets.ValidChecksum(s) {
					return s
				}
			}
		}
	}
	panic("no checksum fits")
}

type corpus struct {
	expired, expiring, valid, other string
	handSet                         string
	app                             where.App
}

func newCorpus() *corpus {
	c := &corpus{
		expired:  made("aB1" + "8Q~" + strings.Repeat("eXpired.", 3) + "0123456"),
		expiring: made("Zy~" + "8Q~" + strings.Repeat("soOver-_", 3) + "7654321"),
		valid:    made("q.7" + "8Q~" + strings.Repeat("vaLid~01", 3) + "abcdefg"),
		other:    made("oth" + "8Q~" + strings.Repeat("otHer-99", 3) + "gfedcba"),
		handSet:  "Mai!store-Sync_2019",
	}
	now := time.Now()
	credential := func(keyID, hint, kind string, days int, status result.CredentialStatus) result.Credential {
		end := now.Add(time.Duration(days) * 24 * time.Hour)
		return result.Credential{KeyID: &keyID, Kind: kind, Hint: &hint, EndDateTime: &end, Status: status, StoredOn: "application"}
	}
	c.app = where.App{ID: appID, Known: true, Listed: []result.Credential{
		credential(keyExpired, "aB1", "password", -3, result.Expired),
		credential(keyExpiring, "Zy~", "password", 9, result.Expiring),
		credential(keyValid, "q.7", "password", 300, result.Valid),
		credential(keyHandSet, "Mai", "password", 40, result.Valid),
		credential(keyCert, "5AD0E1B7C93F8824601DFBE2A7704C19D36E85F0", "certificate", 100, result.Valid),
	}}
	return c
}

// forms are ways in which programs are told an application and its secret. {i} is
// the client ID, {s} the secret, {i64} and {s64} the same in base64.
var forms = map[string]string{
	"dotenv/.env":                  "# sync\nAZURE_CLIENT_ID={i}\nAZURE_CLIENT_SECRET={s}\n",
	"quoted/.env":                  "AZURE_CLIENT_ID=\"{i}\"\nAZURE_CLIENT_SECRET=\"{s}\"\n",
	"single/.env.local":            "CLIENT_ID='{i}'\nCLIENT_SECRET='{s}'\n",
	"crlf/prod.env":                "ARM_CLIENT_ID={i}\r\nARM_CLIENT_SECRET={s}\r\n",
	"export/run.sh":                "#!/bin/sh\nexport AZURE_CLIENT_ID={i}\nexport AZURE_CLIENT_SECRET='{s}'\nexec sync\n",
	"login/login.sh":               "az login --service-principal -u {i} -p '{s}' --tenant contoso.example\n",
	"loginlong/login.sh":           "az login --service-principal --username {i} --password={s} --tenant contoso.example\n",
	"curl/token.sh":                "curl -d 'client_id={i}&client_secret={s}&grant_type=client_credentials' https://login.example\n",
	"unit/sync.service":            "[Service]\nEnvironment=AZURE_CLIENT_ID={i}\nEnvironment=AZURE_CLIENT_SECRET={s}\nExecStart=/usr/bin/sync\n",
	"unitquoted/sync.service":      "[Service]\nEnvironment=\"AZURE_CLIENT_ID={i}\" \"AZURE_CLIENT_SECRET={s}\"\n",
	"batch/run.cmd":                "@echo off\r\nset AZURE_CLIENT_ID={i}\r\nset AZURE_CLIENT_SECRET={s}\r\n",
	"powershell/run.ps1":           "$env:AZURE_CLIENT_ID = '{i}'\n$env:AZURE_CLIENT_SECRET = '{s}'\n",
	"securestring/connect.ps1":     "$id = '{i}'\n$pw = ConvertTo-SecureString '{s}' -AsPlainText -Force\n",
	"parameter/connect.ps1":        "Connect-Sync -ClientId {i} -ClientSecret \"{s}\" -Tenant contoso\n",
	"hashtable/settings.psd1":      "@{\n  ClientId = '{i}'\n  ClientSecret = '{s}'\n}\n",
	"appsettings/appsettings.json": "{\n  \"AzureAd\": {\n    \"ClientId\": \"{i}\",\n    \"ClientSecret\": \"{s}\"\n  }\n}\n",
	"flat/local.settings.json":     "{\"Values\": {\"AzureAd__ClientId\": \"{i}\", \"AzureAd__ClientSecret\": \"{s}\"}}\n",
	"namevalue/settings.json":      "[\n  {\"name\": \"CLIENT_ID\", \"value\": \"{i}\"},\n  {\"name\": \"CLIENT_SECRET\", \"value\": \"{s}\"}\n]\n",
	"creds/creds.json":             "{\"clientId\":\"{i}\",\"clientSecret\":\"{s}\",\"tenantId\":\"x\"}\n",
	"inner/outer.json":             "{\"config\": \"{\\\"clientId\\\":\\\"{i}\\\",\\\"clientSecret\\\":\\\"{s}\\\"}\"}\n",
	"state/terraform.tfstate":      "{\"resources\": [{\"type\": \"azuread_application_password\", \"instances\": [{\"attributes\": {\n\"application_id\": \"{i}\",\n\"client_secret\": \"{s}\"\n}}]}]}\n",
	"tfvars/prod.tfvars":           "client_id     = \"{i}\"\nclient_secret = \"{s}\"\n",
	"provider/main.tf":             "provider \"azurerm\" {\n  client_id     = \"{i}\"\n  client_secret = \"{s}\"\n  features {}\n}\n",
	"appsettingsxml/web.config":    "<configuration><appSettings>\n<add key=\"ClientId\" value=\"{i}\" />\n<add key=\"ClientSecret\" value=\"{s}\" />\n</appSettings></configuration>\n",
	"elements/settings.xml":        "<settings>\n  <clientId>{i}</clientId>\n  <clientSecret>{s}</clientSecret>\n</settings>\n",
	"setting/app.config":           "<setting name=\"ClientId\" serializeAs=\"String\"><value>{i}</value></setting>\n<clientSecret>{s}</clientSecret>\n",
	"jenkins/credentials.xml":      "<entry>\n<clientId>{i}</clientId>\n<clientSecret>\n{s}\n</clientSecret>\n</entry>\n",
	"compose/docker-compose.yml":   "services:\n  sync:\n    environment:\n      - AZURE_CLIENT_ID={i}\n      - AZURE_CLIENT_SECRET={s}\n",
	"composemap/compose.yaml":      "services:\n  sync:\n    environment:\n      AZURE_CLIENT_ID: {i}\n      AZURE_CLIENT_SECRET: \"{s}\"\n",
	"pod/deployment.yaml":          "containers:\n- name: sync\n  env:\n  - name: AZURE_CLIENT_ID\n    value: {i}\n  - name: AZURE_CLIENT_SECRET\n    value: \"{s}\"\n",
	"stringdata/secret.yaml":       "apiVersion: v1\nkind: Secret\nstringData:\n  client-id: {i}\n  client-secret: \"{s}\"\n",
	"data/secret.yaml":             "apiVersion: v1\nkind: Secret\ndata:\n  client-id: {i64}\n  client-secret: {s64}\n",
	"datajson/secret.json":         "{\n\"kind\": \"Secret\",\n\"data\": {\n\"AZURE_CLIENT_ID\": \"{i64}\",\n\"AZURE_CLIENT_SECRET\": \"{s64}\"\n}}\n",
	"spring/application.yml":       "azure:\n  client-id: {i}\n  client-secret: '{s}'\n",
	"java/application.properties":  "azure.activedirectory.client-id={i}\nazure.activedirectory.client-secret={s}\n",
	"ini/grafana.ini":              "[auth.azuread]\nclient_id = {i}\nclient_secret = {s}\n",
	"toml/telegraf.toml":           "[[inputs.x]]\n  client_id = \"{i}\"\n  client_secret = \"{s}\"\n",
	"ansible/vars.yml":             "azure_client_id: \"{i}\"\nazure_secret: \"{s}\"\n",
	"python/settings.py":           "CONF = {\n    'client_id': '{i}',\n    'client_secret': '{s}',\n}\n",
	"kwargs/app.py":                "cred = ClientSecretCredential(tenant_id=T, client_id=\"{i}\", client_secret=\"{s}\")\n",
	"javascript/config.js":         "module.exports = {\n  clientId: '{i}',\n  clientSecret: '{s}',\n};\n",
	"go/main.go":                   "cfg := Config{\n\tClientID: \"{i}\",\n\tClientSecret: \"{s}\",\n}\n",
	"ruby/config.rb":               "config = {\n  :client_id => '{i}',\n  :client_secret => '{s}'\n}\n",
	"php/config.php":               "<?php return [\n  'clientId' => '{i}',\n  'clientSecret' => '{s}',\n];\n",
	"rclone/rclone.conf":           "[onedrive]\nclient_id = {i}\nclient_secret = {s}\ntenant = x\n",
	"registry/settings.reg":        "[HKEY_LOCAL_MACHINE\\Software\\Sync]\r\n\"ClientId\"=\"{i}\"\r\n\"ClientSecret\"=\"{s}\"\r\n",
	"connection/app.ini":           "AuthType=ClientSecret;Url=https://x;ClientId={i};ClientSecret={s};\n",
	"flag/crontab":                 "0 2 * * * root /opt/sync --client-id {i} --client-secret {s}\n",
	"workflow/deploy.yml":          "env:\n  AZURE_CLIENT_ID: {i}\n  AZURE_CLIENT_SECRET: {s}\n",
	"deployment/params.json":       "{\"parameters\": {\n\"clientId\": {\"value\": \"{i}\"},\n\"clientSecret\": {\"value\": \"{s}\"}\n}}\n",
	"variables/variables.tf":       "variable \"client_id\" {\n  default = \"{i}\"\n}\nvariable \"client_secret\" {\n  type    = string\n  default = \"{s}\"\n}\n",
	"define/wp-config.php":         "define('AAD_CLIENT_ID', '{i}');\ndefine('AAD_CLIENT_SECRET', '{s}');\n",
	"insert/settings.sql":          "INSERT INTO settings VALUES ('ClientId', '{i}'), ('ClientSecret', '{s}');\n",
	"plist/sync.plist":             "<dict>\n<key>ClientID</key><string>{i}</string>\n<key>ClientSecret</key>\n<string>{s}</string>\n</dict>\n",
	"table/runbook.md":             "| what | value |\n| --- | --- |\n| Client ID | `{i}` |\n| Client secret | `{s}` |\n",
	"docker/start.sh":              "docker run -d -e AZURE_CLIENT_ID={i} -e AZURE_CLIENT_SECRET={s} sync:4\n",
	"postman/env.json":             "[{\"key\": \"client_id\", \"value\": \"{i}\"}, {\"key\": \"client_secret\", \"value\": \"{s}\"}]\n",
	"wazuh/ossec.conf":             "<ossec_config>\n<office365>\n<api_auth>\n<tenant_id>x</tenant_id>\n<client_id>{i}</client_id>\n<client_secret>{s}</client_secret>\n</api_auth>\n</office365>\n</ossec_config>\n",
	"wazuhgraph/ossec.conf":        "<ms-graph>\n<api_auth>\n<client_id>{i}</client_id>\n<secret_value>{s}</secret_value>\n</api_auth>\n</ms-graph>\n",
	"wazuhfile/graph_credentials":  "application_id = {i}\napplication_key = {s}\n",
	"filebeat/filebeat.yml":        "filebeat.inputs:\n- type: o365audit\n  application_id: {i}\n  client_secret: {s}\n",
	"filebeatmodule/o365.yml":      "- module: o365\n  audit:\n    var.application_id: \"{i}\"\n    var.client_secret: \"{s}\"\n",
	"filebeatoauth/filebeat.yml":   "- type: httpjson\n  auth.oauth2:\n    client.id: {i}\n    client.secret: {s}\n",
	"gitlab/gitlab.rb":             "gitlab_rails['omniauth_providers'] = [{\n  \"name\" => \"azure_activedirectory_v2\",\n  \"args\" => {\n    \"client_id\" => \"{i}\",\n    \"client_secret\" => \"{s}\",\n  }\n}]\n",
	"gitlaboidc/gitlab.rb":         "client_options: {\n  identifier: \"{i}\",\n  secret: \"{s}\",\n}\n",
	"gitlabmail/gitlab.rb":         "gitlab_rails['incoming_email_inbox_options'] = {\n  'client_id': '{i}',\n  'client_secret': '{s}',\n}\n",
	"mailroom/mail_room.yml":       "  :inbox_options:\n    :client_id: {i}\n    :client_secret: {s}\n",
	"factory/linked.json":          "{\"typeProperties\": {\n\"servicePrincipalId\": \"{i}\",\n\"servicePrincipalKey\": {\n\"type\": \"SecureString\",\n\"value\": \"{s}\"\n}}}\n",
	"logicapp/workflow.json":       "\"authentication\": {\n\"type\": \"ActiveDirectoryOAuth\",\n\"clientId\": \"{i}\",\n\"secret\": \"{s}\"\n}\n",
	"zabbix/host.yaml":             "macros:\n- macro: '{$AZURE.APP.ID}'\n  value: {i}\n- macro: '{$AZURE.PASSWORD}'\n  value: {s}\n",
	"externaldns/azure.json":       "{\n  \"tenantId\": \"x\",\n  \"aadClientId\": \"{i}\",\n  \"aadClientSecret\": \"{s}\"\n}\n",
	"ansible/credentials":          "[default]\nsubscription_id=x\nclient_id={i}\nsecret={s}\ntenant=x\n",
	"sonar/sonar.properties":       "sonar.auth.aad.clientId.secured={i}\nsonar.auth.aad.clientSecret.secured={s}\n",
	"notes/notes.txt":              "Client ID: {i}\nClient secret: {s}\n",
}

// decoys are texts in which no place of the application's secrets is: {o} is
// another application's client ID, {x} its secret.
var decoys = map[string]string{
	"other/.env":          "AZURE_CLIENT_ID={o}\nAZURE_CLIENT_SECRET={x}\n",
	"reference/app.yaml":  "clientId: {i}\nclientSecret: ${AZURE_CLIENT_SECRET}\n",
	"helm/values.yaml":    "clientId: {i}\nclientSecret: {{ .Values.secret }}\n",
	"keyref/app.json":     "{\"clientId\": \"{i}\", \"clientSecret\": \"@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)\"}\n",
	"masked/app.ini":      "client_id = {i}\nclient_secret = ****************\n",
	"placeholder/app.env": "AZURE_CLIENT_ID={i}\nAZURE_CLIENT_SECRET=your-client-secret\n",
	"tfref/main.tf":       "client_id = \"{i}\"\nclient_secret = var.client_secret\n",
	"database/.env":       "AZURE_CLIENT_ID={i}\nDB_PASSWORD=correct-horse-battery\nSMTP_PASSWORD=\"another one here\"\n",
	"code/auth.py":        "client_id = \"{i}\"\nclient_secret = os.environ[\"AZURE_CLIENT_SECRET\"]\n",
	"keyname/pod.yaml":    "- name: AZURE_CLIENT_ID\n  value: {i}\n- name: AZURE_CLIENT_SECRET\n  valueFrom:\n    secretKeyRef:\n      name: sync\n      key: client-secret\n",
	"empty/.env":          "AZURE_CLIENT_ID={i}\nAZURE_CLIENT_SECRET=\nLOG_LEVEL=debug\n",
	"both/two.ini":        "[a]\nclient_id = {i}\nclient_secret = ${A}\n\n[b]\nclient_id = {o}\nclient_secret = {x}\n",
}

func fill(form, id, secret string) string {
	b64 := base64.StdEncoding.EncodeToString
	return strings.NewReplacer("{i64}", b64([]byte(id)), "{s64}", b64([]byte(secret)), "{i}", id, "{s}", secret).Replace(form)
}

func write(t *testing.T, root, name, text string) string {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func search(t *testing.T, app where.App, sources ...where.Source) *result.Where {
	t.Helper()
	w, err := where.Search(t.Context(), where.Options{App: app, Sources: sources})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestCorpus plants each form with four values and prints how many places were
// found, and how many of those that were found are right.
func TestCorpus(t *testing.T) {
	c := newCorpus()
	root := t.TempDir()
	type planted struct{ key, status string }
	want := map[string]planted{}
	damaged := c.valid[:20] + string(c.valid[20]^1) + c.valid[21:]
	for name, form := range forms {
		for state, v := range map[string]struct{ value, key string }{
			"expired": {c.expired, keyExpired}, "superseded": {c.expiring, keyExpiring}, "damaged": {damaged, keyValid}, "valid": {c.handSet, keyHandSet},
		} {
			path := write(t, root, state+"/"+name, fill(form, appID, v.value))
			want[path] = planted{v.key, state}
		}
	}
	for name, form := range decoys {
		write(t, root, "decoys/"+name, fill(strings.NewReplacer("{o}", otherApp, "{x}", c.other).Replace(form), appID, ""))
	}
	w := search(t, c.app, where.Files{Paths: []string{root}})
	found, wrong := 0, 0
	seen := map[string]bool{}
	for _, p := range w.Places {
		if p.Kind != result.PlacePassword {
			continue
		}
		exp, ok := want[p.Location]
		if exp.status == "valid" {
			exp.status = "superseded" // a later one exists
		}
		switch {
		case !ok, p.KeyID == nil, *p.KeyID != exp.key, string(*p.Status) != exp.status, p.Certainty == result.Proven, seen[p.Location]:
			wrong++
			t.Logf("wrong: %s:%v %v %v %v %q", p.Location, deref(p.Line), deref(p.KeyID), deref(p.Status), p.Certainty, p.Evidence)
		default:
			found++
		}
		seen[p.Location] = true
	}
	for path := range want {
		if !seen[path] {
			t.Logf("missed: %s", path)
		}
	}
	t.Logf("%d places planted: recall %.1f %%, precision %.1f %%", len(want), 100*float64(found)/float64(len(want)), 100*float64(found)/float64(found+wrong))
	if len(want) < 200 || found < len(want)*97/100 || wrong > len(want)/50 {
		t.Errorf("planted %d, found %d, wrong %d", len(want), found, wrong)
	}
	text := fmt.Sprintf("%+v", w)
	for _, v := range []string{c.expired, c.expiring, damaged, c.handSet, c.other} {
		if strings.Contains(text, v) || strings.Contains(text, v[8:16]) {
			t.Error("a value is in the report")
		}
	}
}

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// Text in UTF-16, as older Windows tools write it, is read like any other.
func TestUTF16(t *testing.T) {
	c := newCorpus()
	root := t.TempDir()
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, u := range utf16.Encode([]rune(fill(forms["registry/settings.reg"], appID, c.expired))) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	write(t, root, "settings.reg", b.String())
	w := search(t, c.app, where.Files{Paths: []string{root}})
	if len(w.Places) != 1 || *w.Places[0].Line != 3 || *w.Places[0].KeyID != keyExpired {
		t.Errorf("%+v", w.Places)
	}
}
