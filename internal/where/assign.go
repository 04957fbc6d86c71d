package where

import (
	"encoding/base64"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// assignment is a name with its value, and the offset of the value.
type assignment struct {
	name, value string
	offset      int
}

// shortestValue is the minimum length of a value that is taken for a secret, in bytes.
// Graph accepts any length for a secret that is set by hand.
const shortestValue = 6

// secretName matches names of settings for a client secret.
var secretName = lazyregexp.New(`(?i)secret|passw|passphrase|[a-z]_?pwd$|^pw$|(?:client|app|application|principal)[-_. ]?key$|credential$|kennwort`)

// othersName matches names of settings for other secrets.
var othersName = lazyregexp.New(`(?i)^(old)?pwd$|\bdb|_db|database|sql|postgres|\bpg|mongo|redis|rabbit|amqp|kafka|elastic|ldap|smtp|imap|mail_|ftp|ssh|admin|root|user(name)?[-_. ]?pass|jwt|session|cookie|csrf|webhook|signing|encrypt|secret_key_base|django|aws|gcp|google|github|gitlab|slack|stripe|twilio|keystore|truststore|storage|sas|imagepull|secret[-_. ]?name|secret[-_. ]?id$|secret[-_. ]?(provider|store|key[-_. ]?ref)`)

// The notations have the name in their first group, and the value in one of the others: in
// double quotes, in single quotes, or without.
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
	// <add key="NAME" value="value"/> and the like, also on separate lines
	lazyregexp.New(`(?i)["']?\b(?:key|name)\b["']?[ \t]*[=:][ \t]*["']?` + settingName + `["']?[ \t]*,?[^\r\n=:]{0,40}(?:\r?\n[^\r\n=:]{0,60})?\b(?:value)["']?[ \t]*[=:][ \t]*` + quotedOrBare),
	// "NAME": {"value": "value"} of deployments, variable "NAME" { default = "value" }
	lazyregexp.New(`(?i)["']` + settingName + `["'][ \t]*:?[ \t]*\{(?:\s*"?(?:type|description|sensitive)"?[ \t]*[:=][^\r\n}]*[\r\n,]?)*\s*"?(?:value|default)"?[ \t]*[:=][ \t]*` + quotedOrBare),
	// define('NAME', 'value'), ('NAME', 'value'): calls and rows of a table
	lazyregexp.New(`\([ \t]*["']` + settingName + `["'][ \t]*,[ \t]*(?:"([^"\r\n]+)"|'([^'\r\n]+)')()`),
	// <key>NAME</key><string>value</string> of property lists
	lazyregexp.New(`<key>` + settingName + `</key>()()\s*<string>([^<>\s]+)</`),
	// | NAME | value | in a table of notes
	lazyregexp.New("(?i)\\|[ \t*`]*(client[ \t]secret|application[ \t]secret|app[ \t]secret|secret)[ \t*`]*\\|()()[ \t`]*([^\\s|`]+)"),
	// <NAME>value</NAME>
	lazyregexp.New(`<` + settingName + `>()()\s*([^<>\s]+)\s*</`),
	// --name value, -Name 'value', /name:value
	lazyregexp.New(`(?:^|\s)-{1,2}` + settingName + `[ \t]+` + quotedOrBare),
	// ConvertTo-SecureString 'value' -AsPlainText
	lazyregexp.New(`(?i)(ConvertTo-SecureString)[ \t]+(?:-String[ \t]+)?` + quotedOrBare),
	// az login --service-principal -u ID -p value
	lazyregexp.New(`(?i)\baz[ \t]+login\b[^\r\n]*?[ \t](-p)[ \t=]+` + quotedOrBare),
}

// always is the first notation in which a value is a secret whatever its name is.
const always = 10

// assignments finds secrets by the names of their settings.
func assignments(s string) []assignment {
	var list []assignment
	seen := map[int]bool{}
	for i, n := range notations {
		for _, m := range n().FindAllStringSubmatchIndex(s, -1) {
			a, ok := assigned(s, m)
			if ok && !seen[a.offset] && (i >= always || secretName().MatchString(a.name)) {
				seen[a.offset] = true
				list = append(list, a)
			}
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

// unescape removes the backslashes of JSON before quotes and backslashes. An escaped line
// break stays as it is: it does not belong in a secret.
func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\/`, `/`).Replace(s)
}

// reference reports whether a value is a reference, a mask or a placeholder.
func reference(v string) bool {
	return referring().MatchString(v) || strings.Trim(v, "*•xX.") == "" || !utf8.ValidString(v) ||
		strings.IndexFunc(v, unicode.IsControl) >= 0
}

// referring matches variables, templates, look-ups in a vault, and placeholders.
var referring = lazyregexp.New(`(?i)^(\$[\w{(:]|%\w+%$|\{\{|\{[a-z_.]+\}$|<[^>]*>?$|@microsoft\.keyvault|(var|local|data|module|secrets?|env|process\.env|os\.environ|config|vault|self|this|each|azuread_\w+|azurerm_\w+)[.(\[]|op://|arn:|projects/|vault:|ref\+|enc\[|keyvault|null$|none$|nil$|true$|false$|undefined$|string$|changeme$|change_me$|replace[-_ ]?me|your[-_ ]|enter[-_ ]|placeholder|example$|todo$|redacted|\[redacted|get-|read-|convertto-|new-object|\(get-)`)

// nameBefore returns the name of the setting before a value in its line, if there is one.
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

// manifest matches the manifest of a Secret in Kubernetes, in which values are in base64.
var manifest = lazyregexp.New(`["']?\bkind["']?[ \t]*:[ \t]*["']?Secret\b`)

var (
	encodedLine = lazyregexp.New(`(?m)^([ \t{,]*["']?[A-Za-z0-9._-]+["']?[ \t]*:[ \t]*)["']?([A-Za-z0-9+/]{8,}={0,2})["']?([ \t,}\r]*)$`)
	unprintable = func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' || r == utf8.RuneError }
)

// decodeManifest decodes the values of a Secret, line by line. Line breaks in a value are
// escaped.
func decodeManifest(s string) string {
	return encodedLine().ReplaceAllStringFunc(s, func(line string) string {
		m := encodedLine().FindStringSubmatch(line)
		plain, err := base64.StdEncoding.DecodeString(m[2])
		if err != nil || len(plain) == 0 || strings.IndexFunc(string(plain), unprintable) >= 0 {
			return line
		}
		value := strings.NewReplacer("\r", `\r`, "\n", `\n`, `"`, `\"`).Replace(string(plain))
		return m[1] + `"` + value + `"` + m[3]
	})
}
