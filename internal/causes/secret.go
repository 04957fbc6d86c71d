package causes

import "github.com/spcheck/spcheck/internal/msg"

// Causes of client secrets.
const (
	SecretExpired       ID = "secret-expired"
	SecretNotYetValid   ID = "secret-not-yet-valid"
	SecretIsKeyID       ID = "secret-is-key-id"
	SecretDamaged       ID = "secret-damaged"
	SecretOfOtherApp    ID = "secret-of-other-app"
	SecretRemoved       ID = "secret-removed"
	SecretSuperseded    ID = "secret-superseded"
	SecretNotPropagated ID = "secret-not-propagated"
	SecretWrong         ID = "secret-wrong"
	SecretMissing       ID = "secret-missing"
	SecretsForbidden    ID = "secrets-forbidden"
	SecretExpiring      ID = "secret-expiring"
)

func secretCauses() []Cause {
	return []Cause{
		{SecretExpired, Secret,
			msg.Both("The client secret has expired.",
				"Der geheime Clientschlüssel ist abgelaufen."),
			msg.Both("Add a new secret to the application, enter its value in the product, check that it signs in, and remove the old one afterwards. Note the new expiry date.",
				"Fügen Sie der Anwendung einen neuen geheimen Clientschlüssel hinzu, tragen Sie dessen Wert im Produkt ein, prüfen Sie die Anmeldung, und entfernen Sie danach den alten. Notieren Sie das neue Ablaufdatum.")},
		{SecretNotYetValid, Secret,
			msg.Both("The client secret is not valid yet: its start date is in the future.",
				"Der geheime Clientschlüssel ist noch nicht gültig: Sein Startdatum liegt in der Zukunft."),
			msg.Both("Wait until the start date, or add a secret that is valid from now on.",
				"Warten Sie bis zum Startdatum, oder fügen Sie einen geheimen Clientschlüssel hinzu, der ab sofort gilt.")},
		{SecretIsKeyID, Secret,
			msg.Both("The Secret ID is configured instead of the secret's value.",
				"Statt des Werts ist die geheime ID (Secret ID) des geheimen Clientschlüssels konfiguriert."),
			msg.Both("Enter the value of the secret, not its ID. The value is shown only once, when the secret is created; if nobody kept it, add a new secret.",
				"Tragen Sie den Wert des geheimen Clientschlüssels ein, nicht seine ID. Der Wert wird nur einmal angezeigt, beim Erstellen; hat ihn niemand aufbewahrt, fügen Sie einen neuen hinzu.")},
		{SecretDamaged, Secret,
			msg.Both("The secret was altered on its way into the configuration.",
				"Der geheime Clientschlüssel wurde auf dem Weg in die Konfiguration verändert."),
			msg.Both("Enter the value again without quotation marks, spaces or line breaks, and make sure that the shell, variable substitution and percent-encoding do not change it.",
				"Tragen Sie den Wert erneut ein, ohne Anführungszeichen, Leerzeichen oder Zeilenumbrüche, und schützen Sie ihn vor der Shell, vor Variablenersetzung und vor Prozentcodierung.")},
		{SecretOfOtherApp, Secret,
			msg.Both("The secret belongs to a different application from the one with the configured client ID.",
				"Der geheime Clientschlüssel gehört zu einer anderen Anwendung als die konfigurierte Client-ID."),
			msg.Both("Use a client ID and a secret of the same app registration.",
				"Verwenden Sie Client-ID und geheimen Clientschlüssel aus derselben App-Registrierung.")},
		{SecretRemoved, Secret,
			msg.Both("The secret is well-formed, but the application no longer has it.",
				"Der geheime Clientschlüssel ist wohlgeformt, aber die Anwendung hat ihn nicht mehr."),
			msg.Both("Add a new secret to the application and enter its value in the product.",
				"Fügen Sie der Anwendung einen neuen geheimen Clientschlüssel hinzu, und tragen Sie dessen Wert im Produkt ein.")},
		{SecretSuperseded, Secret,
			msg.Both("An older, expired secret is still configured, although a newer one is valid.",
				"Es ist noch ein älterer, abgelaufener geheimer Clientschlüssel konfiguriert, obwohl ein neuerer gültig ist."),
			msg.Both("Enter the value of the newer secret in the product. If nobody kept it, add another one.",
				"Tragen Sie den Wert des neueren geheimen Clientschlüssels im Produkt ein. Hat ihn niemand aufbewahrt, fügen Sie einen weiteren hinzu.")},
		{SecretNotPropagated, application,
			msg.Both("The credential is so new that it is not accepted everywhere yet.",
				"Die Anmeldeinformation ist so neu, dass sie noch nicht überall angenommen wird."),
			msg.Both("Wait a few minutes and try again; nothing has to be changed.",
				"Warten Sie einige Minuten, und versuchen Sie es erneut; zu ändern ist nichts.")},
		{SecretWrong, Secret,
			msg.Both("Entra refused the client secret: it is not one of the valid secrets of this application.",
				"Entra hat den geheimen Clientschlüssel abgelehnt: Er ist keiner der gültigen dieser Anwendung."),
			msg.Both("Compare the client ID with the application that the secret was created for, and enter the secret's value (not its ID) unchanged. If in doubt, add a new secret.",
				"Vergleichen Sie die Client-ID mit der Anwendung, für die der geheime Clientschlüssel erstellt wurde, und tragen Sie dessen Wert (nicht die ID) unverändert ein. Im Zweifel fügen Sie einen neuen hinzu.")},
		{SecretMissing, Secret,
			msg.Both("The request carried no client secret, or an empty one.",
				"Die Anforderung enthielt keinen oder einen leeren geheimen Clientschlüssel."),
			msg.Both("Check that the product's secret setting is filled in and that the process really sees it, for instance by printing its length.",
				"Prüfen Sie, ob der geheime Clientschlüssel im Produkt eingetragen ist und ob der Prozess ihn wirklich erhält, etwa indem Sie seine Länge ausgeben.")},
		{SecretsForbidden, Secret,
			msg.Both("A policy forbids client secrets for this application.",
				"Eine Richtlinie verbietet geheime Clientschlüssel für diese Anwendung."),
			msg.Both("Use a certificate or a federated credential, or ask for an exemption from the app management policy.",
				"Verwenden Sie ein Zertifikat oder eine Verbundanmeldeinformation, oder bitten Sie um eine Ausnahme von der App-Verwaltungsrichtlinie.")},
		{SecretExpiring, Secret,
			msg.Both("The sign-in works, but the client secret expires soon.",
				"Die Anmeldung funktioniert, aber der geheime Clientschlüssel läuft bald ab."),
			msg.Both("Add a new secret and switch the product to it before the old one expires.",
				"Fügen Sie einen neuen geheimen Clientschlüssel hinzu, und stellen Sie das Produkt um, bevor der alte abläuft.")},
	}
}
