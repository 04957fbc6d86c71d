package causes

import "github.com/spcheck/spcheck/internal/msg"

// Causes of applications and service principals.
const (
	AppNotFound              ID = "app-not-found"
	AppDeleted               ID = "app-deleted"
	ClientIDMistaken         ID = "client-id-mistaken"
	ServicePrincipalMissing  ID = "service-principal-missing"
	ServicePrincipalDisabled ID = "service-principal-disabled"
	AppDisabled              ID = "app-disabled"
	PrincipalKindMismatch    ID = "principal-kind-mismatch"
)

func applicationCauses() []Cause {
	return []Cause{
		{AppNotFound, application,
			msg.Both("There is no application with this client ID in the tenant.",
				"Im Mandanten gibt es keine Anwendung mit dieser Client-ID."),
			msg.Both("Check that the client ID and the tenant belong together, and that the application has not been deleted.",
				"Prüfen Sie, ob Client-ID und Mandant zusammengehören und ob die Anwendung gelöscht wurde.")},
		{AppDeleted, application,
			msg.Both("The application was deleted and can still be restored.",
				"Die Anwendung wurde gelöscht und lässt sich noch wiederherstellen."),
			msg.Both("Find out who deleted it and why, then restore it under “Deleted applications” of the app registrations; this is possible for 30 days.",
				"Klären Sie, wer sie gelöscht hat und warum, und stellen Sie sie dann unter „Gelöschte Anwendungen“ der App-Registrierungen wieder her; das geht 30 Tage lang.")},
		{ClientIDMistaken, application,
			msg.Both("The configured client ID is something else, such as the tenant ID, an object ID, a Secret ID or a placeholder.",
				"Als Client-ID ist etwas anderes konfiguriert, etwa die Mandanten-ID, eine Objekt-ID, eine geheime ID (Secret ID) oder ein Platzhalter."),
			msg.Both("Enter the application (client) ID from the overview page of the app registration.",
				"Tragen Sie die Anwendungs-ID (Client) von der Übersichtsseite der App-Registrierung ein.")},
		{ServicePrincipalMissing, application,
			msg.Both("The application exists, but it has no service principal in the tenant.",
				"Die Anwendung gibt es, aber sie hat im Mandanten keinen Dienstprinzipal."),
			msg.Both("Create the service principal in the tenant (az ad sp create --id CLIENT-ID), or have an administrator consent to the application there.",
				"Legen Sie den Dienstprinzipal im Mandanten an (az ad sp create --id CLIENT-ID), oder lassen Sie dort einen Administrator der Anwendung zustimmen.")},
		{ServicePrincipalDisabled, application,
			msg.Both("The service principal is disabled in the tenant.",
				"Der Dienstprinzipal ist im Mandanten deaktiviert."),
			msg.Both("Set “Enabled for users to sign in?” to Yes on the enterprise application, unless someone disabled it on purpose.",
				"Setzen Sie „Aktiviert für die Benutzeranmeldung?“ an der Unternehmensanwendung auf „Ja“, es sei denn, jemand hat sie absichtlich deaktiviert.")},
		{AppDisabled, application,
			msg.Both("The application is disabled by Microsoft, by its owner or in the tenant.",
				"Die Anwendung ist deaktiviert: durch Microsoft, durch ihren Besitzer oder im Mandanten."),
			msg.Both("Look at the enterprise application: enable it if it is disabled in the tenant; otherwise ask its publisher, or Microsoft if Microsoft disabled it.",
				"Sehen Sie sich die Unternehmensanwendung an: Aktivieren Sie sie, falls sie im Mandanten deaktiviert ist; andernfalls fragen Sie den Herausgeber oder, falls Microsoft sie deaktiviert hat, Microsoft.")},
		{"app-is-public", application,
			msg.Both("The application is registered as a public client, but a credential was sent.",
				"Die Anwendung ist als öffentlicher Client registriert, aber es wurde eine Anmeldeinformation gesendet."),
			msg.Both("Set “Allow public client flows” to No in the app registration and add a Web platform, or sign in without a credential.",
				"Setzen Sie „Öffentliche Clientflows zulassen“ in der App-Registrierung auf „Nein“, und fügen Sie eine Webplattform hinzu, oder melden Sie sich ohne Anmeldeinformation an.")},
		{"managed-identity-instead", application,
			msg.Both("A managed identity was used instead of the configured application.",
				"Statt der konfigurierten Anwendung wurde eine verwaltete Identität verwendet."),
			msg.Both("Decide which of the two the product should use: configure the client ID and credential of the application, or give the managed identity the permissions and name it explicitly.",
				"Legen Sie fest, welche von beiden das Produkt verwenden soll: Konfigurieren Sie Client-ID und Anmeldeinformation der Anwendung, oder erteilen Sie der verwalteten Identität die Berechtigungen und geben Sie sie ausdrücklich an.")},
		{PrincipalKindMismatch, application,
			msg.Both("The configured client ID belongs to something that does not sign in this way: a managed identity, an agent identity or blueprint, or another tenant's application.",
				"Die konfigurierte Client-ID ist von einer Art, die sich so nicht anmeldet: eine verwaltete Identität, eine Agent-Identität oder deren Blueprint oder die Anwendung eines anderen Mandanten."),
			msg.Both("Configure the client ID of your own app registration, or sign in the way that this kind of principal requires. Do not add a secret to it.",
				"Konfigurieren Sie die Client-ID einer eigenen App-Registrierung, oder melden Sie sich so an, wie es diese Art von Prinzipal verlangt. Fügen Sie ihm keinen geheimen Clientschlüssel hinzu.")},
		{"credential-policy", application,
			msg.Both("A policy, a lock or a limit does not allow the credential that was to be added.",
				"Eine Richtlinie, eine Sperre oder eine Obergrenze lässt die Anmeldeinformation nicht zu, die hinzugefügt werden sollte."),
			msg.Both("Shorten the lifetime, use another kind of credential or remove one that is no longer needed; otherwise ask for an exemption from the policy.",
				"Verkürzen Sie die Gültigkeitsdauer, verwenden Sie eine andere Art von Anmeldeinformation, oder entfernen Sie eine nicht mehr benötigte; andernfalls bitten Sie um eine Ausnahme von der Richtlinie.")},
	}
}
