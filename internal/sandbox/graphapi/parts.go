package graphapi

import (
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// The complex values below are those of an application that nobody configured
// further, as recorded.

func apiObject() object {
	return object{
		{"acceptMappedClaims", nil}, {"knownClientApplications", []string{}}, {"requestedAccessTokenVersion", 2},
		{"oauth2PermissionScopes", []object{}}, {"preAuthorizedApplications", []object{}},
	}
}

func infoObject() object {
	return object{{"logoUrl", nil}, {"marketingUrl", nil}, {"privacyStatementUrl", nil}, {"supportUrl", nil}, {"termsOfServiceUrl", nil}}
}

func publisherObject() object {
	return object{{"displayName", nil}, {"verifiedPublisherId", nil}, {"addedDateTime", nil}}
}

func redirects() object { return object{{"redirectUris", []string{}}} }

func webObject() object {
	return object{
		{"homePageUrl", nil}, {"logoutUrl", nil}, {"redirectUris", []string{}},
		{"implicitGrantSettings", object{{"enableAccessTokenIssuance", false}, {"enableIdTokenIssuance", false}}},
	}
}

func lockObject(l *directory.Lock) any {
	if l == nil {
		return nil
	}
	return object{
		{"isEnabled", l.Enabled}, {"allProperties", l.AllProperties},
		{"credentialsWithUsageVerify", l.CredentialsWithUsageVerify}, {"credentialsWithUsageSign", false}, {"tokenEncryptionKeyId", false},
	}
}
