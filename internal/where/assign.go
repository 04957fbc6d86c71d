package where

import (
	"encoding/base64"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// assignment is a name with its value in some notation, and where the value
// begins.
type assignment struct {
	name, value string
	offset      int
	secret      bool
}

// shortestValue is the length of the shortest value that is taken for a secret,
// in bytes. Graph takes any length for one that is set by hand.
const shortestValue = 6

// secretName is what the setting of a client secret is called, in any spelling.
var secretName = lazyregexp.New(`(?i)secret|passw|passphrase|[a-z]_?pwd$|^pw$|(?:client|app|application|principal)[-_. ]?key$|credential$|kennwort`)

// othersName is a setting that holds a secret of something else.
var othersName = lazyregexp.New(`(?i)^(old)?pwd$|\bdb|_db|database|sql|postgres|\bpg|mongo|redis|rabbit|amqp|kafka|elastic|ldap|smtp|imap|mail_|ftp|ssh|admin|root|user(name)?[-_. ]?pass|jwt|session|cookie|csrf|webhook|signing|encrypt|secret_key_base|django|aws|gcp|google|github|gitlab|slack|stripe|twilio|keystore|truststore|storage|sas|imagepull|secret[-_. ]?name|secret[-_. ]?id$|secret[-_. ]?(provider|store|key[-_. ]?ref)`)

// The notations. Each has the name in its first group and the value in one of the
// others: in double quotes, in single quotes, or bare.
const (
	quotedOrBare = `(?:"((?:[^"\\\r\n]|\\.)*)"|'([^'\r\n]*)'|([^\s"'<>;,)\]}&|]+))`
	settingName  = `([A-Za-z_][\w.:\-]{1,80})`
)

var notations = []func() *regexp.Regexp{
	// NAME=value, NAME: value, "NAME": "value", $env:NAME = 'value', NAME => value
	lazyregexp.New(`["'\[]{0,2}` + settingName + `["'\]]{0,2}[ \t]*(?:=>|:=|[=:])[ \t]*` + quotedOrBare),
	// Environment=NAME=value of systemd, ENV NAME=value and the like
	lazyregexp.New(`(?m)^[ \t]*(?:Environment[ \t]*=|ENV[ \t]|ARG[ \t]|SetEnv[ \t])[ \t]*["']?` + settingName + `[= \t]` + quotedOrBare),
	// JSON within a string of JSON
	lazyregexp.New(`\\"` + settingName + `\\"[ \t]*:[ \t]*\\"()()([^"\\\r\n]+)\\"`),
	// <add key="NAME" value="value"/> and the like; name and value on lines of their own
	lazyregexp.New(`(?i)["']?\b(?:key|name)\b["']?[ \t]*[=:][ \t]*["']?` + settingName + `["']?[ \t]*,?[^\r\n=:]{0,40}(?:\r?\n[^\r\n=:]{0,60})?\b(?:value)["']?[ \t]*[=:][ \t]*` + quotedOrBare),
	// "NAME": {"value": "value"} of deployments, variable "NAME" { default = "value" }
	lazyregexp.New(`(?i)["']` + settingName + `["'][ \t]*:?[ \t]*\{(?:\s*"?(?:type|description|sensitive)"?[ \t]*[:=][^\r\n}]*[\r\n,]?)*\s*"?(?:value|default)"?[ \t]*[:=][ \t]*` + quotedOrBare),
	// define('NAME', 'value'), ('NAME', 'value'): calls and rows of a table
	lazyregexp.New(`\([ \t]*["']` + settingName + `["'][ \t]*,[ \t]*(?:"([^"\r\n]+)"|'([^'\r\n]+)')()`),
	// <key>NAME</key><string>value</string> of property lists
	lazyregexp.New(`<key>` + settingName + `</key>()()\s*<string>([^<>\s]+)</`),
	// | NAME | value | of a table in notes
	lazyregexp.New("(?i)\\|[ \t*`]*(client[ \t]secret|application[ \t]secret|app[ \t]secret|secret)[ \t*`]*\\|()()[ \t`]*([^\\s|`]+)"),
	// <NAME>value</NAME>
	lazyregexp.New(`<` + settingName + `>()()\s*([^<>\s]+)\s*</`),
	// --name value, -Name 'value', /name:value
	lazyregexp.New(`(?:^|\s)-{1,2}` + settingName + `[ \t]+` + quotedOrBare),
	// ConvertTo-SecureString 'value' -AsPlainText: a secure string is a secret,
	// whatever it is called
	lazyregexp.New(`(?i)(ConvertTo-SecureString)[ \t]+(?:-String[ \t]+)?` + quotedOrBare),
	// az login --service-principal -u ID -p value
	lazyregexp.New(`(?i)\baz[ \t]+login\b[^\r\n]*?[ \t](-p)[ \t=]+` + quotedOrBare),
}

// always is from which notation on a value is a secret without the name for it.
const always = 10

// assignments finds secrets by the names of their settings, in all notations.
func assignments(s string) []assignment {
	var list []assignment
	seen := map[int]bool{}
	for i, n := range notations {
		for _, m := range n().FindAllStringSubmatchIndex(s, -1) {
			a, ok := assigned(s, m)
			a.secret = i >= always || secretName().MatchString(a.name)
			if !ok || !a.secret || seen[a.offset] {
				continue
			}
			seen[a.offset] = true
			list = append(list, a)
		}
	}
	return list
}

func assigned(s string, m []int) (assignment, bool) {
	for g := 2; 2*g < len(m); g++ {
		if m[2*g] >= 0 && m[2*g+1] > m[2*g] {
			a := assignment{name: s[m[2]:m[3]], value: s[m[2*g]:m[2*g+1]], offset: m[2*g]}
			if g == 2 {
				a.value = unescape(a.value)
			}
			return a, true
		}
	}
	return assignment{}, false
}

// unescape takes the escapes of JSON's quotes and backslashes away. A line break
// stays as it is written: it does not belong into a secret.
func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\/`, `/`).Replace(s)
}

// reference reports whether a value is none, but names one, hides one, or stands
// for one.
func reference(v string) bool {
	return referring().MatchString(v) || strings.Trim(v, "*•xX.") == "" || !utf8.ValidString(v) ||
		strings.IndexFunc(v, unicode.IsControl) >= 0
}

// referring is a variable, a template, a look-up in a vault, or a word that stands
// in the place of a value.
var referring = lazyregexp.New(`(?i)^(\$[\w{(:]|%\w+%$|\{\{|\{[a-z_.]+\}$|<[^>]*>?$|@microsoft\.keyvault|(var|local|data|module|secrets?|env|process\.env|os\.environ|config|vault|self|this|each|azuread_\w+|azurerm_\w+)[.(\[]|op://|arn:|projects/|vault:|ref\+|enc\[|keyvault|null$|none$|nil$|true$|false$|undefined$|string$|changeme$|change_me$|replace[-_ ]?me|your[-_ ]|enter[-_ ]|placeholder|example$|todo$|redacted|\[redacted|get-|read-|convertto-|new-object|\(get-)`)

// nameBefore is the name of the setting that is before a value in its line, or
// nothing.
func nameBefore(s string, offset int) string {
	start := strings.LastIndexByte(s[:offset], '\n') + 1
	line := s[max(start, offset-160):offset]
	m := before().FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	return m[1]
}

var before = lazyregexp.New(settingName + `["'\]>]{0,2}[ \t]*(?:=>|:=|[=:]|[ \t]|value=)?[ \t]*["']?$`)

// manifest is the text of a Secret of Kubernetes, whose values are in base64.
var manifest = lazyregexp.New(`["']?\bkind["']?[ \t]*:[ \t]*["']?Secret\b`)

var (
	encodedLine = lazyregexp.New(`(?m)^([ \t{,]*["']?[A-Za-z0-9._-]+["']?[ \t]*:[ \t]*)["']?([A-Za-z0-9+/]{8,}={0,2})["']?([ \t,}\r]*)$`)
	printable   = func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' || r == utf8.RuneError }
)

// decodeManifest shows the values of a Secret as text, line by line. A line break
// in a value is shown as its escape.
func decodeManifest(s string) string {
	return encodedLine().ReplaceAllStringFunc(s, func(line string) string {
		m := encodedLine().FindStringSubmatch(line)
		plain, err := base64.StdEncoding.DecodeString(m[2])
		if err != nil || len(plain) == 0 || strings.IndexFunc(string(plain), printable) >= 0 {
			return line
		}
		value := strings.NewReplacer("\r", `\r`, "\n", `\n`, `"`, `\"`).Replace(string(plain))
		return m[1] + `"` + value + `"` + m[3]
	})
}
