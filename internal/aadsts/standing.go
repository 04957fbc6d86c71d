package aadsts

import "slices"

// Stage is how far a sign-in got at Entra. The service checks in about this order
// (inferred from the codes, not documented), so an error at one stage suggests that the
// earlier ones were passed.
type Stage string

// The stages that rules name.
const (
	StageNone        Stage = "none" // the code does not tell
	StageTenant      Stage = "tenant"
	StageApplication Stage = "application"
	StageCredential  Stage = "credential"
	StagePrincipal   Stage = "principal"
	StageToken       Stage = "token" // a token was issued
)

// stages returns all stages in order.
func stages() []Stage {
	return []Stage{StageNone, StageTenant, "request", StageApplication, StageCredential, StagePrincipal, "resource", "policy", StageToken}
}

// After reports whether a sign-in that reached s had passed the other stage.
func (s Stage) After(other Stage) bool {
	return slices.Index(stages(), s) > slices.Index(stages(), other)
}

// Rule is a group of codes that the same rules of a diagnosis judge.
type Rule string

// The groups of codes.
const (
	CatalogueOnly        Rule = "catalogue" // no rule judges it; only its entry counts
	SecretWrong          Rule = "secret-wrong"
	SecretExpired        Rule = "secret-expired"
	OldSpelling          Rule = "old-spelling" // of a secret or an assertion; the words tell
	CertificateRefused   Rule = "certificate"
	AssertionTime        Rule = "assertion-time"
	FederationRefused    Rule = "federation" // any of issuer, audience and subject
	FederationIssuer     Rule = "federation-issuer"
	FederationAudience   Rule = "federation-audience"
	FederationSubject    Rule = "federation-subject"
	FederationCase       Rule = "federation-case"
	FederationEntraToken Rule = "federation-entra-token"
	FederationNone       Rule = "federation-none"       // no federated credential exists
	FederationExpression Rule = "federation-expression" // of a flexible credential
	FederationKey        Rule = "federation-key"        // of the issuer
	TenantUnknown        Rule = "tenant-unknown"
	TenantNotGiven       Rule = "tenant-not-given"
	OtherCloud           Rule = "other-cloud"
	ClientUnknown        Rule = "client-unknown"
	ClientMalformed      Rule = "client-malformed"
	PrincipalMissing     Rule = "principal-missing"
	PrincipalDisabled    Rule = "principal-disabled"
	AppDisabled          Rule = "app-disabled"
	ResourceUnknown      Rule = "resource-unknown"
	PolicyBlock          Rule = "policy-block"
	Transient            Rule = "transient" // the same request may succeed later
)

func rules() []Rule {
	return []Rule{CatalogueOnly, SecretWrong, SecretExpired, OldSpelling, CertificateRefused, AssertionTime,
		FederationRefused, FederationIssuer, FederationAudience, FederationSubject, FederationCase, FederationEntraToken,
		FederationNone, FederationExpression, FederationKey,
		TenantUnknown, TenantNotGiven, OtherCloud, ClientUnknown, ClientMalformed, PrincipalMissing, PrincipalDisabled,
		AppDisabled, ResourceUnknown, PolicyBlock, Transient}
}
