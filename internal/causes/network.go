package causes

import "github.com/spcheck/spcheck/internal/msg"

// Causes on the way to Entra or Graph, and of these services themselves.
const (
	Throttled             ID = "throttled"
	ServiceUnavailable    ID = "service-unavailable"
	DNSFailure            ID = "dns-failure"
	ConnectionRefused     ID = "connection-refused"
	ConnectionTimeout     ID = "connection-timeout"
	ConnectionInterrupted ID = "connection-interrupted"
	TLSUntrusted          ID = "tls-untrusted"
	TLSTooOld             ID = "tls-too-old"
	ProxyAuthentication   ID = "proxy-authentication"
	AnswerNotFromEntra    ID = "answer-not-from-entra"
)

func wayCauses() []Cause {
	return []Cause{
		{Throttled, Network,
			msg.Both("The service throttled the client because of too many requests.",
				"Der Dienst hat den Client wegen zu vieler Anforderungen gedrosselt."),
			msg.Both("Wait as long as the answer says, and make the product keep its token until it expires instead of requesting one each time.",
				"Warten Sie so lange, wie die Antwort es angibt, und lassen Sie das Produkt sein Token bis zu dessen Ablauf behalten, statt jedes Mal ein neues anzufordern.")},
		{ServiceUnavailable, Network,
			msg.Both("The service itself failed.",
				"Der Dienst selbst hatte eine Störung."),
			msg.Both("Try again in a few minutes and look at the service health page; nothing has to be changed on the application.",
				"Versuchen Sie es in einigen Minuten erneut, und sehen Sie auf der Seite zur Dienstintegrität nach; an der Anwendung ist nichts zu ändern.")},
		{DNSFailure, Network,
			msg.Both("The host name of the sign-in service does not resolve.",
				"Der Hostname des Anmeldedienstes lässt sich nicht auflösen."),
			msg.Both("Check the name for typos and the DNS server of this machine.",
				"Prüfen Sie den Namen auf Tippfehler und den DNS-Server dieses Rechners.")},
		{ConnectionRefused, Network,
			msg.Both("The connection was refused.",
				"Die Verbindung wurde abgelehnt."),
			msg.Both("Check the address and port, the firewall and the proxy settings.",
				"Prüfen Sie Adresse und Port, die Firewall und die Proxyeinstellungen.")},
		{ConnectionTimeout, Network,
			msg.Both("The connection timed out.",
				"Bei der Verbindung wurde das Zeitlimit überschritten."),
			msg.Both("Check whether a firewall drops the traffic and whether a proxy is needed (HTTPS_PROXY).",
				"Prüfen Sie, ob eine Firewall den Datenverkehr verwirft und ob ein Proxy nötig ist (HTTPS_PROXY).")},
		{ConnectionInterrupted, Network,
			msg.Both("The connection was established and then cut off.",
				"Die Verbindung wurde hergestellt und dann getrennt."),
			msg.Both("Check firewalls, proxies and content filters in between; try again to see whether it happens every time.",
				"Prüfen Sie Firewalls, Proxys und Inhaltsfilter auf dem Weg; versuchen Sie es erneut, um zu sehen, ob es jedes Mal geschieht.")},
		{TLSUntrusted, Network,
			msg.Both("The TLS certificate of the answering server is not trusted here.",
				"Dem TLS-Zertifikat des antwortenden Servers wird hier nicht vertraut."),
			msg.Both("If a proxy inspects the traffic, specify its certificate authority with --ca-file; never turn off verification.",
				"Falls ein Proxy den Datenverkehr überprüft, geben Sie dessen Zertifizierungsstelle mit --ca-file an; schalten Sie die Zertifikatprüfung niemals aus.")},
		{TLSTooOld, Network,
			msg.Both("One side offers only TLS versions or ciphers that the other no longer accepts.",
				"Eine Seite bietet nur TLS-Versionen oder Verschlüsselungsverfahren an, die die andere nicht mehr annimmt."),
			msg.Both("Update the product, its runtime or its operating system so that it uses TLS 1.2 or later; check what a proxy in between offers.",
				"Aktualisieren Sie das Produkt, seine Laufzeitumgebung oder sein Betriebssystem, sodass es TLS 1.2 oder neuer verwendet; prüfen Sie, was ein Proxy dazwischen anbietet.")},
		{ProxyAuthentication, Network,
			msg.Both("The proxy requires authentication.",
				"Der Proxy verlangt eine Authentifizierung."),
			msg.Both("Give the proxy's user name and password in HTTPS_PROXY, or exempt the sign-in hosts from it.",
				"Geben Sie Benutzernamen und Kennwort des Proxys in HTTPS_PROXY an, oder nehmen Sie die Anmeldehosts davon aus.")},
		{AnswerNotFromEntra, Network,
			msg.Both("Something between here and Entra answered instead: a proxy, a portal or a filter.",
				"Etwas zwischen hier und Entra hat an dessen Stelle geantwortet: ein Proxy, ein Portal oder ein Filter."),
			msg.Both("Let the traffic to the sign-in and Graph hosts pass unchanged.",
				"Lassen Sie den Datenverkehr zu den Anmelde- und Graph-Hosts unverändert durch.")},
	}
}
