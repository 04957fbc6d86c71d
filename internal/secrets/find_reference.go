package secrets

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// references are values that name a secret kept elsewhere: whatever should have
// put the secret in their place did not. Those that a password might look like
// by chance are no proof.
var references = []struct {
	pattern *lazyregexp.Regexp
	name    string // of what should have resolved it
	proof   bool
}{
	{lazyregexp.New(`^@Microsoft\.KeyVault\(.*\)$`), "App Service", true},
	{lazyregexp.New(`^https://[^/]+\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)/secrets/`), "Azure Key Vault", true},
	{lazyregexp.New(`^\$\{\{.*\}\}$`), "GitHub Actions", true},
	{lazyregexp.New(`^op://`), "1Password", true},
	{lazyregexp.New(`^arn:aws[a-z-]*:(?:secretsmanager|ssm):`), "AWS", true},
	{lazyregexp.New(`^projects/[^/]+/secrets/`), "Google Secret Manager", true},
	{lazyregexp.New(`^(?:vault|akv|keyvault|secretsmanager|ssm|awssm|gcpsm|sops|ref\+[a-z]+|keyring|env|file):`), "", false},
	{lazyregexp.New(`^\{\{.*\}\}$`), "", false},
	{lazyregexp.New(`^\$\{[^{}]+\}$`), "", false},
	{lazyregexp.New(`^\$\([^()]+\)$`), "", false},
	{lazyregexp.New(`^#\{[^{}]+\}#?$`), "", false},
	{lazyregexp.New(`^__[A-Za-z][A-Za-z0-9_.]*__$`), "", false},
	{lazyregexp.New(`^%[A-Za-z_][A-Za-z0-9_]*%$`), "", false},
	{lazyregexp.New(`^\$(?:env:)?[A-Za-z_]*(?i:secret|password|pwd|client|azure|token)[A-Za-z0-9_]*$`), "", false},
}

var (
	placeholderPattern = lazyregexp.New(
		`(?i)^[<\[{("']*(?:your|my|the|enter|insert|paste|replace|add|some)?[-_ ]*(?:(?:azure|aad|entra|app|application|client)[-_ ]*)*(?:secret|password|passwd)(?:[-_ ]*(?:value|here|goes[-_ ]here))*[>\]})"']*$`)
	todoPattern = lazyregexp.New(`(?i)^[<\[{("']*(?:change[-_ ]?me|change[-_ ]?it|to-?do|tbd|placeholder|redacted|example|dummy|n/?a|null|none|undefined|nil)[>\]})"']*$`)
	jwtPattern  = lazyregexp.New(`^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`)
	pathPattern = lazyregexp.New(`^(?:/(?:[^/\s]+/)+[^/\s]+|[A-Za-z]:\\(?:[^\\\s]+\\)+[^\\\s]+)$`)
)

// referenced reports whether s is an unresolved reference.
func referenced(s string) bool {
	for _, r := range references {
		if r.pattern.MatchString(s) {
			return true
		}
	}
	return false
}

// findReference looks for a reference that was not resolved, and for the text of
// an example.
func findReference(x *subject) []Damage {
	s := strings.Trim(trim(x.s), `"'`)
	for _, r := range references {
		if !r.pattern.MatchString(s) {
			continue
		}
		text := msg.New("the value is the name of a variable or of a stored secret: the reference was not resolved")
		if r.name != "" {
			text = msg.New("the value is a reference that %s should have replaced by the secret: it was not resolved", r.name)
		}
		return []Damage{whole(DamageReference, r.proof, text)}
	}
	if placeholderPattern.MatchString(s) || todoPattern.MatchString(s) {
		return []Damage{whole(DamagePlaceholder, false, msg.New("the value is the placeholder of an example, not a secret"))}
	}
	return nil
}

// findForeign looks for things that are kept in files like secrets but are none.
func findForeign(x *subject) []Damage {
	s := trim(x.s)
	switch {
	case strings.Contains(s, "-----BEGIN "):
		return []Damage{whole(DamageNotASecret, false, msg.New("the value is a certificate or key in PEM, not a client secret"))}
	case jwtPattern.MatchString(s):
		return []Damage{whole(DamageNotASecret, false, msg.New("the value is a token (JWT), not a client secret"))}
	case pathPattern.MatchString(s) && x.intact == "":
		return []Damage{whole(DamageNotASecret, false, msg.New("the value looks like the path of a file, not like what is in it"))}
	}
	return nil
}

// findIDs looks for an ID in place of the secret's value.
func findIDs(x *subject) []Damage {
	s := x.peeled
	switch {
	case s == "":
	case x.clientID != "" && strings.EqualFold(s, x.clientID):
		return []Damage{whole(DamageClientID, false, msg.New("the value is the configured client ID, not a secret"))}
	case x.tenant != "" && strings.EqualFold(s, x.tenant):
		return []Damage{whole(DamageTenantID, false, msg.New("the value is the configured tenant, not a secret"))}
	case guidPattern.MatchString(s):
		return []Damage{whole(DamageKeyID, false, msg.New("the value is a GUID: probably the Secret ID, which stands beside the value in the portal and is not secret"))}
	}
	return nil
}
