package objects

// Types of service principal (servicePrincipalType) that hold no credential that
// a person could configure: of a managed identity the platform holds it, of an
// agent identity its blueprint does. Source: Graph's reference of
// servicePrincipal, v1.0 and beta.
const (
	ManagedIdentity = "ManagedIdentity"
	AgentIdentity   = "ServiceIdentity"
)

// Keyless reports whether the service principal holds no credential by design, so
// that none is missing.
func (sp ServicePrincipal) Keyless() bool {
	return sp.Type == ManagedIdentity || sp.Type == AgentIdentity
}
