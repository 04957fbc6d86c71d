package objects

// Types of service principal (servicePrincipalType) without credentials that a person
// could configure. Azure manages those of a managed identity. An agent identity uses
// those of its blueprint. Source: Graph's reference of servicePrincipal, v1.0 and beta.
const (
	ManagedIdentity = "ManagedIdentity"
	AgentIdentity   = "ServiceIdentity"
)

// Keyless reports whether the service principal has no credentials by design, so that
// none are missing.
func (sp ServicePrincipal) Keyless() bool {
	return sp.Type == ManagedIdentity || sp.Type == AgentIdentity
}
