package causes

import "github.com/spcheck/spcheck/internal/msg"

// Causes of scopes, resources, permissions and policies.
const (
	ResourceNotFound    ID = "resource-not-found"
	PermissionMissing   ID = "permission-missing"
	ResourceRoleMissing ID = "resource-role-missing"
	ConditionalAccess   ID = "conditional-access"
)

func accessCauses() []Cause {
	return []Cause{
		{"scope-invalid", access,
			msg.Both("The scope or resource in the request is missing or malformed.",
				"Der Bereich (scope) oder die Ressource in der Anforderung fehlt oder ist fehlerhaft."),
			msg.Both("Request the resource with /.default appended, for Microsoft Graph https://graph.microsoft.com/.default, and nothing else.",
				"Fordern Sie die Ressource mit angehängtem /.default an, für Microsoft Graph https://graph.microsoft.com/.default, und sonst nichts.")},
		{ResourceNotFound, access,
			msg.Both("The API that the token was requested for is not known in the tenant.",
				"Die API, für die das Token angefordert wurde, ist im Mandanten nicht bekannt."),
			msg.Both("Check the resource address for typos, check the tenant and the cloud, and whether the API's service principal exists in the tenant.",
				"Prüfen Sie die Adresse der Ressource auf Tippfehler, den Mandanten und die Cloud sowie, ob es den Dienstprinzipal der API im Mandanten gibt.")},
		{"resource-disabled", access,
			msg.Both("The API that the token was requested for is disabled in the tenant.",
				"Die API, für die das Token angefordert wurde, ist im Mandanten deaktiviert."),
			msg.Both("Enable the API's enterprise application, or renew the subscription that it belongs to.",
				"Aktivieren Sie die Unternehmensanwendung der API, oder erneuern Sie das Abonnement, zu dem sie gehört.")},
		{"resource-not-listed", access,
			msg.Both("The app registration does not list the API among its permissions.",
				"Die App-Registrierung führt die API nicht unter ihren Berechtigungen auf."),
			msg.Both("Add the API under “API permissions” of the app registration and grant admin consent.",
				"Fügen Sie die API unter „API-Berechtigungen“ der App-Registrierung hinzu, und erteilen Sie die Administratorzustimmung.")},
		{"role-not-assigned", access,
			msg.Both("The API requires an assignment that the application does not have.",
				"Die API verlangt eine Zuweisung, die der Anwendung fehlt."),
			msg.Both("Assign an app role of the API to the application (an application permission with admin consent), or turn off “Assignment required” on the API's enterprise application.",
				"Weisen Sie der Anwendung eine App-Rolle der API zu (eine Anwendungsberechtigung mit Administratorzustimmung), oder schalten Sie „Zuweisung erforderlich“ an der Unternehmensanwendung der API aus.")},
		{PermissionMissing, access,
			msg.Both("The sign-in works, but Microsoft Graph refuses: an application permission is not granted.",
				"Die Anmeldung funktioniert, aber Microsoft Graph lehnt ab: Eine Anwendungsberechtigung ist nicht erteilt."),
			msg.Both("Add the application permission (not the delegated one) in the app registration and grant admin consent.",
				"Fügen Sie in der App-Registrierung die Anwendungsberechtigung (nicht die delegierte) hinzu, und erteilen Sie die Administratorzustimmung.")},
		{ResourceRoleMissing, access,
			msg.Both("The token is accepted, but the resource itself refuses: the application lacks a role or an assignment there.",
				"Das Token wird angenommen, aber die Ressource selbst lehnt ab: Der Anwendung fehlt dort eine Rolle oder Zuweisung."),
			msg.Both("Grant the application what the resource itself requires, such as an Azure role, an Exchange role or mailbox scope, access to the SharePoint site, or membership in the workspace or project.",
				"Erteilen Sie der Anwendung, was die Ressource selbst verlangt, etwa eine Azure-Rolle, eine Exchange-Rolle oder einen Postfachbereich, Zugriff auf die SharePoint-Website oder die Mitgliedschaft im Arbeitsbereich oder Projekt.")},
		{"consent-missing", access,
			msg.Both("Nobody has consented to the application's permissions yet.",
				"Den Berechtigungen der Anwendung hat noch niemand zugestimmt."),
			msg.Both("Have an administrator of the tenant grant admin consent to the application.",
				"Lassen Sie einen Administrator des Mandanten die Administratorzustimmung für die Anwendung erteilen.")},
		{ConditionalAccess, access,
			msg.Both("A Conditional Access policy blocked the sign-in.",
				"Eine Richtlinie für bedingten Zugriff hat die Anmeldung blockiert."),
			msg.Both("Open the failed entry in the sign-in log (Service principal sign-ins, tab Conditional Access); it names the policy. Sign in from an allowed location, or have the policy changed.",
				"Öffnen Sie den fehlgeschlagenen Eintrag im Anmeldeprotokoll (Dienstprinzipalanmeldungen, Registerkarte „Bedingter Zugriff“); er nennt die Richtlinie. Melden Sie sich von einem erlaubten Standort aus an, oder lassen Sie die Richtlinie ändern.")},
		{"user-flow", access,
			msg.Both("The error belongs to the sign-in of a user: the product does not sign in as an application here.",
				"Der Fehler gehört zur Anmeldung eines Benutzers: Das Produkt meldet sich hier nicht als Anwendung an."),
			msg.Both("Switch the product to application sign-in (client credentials); otherwise look at the user's password, license and multifactor authentication.",
				"Stellen Sie das Produkt auf die Anmeldung als Anwendung um (Client Credentials); andernfalls geht es um Kennwort, Lizenz oder Multi-Faktor-Authentifizierung des Benutzers.")},
		{"request-malformed", access,
			msg.Both("The request to the token endpoint is malformed.",
				"Die Anforderung an den Tokenendpunkt ist fehlerhaft."),
			msg.Both("Send a POST with form-encoded parameters to /oauth2/v2.0/token, each value percent-encoded once. If it is a finished product, report it to the vendor.",
				"Senden Sie ein POST mit formularcodierten Parametern an /oauth2/v2.0/token, jeden Wert genau einmal prozentcodiert. Bei einem fertigen Produkt melden Sie es dem Hersteller.")},
	}
}
