package secrets

import (
	"regexp"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// lookalike is a value that people configure by mistake: an unresolved reference, the
// text of an example, or a secret that is still encrypted. To add one, add a line with
// an example; a test uses the example.
type lookalike struct {
	kind    damageKind
	pattern func() *regexp.Regexp
	// proof means that no secret looks like this. It is not set if a password chosen by
	// a person might look like this by chance.
	proof bool
	text  msg.Text
	// example is a value of this kind.
	example string
}

// lookalikes returns the list, more specific ones first.
var lookalikes = sync.OnceValue(func() []lookalike {
	variable := msg.New("the value is the name of a variable or of a stored secret: the reference was not resolved")
	resolve := func(by string) msg.Text {
		return msg.New("the value is a reference that %s should have replaced with the secret: it was not resolved", by)
	}
	placeholder := msg.New("the value is a placeholder from an example, not a secret")
	encrypted := func(by string) msg.Text {
		return msg.New("the value is still encrypted by %s: the product received it before it was decrypted", by)
	}
	reference := func(pattern string, proof bool, text msg.Text, example string) lookalike {
		return lookalike{damageReference, lazyregexp.New(pattern), proof, text, example}
	}
	sample := func(pattern, example string) lookalike {
		return lookalike{damagePlaceholder, lazyregexp.New(pattern), false, placeholder, example}
	}
	other := func(pattern string, proof bool, text msg.Text, example string) lookalike {
		return lookalike{damageNotASecret, lazyregexp.New(pattern), proof, text, example}
	}
	return []lookalike{
		reference(`^@Microsoft\.KeyVault\(.*\)$`, true, resolve("App Service"), "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)"),
		reference(`^https://[^/]+\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)/secrets/`, true, resolve("Azure Key Vault"), "https://v.vault.azure.net/secrets/sync"),
		reference(`^\$\{\{.*\}\}$`, true, resolve("GitHub Actions"), "${{ secrets.CLIENT_SECRET }}"),
		reference(`^op://`, true, resolve("1Password"), "op://vault/item/field"),
		reference(`^arn:aws[a-z-]*:(?:secretsmanager|ssm):`, true, resolve("AWS"), "arn:aws:secretsmanager:eu-west-1:1:secret:x"),
		reference(`^projects/[^/]+/secrets/`, true, resolve("Google Secret Manager"), "projects/p/secrets/s/versions/1"),
		reference(`^(?:vault|akv|keyvault|secretsmanager|ssm|awssm|gcpsm|sops|ref\+[a-z]+|keyring|env|file):`, false, variable, "vault:secret/data/sync#client_secret"),
		reference(`^\{\{.*\}\}$`, false, variable, "{{ client_secret }}"),
		reference(`^\$\{[^{}]+\}$`, false, variable, "${CLIENT_SECRET}"),
		reference(`^\$\([^()]+\)$`, false, variable, "$(ClientSecret)"),
		reference(`^#\{[^{}]+\}#?$`, false, variable, "#{ClientSecret}#"),
		reference(`^__[A-Za-z][A-Za-z0-9_.]*__$`, false, variable, "__ClientSecret__"),
		reference(`^%[A-Za-z_][A-Za-z0-9_]*%$`, false, variable, "%CLIENT_SECRET%"),
		reference(`^\$(?:env:)?[A-Za-z_]*(?i:secret|password|pwd|client|azure|token)[A-Za-z0-9_]*$`, false, variable, "$env:AZURE_CLIENT_SECRET"),
		reference(`^(?:process\.env|os\.environ|ENV|Environment\.GetEnvironmentVariable)[.\[(]`, true, variable, "process.env.CLIENT_SECRET"),
		reference(`^(?:data|var|local|module|azuread_[a-z_]+)\.[A-Za-z0-9_.\[\]"-]+$`, false, resolve("Terraform"), "azuread_application_password.sync.value"),

		sample(`(?i)^[<\[{("']*(?:your|my|the|enter|insert|paste|replace|add|some)?[-_ ]*(?:(?:azure|aad|entra|app|application|client)[-_ ]*)*(?:secret|password|passwd)(?:[-_ ]*(?:value|here|goes[-_ ]here))*[>\]})"']*$`, "<your-client-secret>"),
		sample(`(?i)^[<\[{("']*(?:change[-_ ]?me|change[-_ ]?it|to-?do|tbd|placeholder|redacted|example|dummy|n/?a|null|none|undefined|nil)[>\]})"']*$`, "changeme"),
		sample(`(?i)^[<\[{("']*(?:please[-_ ])?(?:replace|enter|insert|paste|copy|put|fill|set|add|type|provide)(?:[-_ ]+(?:me|this|it|in|with|the|your|a|an|here))*(?:[-_ ]+(?:[a-z]+[-_ ]+){0,4}(?:secret|password|value|key|credential)s?(?:[-_ ]+[a-z]+){0,9})?[>\]})"'.!]*$`, "REPLACE_ME"),
		sample(`(?i)^[<\[{("']*(?:enter|insert|paste|your)[-_ ](?:[a-z]+[-_ ]){0,4}(?:secret|password)(?:[-_ ](?:[a-z]+[-_ ]?){1,9})?[>\]})"']*$`, "Enter_the_Client_Secret_Here"),
		sample(`(?i)^<[^<>]{0,60}(?:secret|password|value|key)[^<>]{0,60}>$`, "<client secret of the app registration>"),
		sample(`(?i)^x{8,}$`, "xxxxxxxxxxxxxxxx"),

		other(`^ENC\[[A-Z0-9_]+,`, true, encrypted("SOPS"), "ENC[AES256_GCM,data:aGVs,iv:aXY=,tag:dGFn,type:str]"),
		other(`^ENC\[|^ENC\(`, true, encrypted("eyaml or Jasypt"), "ENC(q83vASNFZ4k=)"),
		other(`^\$ANSIBLE_VAULT;`, true, encrypted("Ansible Vault"), "$ANSIBLE_VAULT;1.1;AES256"),
		other(`^!vault\b`, true, encrypted("Ansible Vault"), "!vault |"),
		other(`^AgA[A-Za-z0-9+/]{200,}`, true, encrypted("Sealed Secrets"), "AgA"+strings.Repeat("Bc9+", 60)),
		other(`^(?:01000000d08c9ddf0115d1118c7a00c04fc297eb|AQAAANCMnd8BFdERjHoAwE/)`, true, encrypted("Windows (DPAPI)"), "01000000d08c9ddf0115d1118c7a00c04fc297eb0100"),
		other(`^(?:vault|CfDJ8)[:A-Za-z0-9_-]{40,}$`, false, encrypted("ASP.NET Core Data Protection"), "CfDJ8"+strings.Repeat("Ab9_", 12)),
		other(`^System\.(?:Security\.SecureString|Management\.Automation\.PSCredential|Net\.NetworkCredential|Object\[\]|String\[\])$`, true,
			msg.New("the value is the name of a .NET type: a program printed the object instead of its content"), "System.Security.SecureString"),
		other(`^\[object Object\]$|^<[a-z_.]+ object at 0x[0-9a-f]+>$|^#<[A-Za-z:]+`, true,
			msg.New("the value is the name of an object: a program printed the object instead of its content"), "[object Object]"),
		other(`(?s)^\{.*"(?:clientSecret|client_secret|password)"\s*:`, true,
			msg.New("the value is a whole JSON document of credentials; the secret is one field in it"), `{"clientId":"x","clientSecret":"y"}`),
		other(`^(?:[0-9A-F]{40}|(?:[0-9A-F]{2}[: ]){19}[0-9A-F]{2}|[0-9a-f]{40}|[0-9A-Fa-f]{64})$`, false,
			msg.New("the value has the form of a certificate's thumbprint, not of a client secret"), "A5B1C9D3E7F20481A5B1C9D3E7F20481A5B1C9D3"),
		other(`-----BEGIN `, false, msg.New("the value is a certificate or key in PEM, not a client secret"), "-----BEGIN CERTIFICATE-----"),
		other(`^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`, false, msg.New("the value is a token (JWT), not a client secret"), "eyJhbGciOiJub25lIn0.e30."),
		other(`^(?:/(?:[^/\s]+/)+[^/\s]+|[A-Za-z]:\\(?:[^\\\s]+\\)+[^\\\s]+)$`, false, msg.New("the value looks like the path of a file, not like its content"), "/run/secrets/client-secret"),
	}
})
