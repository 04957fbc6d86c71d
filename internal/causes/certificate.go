package causes

import "github.com/spcheck/spcheck/internal/msg"

func certificateCauses() []Cause {
	return []Cause{
		{CertificateExpired,
			msg.New("The certificate is outside its period of validity."),
			msg.New("Make a new certificate, upload its public part to the application, and configure the new one in the product.")},
		{CertificateNotRegistered,
			msg.New("The certificate that signed the request is not registered on the application."),
			msg.New("Upload the public part of the certificate to the application, and compare the thumbprints afterwards.")},
		{CertificateKeyMismatch,
			msg.New("The private key does not belong to the certificate that is registered on the application."),
			msg.New("Configure the private key that was made with the registered certificate, or register the certificate that belongs to the key.")},
		{CertificateWrongApp,
			msg.New("The certificate or assertion was made for another application than the configured client ID."),
			msg.New("Pair the client ID with the certificate of the same application.")},
		{CertificateRejected,
			msg.New("Entra refused the certificate or the signed assertion."),
			msg.New("Compare the thumbprint in the product with those registered on the application, and check the certificate's dates and the algorithm it signs with.")},
		{AssertionExpired,
			msg.New("The assertion that was sent had already ended: it was kept too long or fetched too early."),
			msg.New("Request a fresh token from the identity provider right before each sign-in instead of keeping one.")},
		{ClockSkew,
			msg.New("The clock of this machine is wrong enough to break the sign-in."),
			msg.New("Synchronise the clock with a time server, and check the time zone.")},
		{FederationMismatch,
			msg.New("The federated token matches none of the application's federated credentials."),
			msg.New("Compare issuer, subject and audience of the token with the federated credential, character by character and with upper and lower case.")},
	}
}
