package bundle

// publicHosts are hosts that are the same for everyone. Hosts that contain the name of a
// customer, such as NAME.onmicrosoft.com, must not be listed.
var publicHosts = []string{
	"login.microsoftonline.com", "login.microsoft.com", "login.windows.net", "sts.windows.net", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
	"graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.windows.net",
	"learn.microsoft.com", "aka.ms", "developer.microsoft.com", "entra.microsoft.com", "portal.azure.com", "portal.azure.us", "portal.azure.cn", "entra.microsoft.us", "entra.microsoftonline.cn",
	"management.azure.com", "status.cloud.microsoft", "azure.status.microsoft", "status.azure.com",
	"token.actions.githubusercontent.com", "azureadtokenexchange", "azureadtokenexchangeusgov", "azureadtokenexchangechina",
	"api://AzureADTokenExchange", "api://AzureADTokenExchangeUSGov", "api://AzureADTokenExchangeChina",
	"00000003-0000-0000-c000-000000000000", // Microsoft Graph, in every tenant
}

// publicWords are words of Entra, Graph and HTTP that occur in reports and traces and
// identify nobody.
var publicWords = []string{
	// Parts of URLs and of OData expressions.
	"v1.0", "beta", "oauth2", "v2.0", "token", "discovery", "instance", ".well-known", "openid-configuration", "common", "organizations", "consumers", "devicecode", "authorize",
	"applications", "servicePrincipals", "organization", "users", "groups", "me", "owners", "directory", "deletedItems", "microsoft.graph.application", "microsoft.graph.servicePrincipal",
	"auditLogs", "signIns", "directoryAudits", "reports", "servicePrincipalSignInActivities", "appCredentialSignInActivities", "identity", "conditionalAccess", "policies", "namedLocations", "appManagementPolicies",
	"defaultAppManagementPolicy", "federatedIdentityCredentials", "addPassword", "removePassword", "$batch", "$filter", "$select", "$top", "$orderby", "$count", "$expand", "$search", "$skiptoken",
	"api-version", "authorization_endpoint", "[hidden]", "eq", "ne", "and", "or", "desc", "asc", "true", "false", "null", "startswith", "getByIds", "ge", "le", "gt", "lt", "any", "all", "t", "c", "s", "in", "not",
	"id", "appId", "displayName", "appDisplayName", "appOwnerOrganizationId", "servicePrincipalType", "accountEnabled", "passwordCredentials", "keyCredentials", "signInAudience", "createdDateTime",
	"endDateTime", "startDateTime", "keyId", "hint", "customKeyIdentifier", "usage", "type", "key", "verifiedDomains", "tenantType", "alternativeNames", "tags", "notes", "info", "appRoles", "deletedDateTime",
	"servicePrincipalId", "activityDateTime", "activityDisplayName", "targetResources", "signInEventTypes", "servicePrincipal", "application", "userPrincipalName", "mail",
	// Words in tokens and errors.
	"invalid_client", "invalid_request", "invalid_grant", "unauthorized_client", "unauthorized", "invalid_scope", "invalid_resource", "temporarily_unavailable", "server_error", "interaction_required", "message_only", "basic_action", "additional_action", "bad_token",
	"client_credentials", "Authorization_RequestDenied", "InvalidAuthenticationToken", "Request_ResourceNotFound", "Request_BadRequest", "TooManyRequests", "ServiceUnavailable", "Forbidden", "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
	"aud", "iss", "sub", "exp", "nbf", "iat", "roles", "appid", "tid", "oid",
	"User.Read.All", "Group.Read.All", "Directory.Read.All", "Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "AuditLog.Read.All", "Policy.Read.All", "Organization.Read.All", "User.Read", ".default",
	// Kinds of objects and credentials, clouds, readers, shells and methods.
	"password", "secret", "certificate", "federated", "federatedIdentityCredential", "Verify", "Sign", "Encrypt", "AsymmetricX509Cert", "Application", "ManagedIdentity", "Legacy", "SocialIdp", "ServiceIdentity",
	"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount", "public", "usgov", "usgov-dod", "china",
	"auto", "self", "none", "environment", "azure-cli", "device-code", "browser", "managed-identity", "workload-identity", "standard input", "configuration", "Microsoft Graph", "Microsoft Entra",
	"sh", "powershell", "cmd", "Basic", "NTLM", "Negotiate", "Digest", "Kerberos", "GET", "POST", "PATCH", "DELETE", "CONNECT", "HEAD",
}
