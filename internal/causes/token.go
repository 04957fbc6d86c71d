package causes

import "github.com/spcheck/spcheck/internal/msg"

func tokenCauses() []Cause {
	return []Cause{
		{"token-for-wrong-resource", access,
			msg.Both("The token that was presented was issued for another resource or another tenant.",
				"Das vorgelegte Token wurde für eine andere Ressource oder einen anderen Mandanten ausgestellt."),
			msg.Both("Request the token for the resource and tenant that are called, and do not reuse the token of another API.",
				"Fordern Sie das Token für genau die Ressource und den Mandanten an, die aufgerufen werden, und verwenden Sie nicht das Token einer anderen API.")},
		{"token-no-longer-valid", access,
			msg.Both("The access token that was presented has expired or was revoked.",
				"Das vorgelegte Zugriffstoken ist abgelaufen oder wurde widerrufen."),
			msg.Both("Have the product request a new token; restart it if it keeps the old one.",
				"Lassen Sie das Produkt ein neues Token anfordern; starten Sie es neu, falls es das alte behält.")},
		{"certificate-required", access,
			msg.Both("The resource accepts an application's token only if the application signed in with a certificate.",
				"Die Ressource nimmt das Token einer Anwendung nur an, wenn diese sich mit einem Zertifikat angemeldet hat."),
			msg.Both("Upload a certificate to the application and sign in with it instead of the client secret.",
				"Laden Sie ein Zertifikat zur Anwendung hoch, und melden Sie sich damit statt mit dem geheimen Clientschlüssel an.")},
		{"protocol-disabled", access,
			msg.Both("The protocol that the product uses is turned off for the tenant, the mailbox or the service.",
				"Das Protokoll, das das Produkt verwendet, ist für den Mandanten, das Postfach oder den Dienst abgeschaltet."),
			msg.Both("Switch the product to the protocol that replaced it, or have it turned on again where that is still possible.",
				"Stellen Sie das Produkt auf das Nachfolgeprotokoll um, oder lassen Sie das Protokoll wieder einschalten, wo das noch möglich ist.")},
	}
}
