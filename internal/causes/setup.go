package causes

import "github.com/spcheck/spcheck/internal/msg"

// Causes of what is configured here, and what stands where no cause is found.
const (
	ConfigIncomplete ID = "config-incomplete"
	Unknown          ID = "unknown"
)

func setupCauses() []Cause {
	return []Cause{
		{"not-entra", setup,
			msg.Both("The error comes from another identity provider or from the product itself, not from Microsoft Entra.",
				"Der Fehler stammt von einem anderen Identitätsanbieter oder vom Produkt selbst, nicht von Microsoft Entra."),
			msg.Both("Look up the message in the documentation of the provider or product that it comes from.",
				"Schlagen Sie die Meldung in der Dokumentation des Anbieters oder Produkts nach, von dem sie stammt.")},
		{ConfigIncomplete, setup,
			msg.Both("A required setting is missing or malformed.",
				"Eine benötigte Einstellung fehlt oder ist fehlerhaft."),
			msg.Both("Complete the configuration; spcheck config show lists every setting and where it comes from.",
				"Vervollständigen Sie die Konfiguration; spcheck config show listet jede Einstellung mit ihrer Herkunft auf.")},
		{Unknown, setup,
			msg.Both("The evidence supports none of the known causes.",
				"Die Belege stützen keine der bekannten Ursachen."),
			msg.Both("Keep the code, the trace ID and the correlation ID for a support case, and look up the attempt in the sign-in log of the tenant.",
				"Bewahren Sie Code, Trace-ID und Korrelations-ID für eine Supportanfrage auf, und suchen Sie den Versuch im Anmeldeprotokoll des Mandanten.")},
	}
}
