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

// objection is a form of file that some clients do not accept.
type objection struct {
	applies func(f *fileForm) bool
	clients []string
	// says returns a clause about the file and what those clients do with it.
	says func(clients string) msg.Text
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
func objections() []objection {
	return append(append(passwordObjections(), orderObjections()...), writingObjections()...)
}

func passwordObjections() []objection {
	return []objection{
		{func(f *fileForm) bool { return f.pem && f.password && !f.needed },
			[]string{identityNET, identityGo, identityJava, identityPython},
			func(by string) msg.Text {
				return msg.New("a password is given, but the private key is not encrypted: refused by %s", by)
			}},
		{func(f *fileForm) bool { return f.pem && f.needed }, []string{identityNET, identityGo, identityJava, azureCLI},
			func(by string) msg.Text {
				return msg.New("the private key in the PEM file is encrypted: not read by %s", by)
			}},
		{func(f *fileForm) bool { return !f.pem && f.password && !f.needed },
			[]string{identityNET, identityGo, identityJava, identityPython, azurePS},
			func(by string) msg.Text {
				return msg.New("a password is given, but the PFX file has none: refused by %s", by)
			}},
		{func(f *fileForm) bool { return !f.pem && !f.password }, []string{identityJava},
			func(by string) msg.Text {
				return msg.New("no password is given for the PFX file: not read by %s", by)
			}},
	}
}

func orderObjections() []objection {
	return []objection{
		{func(f *fileForm) bool { return f.pem && f.certificates > 1 && !f.leafFirst },
			[]string{identityJava, identityJS, identityPython, azureCLI},
			func(by string) msg.Text {
				return msg.New("the certificate of the private key is not the first in the file: %s use the first, and Entra refuses what they sign", by)
			}},
		{func(f *fileForm) bool { return f.pem && f.certificates > 1 && !f.leafLast }, []string{identityNET},
			func(by string) msg.Text {
				return msg.New("the certificate of the private key is not the last in the file: %s uses the last, which the key does not match", by)
			}},
		{func(f *fileForm) bool { return f.pem && f.keys > 1 }, []string{identityGo, identityJava},
			func(by string) msg.Text { return msg.New("the file contains several private keys: refused by %s", by) }},
		{func(f *fileForm) bool { return f.pem && f.keys > 1 && !f.keyFirst }, []string{identityJS, identityPython, azureCLI},
			func(by string) msg.Text {
				return msg.New("the first private key in the file is not the certificate's: %s use the first, and Entra refuses what they sign", by)
			}},
		{func(f *fileForm) bool { return f.pem && f.keys > 1 && !f.keyLast }, []string{identityNET},
			func(by string) msg.Text {
				return msg.New("the last private key in the file is not the certificate's: %s uses the last", by)
			}},
	}
}

func writingObjections() []objection {
	return []objection{
		{func(f *fileForm) bool { return f.pem && f.pkcs1 }, []string{identityNET, identityJava},
			func(by string) msg.Text {
				return msg.New("the private key is labelled RSA PRIVATE KEY (PKCS#1): %s read only PRIVATE KEY (PKCS#8)", by)
			}},
		{func(f *fileForm) bool { return f.blanks && f.keyBlanks }, []string{identityJava, identityJS},
			func(by string) msg.Text {
				return msg.New("lines of the PEM file start or end with spaces: refused by %s", by)
			}},
		{func(f *fileForm) bool { return f.blanks && !f.keyBlanks }, []string{identityJS},
			func(by string) msg.Text {
				return msg.New("lines of the PEM file start or end with spaces: refused by %s", by)
			}},
		{func(f *fileForm) bool { return f.emptyLines }, []string{identityJS, identityPython},
			func(by string) msg.Text {
				return msg.New("there are empty lines within the PEM blocks: refused by %s", by)
			}},
		{func(f *fileForm) bool { return f.mark }, []string{identityGo},
			func(by string) msg.Text {
				return msg.New("the file starts with a byte order mark: %s does not see the first block", by)
			}},
		{func(f *fileForm) bool { return !f.named }, []string{identityNET},
			func(by string) msg.Text {
				return msg.New("the file's extension does not match its format (.pem, .pfx): refused by %s", by)
			}},
		{func(f *fileForm) bool { return f.keyBits > 0 && f.keyBits < 2048 }, []string{identityJS, msalNode},
			func(by string) msg.Text { return msg.New("the RSA key is shorter than 2048 bits: refused by %s", by) }},
		{func(f *fileForm) bool { return !f.pem && f.modern }, []string{identityGo, oldWindows},
			func(by string) msg.Text {
				return msg.New("the PFX file is protected by AES or SHA-256: not read by %s", by)
			}},
		{func(f *fileForm) bool { return !f.pem && !f.mac }, []string{identityGo},
			func(by string) msg.Text {
				return msg.New("the PFX file has no integrity check (MAC): refused by %s", by)
			}},
	}
}

// refusals returns what clients object to in a file.
func (f *fileForm) refusals() []msg.Text {
	var all []msg.Text
	for _, o := range objections() {
		if o.applies(f) {
			all = append(all, o.says(named(o.clients)))
		}
	}
	return all
}

// format names the format, and the clients that read only the other one.
func (f *fileForm) format() msg.Text {
	if f.pem {
		return msg.New("a PEM file, which %s does not read", azurePS)
	}
	return msg.New("a PFX file, which %s do not read", named([]string{identityJS, azureCLI}))
}

// named lists clients. It combines the languages of Azure Identity.
func named(clients []string) string {
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
