package causes

import "github.com/spcheck/spcheck/internal/msg"

// Causes of certificates, of the assertions that they sign and of federated tokens.
const (
	CertificateExpired       ID = "certificate-expired"
	CertificateNotRegistered ID = "certificate-not-registered"
	CertificateKeyMismatch   ID = "certificate-key-mismatch"
	CertificateWrongApp      ID = "certificate-wrong-app"
	CertificateRejected      ID = "certificate-rejected"
	AssertionExpired         ID = "assertion-expired"
	ClockSkew                ID = "clock-skew"
	FederationMismatch       ID = "federation-mismatch"
)

func certificateCauses() []Cause {
	return []Cause{
		{CertificateExpired, Certificate,
			msg.Both("The certificate has expired or is not valid yet.",
				"Das Zertifikat ist abgelaufen oder noch nicht gültig."),
			msg.Both("Create a new certificate, upload its public part to the application, and configure the new one in the product.",
				"Erstellen Sie ein neues Zertifikat, laden Sie dessen öffentlichen Teil zur Anwendung hoch, und konfigurieren Sie das neue im Produkt.")},
		{CertificateNotRegistered, Certificate,
			msg.Both("The certificate that signed the request is not registered on the application.",
				"Das Zertifikat, mit dem die Anforderung signiert wurde, ist an der Anwendung nicht registriert."),
			msg.Both("Upload the public part of the certificate to the application, and compare the thumbprints afterwards.",
				"Laden Sie den öffentlichen Teil des Zertifikats zur Anwendung hoch, und vergleichen Sie danach die Fingerabdrücke.")},
		{CertificateKeyMismatch, Certificate,
			msg.Both("The private key does not belong to the certificate that is registered on the application.",
				"Der private Schlüssel gehört nicht zu dem Zertifikat, das an der Anwendung registriert ist."),
			msg.Both("Configure the private key that was created with the registered certificate, or register the certificate that belongs to the key.",
				"Konfigurieren Sie den privaten Schlüssel, der mit dem registrierten Zertifikat erstellt wurde, oder registrieren Sie das Zertifikat, das zum Schlüssel gehört.")},
		{CertificateWrongApp, Certificate,
			msg.Both("The certificate or assertion was created for a different application from the one with the configured client ID.",
				"Das Zertifikat oder die Assertion wurde für eine andere Anwendung als die konfigurierte Client-ID erstellt."),
			msg.Both("Use the client ID with a certificate of the same application.",
				"Verwenden Sie die Client-ID zusammen mit einem Zertifikat derselben Anwendung.")},
		{CertificateRejected, Certificate,
			msg.Both("Entra refused the certificate or the signed assertion.",
				"Entra hat das Zertifikat oder die signierte Assertion abgelehnt."),
			msg.Both("Compare the thumbprint in the product with those registered on the application, and check the certificate's dates and its signature algorithm.",
				"Vergleichen Sie den Fingerabdruck im Produkt mit denen, die an der Anwendung registriert sind, und prüfen Sie Gültigkeit und Signaturalgorithmus des Zertifikats.")},
		{"certificate-unusable", Certificate,
			msg.Both("The product cannot find, read or use its certificate or private key.",
				"Das Produkt kann sein Zertifikat oder dessen privaten Schlüssel nicht finden, lesen oder verwenden."),
			msg.Both("Check the store or file that the product reads, its format and password, that it contains the private key, and that the product's account may read that key.",
				"Prüfen Sie, ob der Zertifikatspeicher oder die Datei stimmt, ob Format und Kennwort passen, ob der private Schlüssel enthalten ist und ob das Konto des Produkts ihn lesen darf.")},
		{AssertionExpired, federation,
			msg.Both("The assertion had already expired when it was sent: it was kept too long or fetched too early.",
				"Die Assertion war beim Senden schon abgelaufen: Sie wurde zu lange aufbewahrt oder zu früh geholt."),
			msg.Both("Request a fresh token from the identity provider right before each sign-in instead of keeping one.",
				"Fordern Sie vor jeder Anmeldung ein frisches Token beim Identitätsanbieter an, statt eines aufzubewahren.")},
		{ClockSkew, setup,
			msg.Both("A clock is so far off that the sign-in fails: that of the machine that signs in, or of the one that checks the token.",
				"Eine Uhr geht so falsch, dass die Anmeldung fehlschlägt: die des Rechners, der sich anmeldet, oder die des Rechners, der das Token prüft."),
			msg.Both("Synchronize the clock with a time server, and check the time zone.",
				"Gleichen Sie die Uhr mit einem Zeitserver ab, und prüfen Sie die Zeitzone.")},
		{FederationMismatch, federation,
			msg.Both("The federated token matches none of the application's federated credentials.",
				"Das Verbundtoken passt zu keiner Verbundanmeldeinformation der Anwendung."),
			msg.Both("Compare issuer, subject and audience of the token with the federated credential, character by character and case-sensitively.",
				"Vergleichen Sie Aussteller, Antragsteller und Zielgruppe des Tokens mit der Verbundanmeldeinformation, Zeichen für Zeichen und mit Groß- und Kleinschreibung.")},
	}
}
