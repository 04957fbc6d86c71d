// Package causes contains the closed list of root causes. Their IDs are part of the
// command-line contract. Their texts are general, for use without facts about a tenant.
//
// Each cause is one entry, with its ID and both languages, in the file of its family. It
// has a constant if a rule names it. Causes without one are only named in the catalogue
// of codes.
package causes

import (
	"slices"
	"sync"

	"github.com/spcheck/spcheck/internal/msg"
)

// ID names a root cause. Entra's codes are symptoms: one code can have several causes.
type ID string

// Family is what a cause is about.
type Family string

// Causes of the families secret, certificate and federation concern one kind of
// credential. Network includes failures of the service itself.
const (
	Secret      Family = "secret"
	Certificate Family = "certificate"
	federation  Family = "federation"
	application Family = "application"
	tenant      Family = "tenant"
	access      Family = "access" // to a resource: scopes, permissions, policies
	Network     Family = "network"
	setup       Family = "setup" // settings, and everything else
)

// Cause is a root cause with general texts.
type Cause struct {
	ID     ID
	Family Family
	// Summary says what is wrong, in one sentence.
	Summary msg.Text
	// Remedy says what to do, in one or two sentences.
	Remedy msg.Text
}

// All returns all root causes, family by family.
func All() []Cause { return slices.Clone(table()) }

// table returns all root causes. Callers must not change it.
var table = sync.OnceValue(func() []Cause {
	return slices.Concat(secretCauses(), certificateCauses(), applicationCauses(), tenantCauses(),
		accessCauses(), wayCauses(), setupCauses())
})

// Lookup returns the cause with the given ID.
func Lookup(id ID) (Cause, bool) {
	if i := slices.IndexFunc(table(), func(c Cause) bool { return c.ID == id }); i >= 0 {
		return table()[i], true
	}
	return Cause{}, false
}

// Is reports whether the cause belongs to one of these families.
func (id ID) Is(families ...Family) bool {
	c, ok := Lookup(id)
	return ok && slices.Contains(families, c.Family)
}

// Causes of settings, and of errors that have none of the other causes.
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
