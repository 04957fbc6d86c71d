package secrets

import (
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// Clients that read a certificate from a file. Azure Identity is Microsoft's library
// for signing in to Azure services, with a version for each language.
const (
	identityNET    = "Azure Identity for .NET"
	identityGo     = "Azure Identity for Go"
	identityJava   = "Azure Identity for Java"
	identityJS     = "Azure Identity for JavaScript"
	identityPython = "Azure Identity for Python"
	msalNode       = "MSAL for Node.js"
	azureCLI       = "Azure CLI"
	azurePS        = "Azure PowerShell"
	oldWindows     = "Windows Server 2016"
)

// objection is a clause about the file, and what some clients do with it.
type objection struct {
	applies bool
	says    msg.Text
}

// objections are what clients refuse, or sign wrongly with. Each is taken from the
// client's source, and was tried where the client runs on Linux:
//
//   - .NET: X509Certificate2FromPathProvider (goes by the name's ending; no password
//     with PEM) and PemReader (takes the last certificate and the last key labelled
//     PRIVATE KEY), MSAL's CommonCryptographyManager.
//   - Go: azidentity.ParseCertificates (no PEM with a password, one key, PFX by
//     golang.org/x/crypto/pkcs12).
//   - Java: IdentityClientBase (PFX where there is a password, else PEM) and
//     CertificateUtil (PRIVATE KEY alone, the first certificate).
//   - JavaScript: clientCertificateCredential.ts (PEM alone, the first certificate by
//     an expression that allows no blank), jsonwebtoken (2048 bits at least).
//   - Python: certificate.py (the first certificate and key, by cryptography).
//   - Azure CLI: core/auth/identity.py (PEM without a password).
//   - Azure PowerShell: Connect-AzAccount -CertificatePath (PKCS#12).
func (f *fileForm) objections() []objection {
	return []objection{
		{f.pem && f.password && !f.needed,
			msg.New("a password is given, but the private key is not encrypted: refused by %s",
				named(identityNET, identityGo, identityJava, identityPython))},
		{f.pem && f.needed,
			msg.New("the private key in the PEM file is encrypted: not read by %s",
				named(identityNET, identityGo, identityJava, azureCLI))},
		{!f.pem && f.password && !f.needed,
			msg.New("a password is given, but the PFX file has none: refused by %s",
				named(identityNET, identityGo, identityJava, identityPython, azurePS))},
		{!f.pem && !f.password,
			msg.New("no password is given for the PFX file: not read by %s", named(identityJava))},
		{f.pem && f.certificates > 1 && !f.leafFirst,
			msg.New("the certificate of the private key is not the first in the file: %s use the first, and Entra refuses what they sign",
				named(identityJava, identityJS, identityPython, azureCLI))},
		{f.pem && f.certificates > 1 && !f.leafLast,
			msg.New("the certificate of the private key is not the last in the file: %s uses the last, which the key does not match",
				named(identityNET))},
		{f.pem && f.keys > 1,
			msg.New("the file contains several private keys: refused by %s", named(identityGo, identityJava))},
		{f.pem && f.keys > 1 && !f.keyFirst,
			msg.New("the first private key in the file is not the certificate's: %s use the first, and Entra refuses what they sign",
				named(identityJS, identityPython, azureCLI))},
		{f.pem && f.keys > 1 && !f.keyLast,
			msg.New("the last private key in the file is not the certificate's: %s uses the last", named(identityNET))},
		{f.pem && f.pkcs1,
			msg.New("the private key is labelled RSA PRIVATE KEY (PKCS#1): %s read only PRIVATE KEY (PKCS#8)",
				named(identityNET, identityJava))},
		{f.blanks && f.keyBlanks,
			msg.New("lines of the PEM file start or end with spaces: refused by %s", named(identityJava, identityJS))},
		{f.blanks && !f.keyBlanks,
			msg.New("lines of the PEM file start or end with spaces: refused by %s", named(identityJS))},
		{f.emptyLines,
			msg.New("there are empty lines within the PEM blocks: refused by %s", named(identityJS, identityPython))},
		{f.mark,
			msg.New("the file starts with a byte order mark: %s does not see the first block", named(identityGo))},
		{!f.named,
			msg.New("the file's extension does not match its format (.pem, .pfx): refused by %s", named(identityNET))},
		{f.keyBits > 0 && f.keyBits < 2048,
			msg.New("the RSA key is shorter than 2048 bits: refused by %s", named(identityJS, msalNode))},
		{!f.pem && f.modern,
			msg.New("the PFX file is protected by AES or SHA-256: not read by %s", named(identityGo, oldWindows))},
		{!f.pem && !f.mac,
			msg.New("the PFX file has no integrity check (MAC): refused by %s", named(identityGo))},
	}
}

// refusals returns what clients object to in a file.
func (f *fileForm) refusals() []msg.Text {
	var all []msg.Text
	for _, o := range f.objections() {
		if o.applies {
			all = append(all, o.says)
		}
	}
	return all
}

// format names the format, and the clients that read only the other one.
func (f *fileForm) format() msg.Text {
	if f.pem {
		return msg.New("a PEM file, which %s does not read", azurePS)
	}
	return msg.New("a PFX file, which %s do not read", named(identityJS, azureCLI))
}

// named lists clients. It combines the languages of Azure Identity.
func named(clients ...string) string {
	const identity = "Azure Identity for "
	var languages, others []string
	for _, c := range clients {
		if language, ok := strings.CutPrefix(c, identity); ok {
			languages = append(languages, language)
		} else {
			others = append(others, c)
		}
	}
	if len(languages) == 0 {
		return strings.Join(others, ", ")
	}
	return strings.Join(append([]string{identity + strings.Join(languages, "/")}, others...), ", ")
}
