package aadsts

import "slices"

// about says whose sign-in a code is said of.
type about string

// A code is said of applications, of users, or of both.
const (
	ofApplications about = "application"
	ofUsers        about = "user"
	ofAnybody      about = "both"
)

// evidence says how a code is known: its message was read in a public log or a
// captured answer, it is stated by Microsoft, or neither.
type evidence string

// The kinds of evidence.
const (
	seen       evidence = "seen"
	documented evidence = "documented"
	unverified evidence = "unverified"
)

// Stage is how far a sign-in got at Entra. The service checks in about this
// order (inferred from the codes, not documented), so that a refusal at one
// stage suggests that the earlier ones were passed.
type Stage string

// The stages, in order; StageToken is a sign-in that was not refused, and
// StageNone is where the code does not tell.
const (
	StageNone        Stage = "none"
	StageTenant      Stage = "tenant"
	stageRequest     Stage = "request"
	StageApplication Stage = "application"
	StageCredential  Stage = "credential"
	StagePrincipal   Stage = "principal"
	stageResource    Stage = "resource"
	stagePolicy      Stage = "policy"
	StageToken       Stage = "token"
)

func stages() []Stage {
	return []Stage{StageNone, StageTenant, stageRequest, StageApplication, StageCredential, StagePrincipal, stageResource, stagePolicy, StageToken}
}

// After reports whether a sign-in that got to the stage had passed the other.
func (s Stage) After(other Stage) bool {
	return slices.Index(stages(), s) > slices.Index(stages(), other)
}

// Rule is a family of codes that the same rules of a diagnosis judge. The codes
// of CatalogueOnly have no rule of their own: what their entries say is all.
type Rule string

// The families of rules.
const (
	CatalogueOnly        Rule = "catalogue"
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
	FederationNone       Rule = "federation-none"       // no federated credential at all
	FederationExpression Rule = "federation-expression" // of a flexible one
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
	Transient            Rule = "transient" // the same request may work in a moment
)

func rules() []Rule {
	return []Rule{CatalogueOnly, SecretWrong, SecretExpired, OldSpelling, CertificateRefused, AssertionTime,
		FederationRefused, FederationIssuer, FederationAudience, FederationSubject, FederationCase, FederationEntraToken,
		FederationNone, FederationExpression, FederationKey,
		TenantUnknown, TenantNotGiven, OtherCloud, ClientUnknown, ClientMalformed, PrincipalMissing, PrincipalDisabled,
		AppDisabled, ResourceUnknown, PolicyBlock, Transient}
}

// Filed reports whether the catalogue files a code (digits) under one of these
// families of rules.
func Filed(code string, rules ...Rule) bool {
	c, err := Load()
	return err == nil && c.byCode[code].Is(rules...)
}
