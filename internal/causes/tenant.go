package causes

import "github.com/spcheck/spcheck/internal/msg"

// Causes of tenants and national clouds.
const (
	TenantNotFound  ID = "tenant-not-found"
	TenantMalformed ID = "tenant-malformed"
	TenantNotGiven  ID = "tenant-not-given"
	WrongCloud      ID = "wrong-cloud"
)

func tenantCauses() []Cause {
	return []Cause{
		{TenantNotFound, tenant,
			msg.Both("There is no such tenant.",
				"Diesen Mandanten gibt es nicht."),
			msg.Both("Enter the tenant ID from the overview page of Microsoft Entra ID, or a domain that is verified there. Check the cloud too.",
				"Tragen Sie die Mandanten-ID von der Übersichtsseite von Microsoft Entra ID ein oder eine Domäne, die dort überprüft ist. Prüfen Sie auch die Cloud.")},
		{TenantMalformed, tenant,
			msg.Both("The tenant is neither a complete GUID nor a domain name.",
				"Der Mandant ist weder eine vollständige GUID noch ein Domänenname."),
			msg.Both("Copy the tenant ID again: 36 characters with four hyphens, or a verified domain name.",
				"Kopieren Sie die Mandanten-ID erneut: 36 Zeichen mit vier Bindestrichen, oder einen überprüften Domänennamen.")},
		{TenantNotGiven, tenant,
			msg.Both("The request names no specific tenant.",
				"Die Anforderung nennt keinen bestimmten Mandanten."),
			msg.Both("Configure the tenant ID; an application cannot sign in to common, organizations or an empty tenant.",
				"Konfigurieren Sie die Mandanten-ID; eine Anwendung kann sich nicht bei common, organizations oder einem leeren Mandanten anmelden.")},
		{"tenant-blocked", tenant,
			msg.Both("The tenant is blocked or disabled, or its subscription has expired.",
				"Der Mandant ist gesperrt oder deaktiviert, oder sein Abonnement ist abgelaufen."),
			msg.Both("Have an administrator of the tenant check its subscriptions, and open a support case with Microsoft; no change to the application helps.",
				"Lassen Sie einen Administrator des Mandanten die Abonnements prüfen, und eröffnen Sie eine Supportanfrage bei Microsoft; an der Anwendung hilft keine Änderung.")},
		{"tenant-restricted", tenant,
			msg.Both("Tenant restrictions set by the network or the device do not allow this tenant.",
				"Mandanteneinschränkungen des Netzwerks oder des Geräts lassen diesen Mandanten nicht zu."),
			msg.Both("Have the tenant added to the tenant restrictions of the network or device that the product runs in.",
				"Lassen Sie den Mandanten in die Mandanteneinschränkungen des Netzwerks oder Geräts aufnehmen, in dem das Produkt läuft.")},
		{WrongCloud, tenant,
			msg.Both("The tenant or the sign-in address belongs to another national cloud.",
				"Der Mandant oder die Anmeldeadresse gehört zu einer anderen nationalen Cloud."),
			msg.Both("Use the sign-in and Graph addresses of the tenant's cloud, and an application that is registered there.",
				"Verwenden Sie die Anmelde- und Graph-Adressen der Cloud des Mandanten und eine Anwendung, die dort registriert ist.")},
	}
}
