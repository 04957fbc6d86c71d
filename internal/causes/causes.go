// Package causes is the closed list of root causes: what may be true of a
// set-up that does not sign in. The IDs are part of the command-line contract;
// the sentences are generic, for use where no live fact is at hand.
package causes

import (
	"slices"
	"sync"

	"github.com/spcheck/spcheck/internal/msg"
)

// ID names a root cause: a state of the set-up. A code of Entra's is a symptom of
// it, and says by itself neither that there is only one cause nor which.
type ID string

// The root causes, in the order of the contract.
const (
	SecretExpired            ID = "secret-expired"
	SecretNotYetValid        ID = "secret-not-yet-valid"
	SecretIsKeyID            ID = "secret-is-key-id"
	SecretDamaged            ID = "secret-damaged"
	SecretOfOtherApp         ID = "secret-of-other-app"
	SecretRemoved            ID = "secret-removed"
	SecretSuperseded         ID = "secret-superseded"
	SecretNotPropagated      ID = "secret-not-propagated"
	SecretWrong              ID = "secret-wrong"
	SecretMissing            ID = "secret-missing"
	SecretsForbidden         ID = "secrets-forbidden"
	CertificateExpired       ID = "certificate-expired"
	CertificateNotRegistered ID = "certificate-not-registered"
	CertificateKeyMismatch   ID = "certificate-key-mismatch"
	CertificateWrongApp      ID = "certificate-wrong-app"
	CertificateRejected      ID = "certificate-rejected"
	AssertionExpired         ID = "assertion-expired"
	ClockSkew                ID = "clock-skew"
	FederationMismatch       ID = "federation-mismatch"
	AppNotFound              ID = "app-not-found"
	ClientIDMistaken         ID = "client-id-mistaken"
	ServicePrincipalMissing  ID = "service-principal-missing"
	ServicePrincipalDisabled ID = "service-principal-disabled"
	AppDisabled              ID = "app-disabled"
	AppIsPublic              ID = "app-is-public"
	TenantNotFound           ID = "tenant-not-found"
	TenantMalformed          ID = "tenant-malformed"
	TenantNotGiven           ID = "tenant-not-given"
	WrongCloud               ID = "wrong-cloud"
	ScopeInvalid             ID = "scope-invalid"
	ResourceNotFound         ID = "resource-not-found"
	ResourceDisabled         ID = "resource-disabled"
	ResourceNotListed        ID = "resource-not-listed"
	RoleNotAssigned          ID = "role-not-assigned"
	PermissionMissing        ID = "permission-missing"
	ConsentMissing           ID = "consent-missing"
	ConditionalAccess        ID = "conditional-access"
	UserFlow                 ID = "user-flow"
	RequestMalformed         ID = "request-malformed"
	Throttled                ID = "throttled"
	ServiceUnavailable       ID = "service-unavailable"
	DNSFailure               ID = "dns-failure"
	ConnectionRefused        ID = "connection-refused"
	ConnectionTimeout        ID = "connection-timeout"
	TLSUntrusted             ID = "tls-untrusted"
	ProxyAuthentication      ID = "proxy-authentication"
	AnswerNotFromEntra       ID = "answer-not-from-entra"
	ConfigIncomplete         ID = "config-incomplete"
	SecretExpiring           ID = "secret-expiring"
	Unknown                  ID = "unknown"
)

// Cause is a root cause with its generic sentences.
type Cause struct {
	ID ID
	// Summary says what is wrong, in one sentence.
	Summary msg.Text
	// Remedy says what to do, in one or two sentences.
	Remedy msg.Text
}

// All returns every root cause, in the order of the contract.
func All() []Cause { return slices.Clone(table()) }

// table holds every root cause. It is made once, and nobody changes it.
var table = sync.OnceValue(func() []Cause {
	return slices.Concat(secretCauses(), certificateCauses(), applicationCauses(), accessCauses(), networkCauses())
})

// Lookup returns the cause with the given ID, and whether there is one.
func Lookup(id ID) (Cause, bool) {
	all := table()
	if i := slices.IndexFunc(all, func(c Cause) bool { return c.ID == id }); i >= 0 {
		return all[i], true
	}
	return Cause{}, false
}
