package sts

import (
	"net/http"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// The refusals of the token service, each worded as the service words it. The
// texts and statuses were collected from public logs and Microsoft's pages; what
// no source shows (marked unverified below) follows its nearest relative.

func emptyTenant(tenant string) *refusal {
	return badRequest("invalid_request", 900021, "Requested tenant identifier '%s' is not valid. Tenant identifiers may not be an empty GUID.", tenant)
}

func malformedTenant(tenant string) *refusal {
	return badRequest("invalid_request", 900023, "Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain.", tenant)
}

func unknownTenant(tenant string) *refusal {
	return badRequest("invalid_request", 90002, "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", tenant)
}

func noTenant() *refusal {
	return badRequest("invalid_request", 50059, "No tenant-identifying information found in either the request or implied by any provided credentials.")
}

func consumersOnly() *refusal {
	return badRequest("invalid_request", 9001023, "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.")
}

func crossCloud() *refusal {
	return badRequest("invalid_request", 900382, "Confidential Client is not supported in Cross Cloud request.")
}

func missingParameter(name string) *refusal {
	return badRequest("invalid_request", 900144, "The request body must contain the following parameter: '%s'.", name)
}

func missingField(name string) *refusal {
	return badRequest("invalid_request", 90014, "The required field '%s' is missing from the credential. Ensure that you have all the necessary parameters for the login request.", name)
}

func unsupportedGrant(grant string) *refusal {
	return badRequest("unsupported_grant_type", 70003, "The app requested an unsupported grant type '%s'.", grant).withoutURI()
}

func getInsteadOfPost() *refusal {
	return badRequest("invalid_request", 900561, "The endpoint only accepts POST requests. Received a GET request.")
}

func noCredential() *refusal {
	return unauthorized(7000216, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
}

func noCredentialForUser() *refusal {
	return unauthorized(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
}

func publicClient() *refusal {
	return unauthorized(700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.")
}

func invalidAppID(id string) *refusal {
	return badRequest("unauthorized_client", 700038, "%s is not a valid application identifier.", id).withoutURI()
}

func unknownApp(id, directory string) *refusal {
	return badRequest("unauthorized_client", 700016, "Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.", id, directory)
}

func wrongSecret(appID string) *refusal {
	return unauthorized(7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.", appID)
}

// expiredSecret is also the answer to a secret that is not valid yet; no source
// shows another one (unverified).
func expiredSecret(appID string) *refusal {
	return unauthorized(7000222, "The provided client secret keys for app '%s' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.", appID)
}

// legacySecret is how the service worded both of the above before 2019.
func legacySecret() *refusal {
	return &refusal{
		status: http.StatusUnauthorized, oauth: "invalid_client", codes: []int{70002, 50012},
		text:  "Error validating credentials. AADSTS50012: Invalid client secret is provided.",
		noURI: true, crlf: true,
	}
}

func missingServicePrincipal(appID, tenantID string) *refusal {
	return unauthorized(7000229, "The client application %s is missing service principal in the tenant %s. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119", appID, tenantID)
}

// disabledServicePrincipal has a status that no source shows (unverified).
func disabledServicePrincipal(appID, name string) *refusal {
	return badRequest("unauthorized_client", 7000112, "Application '%s'(%s) is disabled.", appID, name)
}

func disabledApplication(appID, name, tenantID string) *refusal {
	return unauthorized(7000116, "Client application '%s'(%s) is disabled in tenant %s.", appID, name, tenantID)
}

func badScope(scope string) *refusal {
	return badRequest("invalid_scope", 70011, "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope %s is not valid.", scope)
}

func scopeWithoutDefault(scope string) *refusal {
	return badRequest("invalid_scope", 1002012, "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", scope)
}

func unknownResource(resource, tenant string) *refusal {
	return badRequest("invalid_resource", 500011, "The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.", resource, tenant)
}

// disabledResource has an OAuth error that no source shows (unverified).
func disabledResource(resource string) *refusal {
	return badRequest("invalid_resource", 500014, "The service principal for resource '%s' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.", resource)
}

func roleNotAssigned(client, clientName, resource, resourceName string) *refusal {
	return badRequest("invalid_grant", 501051, "Application '%s'(%s) is not assigned to a role for the application '%s'(%s).", client, clientName, resource, resourceName)
}

// blockedByPolicy has an OAuth error and status that no source shows for a
// service principal (unverified); users get invalid_grant or
// interaction_required. The claims name the policies. Source: bodies of answers
// in public reports.
func blockedByPolicy(p *directory.AccessPolicy) *refusal {
	r := badRequest("invalid_grant", 53003, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.")
	r.suberror = "message_only"
	if p != nil {
		r.claims = `{"access_token":{"capolids":{"essential":true,"values":["` + p.ID + `"]}}}`
	}
	return r
}

func malformedAssertion() *refusal {
	return badRequest("invalid_request", 50027, "JWT token is invalid or malformed.")
}

func assertionWithoutThumbprint() *refusal {
	return unauthorized(5002723, "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header.")
}

func assertionAlgorithm(alg string) *refusal {
	return unauthorized(5002738, "Invalid JWT token. '%s' is not a supported signature algorithm. Supported signing algorithms are: 'RS256, RS384, RS512'.", alg)
}

func assertionOfOtherApp() *refusal {
	return unauthorized(700021, "Client assertion application identifier doesn't match 'client_id' parameter.")
}

// assertionAudience is the flat spelling of an old nested text (the number is
// unverified).
func assertionAudience() *refusal {
	return unauthorized(50012, "Client assertion audience claim does not match Realm issuer. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials.")
}

func assertionOutOfTime(now, from, until string) *refusal {
	return unauthorized(700024, "Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials.", now, from, until)
}

func certificateOutOfTime() *refusal {
	return unauthorized(1000502, "The provided certificate is not within its specified validity window.")
}

// badSignature is 700027. found is the ", Found key '…'" part, or empty.
func badSignature(reason, thumbprint, found, appID string) *refusal {
	return unauthorized(700027, "Client assertion contains an invalid signature. [Reason - %s, Thumbprint of key used by client: '%s'%s, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '%s'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/%s'].", reason, thumbprint, found, appID, appID)
}

// noFederatedCredentials is what an application without any is told, by public
// reports of GitHub Actions.
func noFederatedCredentials(appID, name string) *refusal {
	return unauthorized(70025, "The client '%s'(%s) has no configured federated identity credentials.", appID, name)
}

// noFederation is 700211, 700212 or 700213 by what did not match.
func noFederation(code int, what, value string) *refusal {
	return unauthorized(code, "No matching federated identity record found for presented assertion %s '%s'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation", what, value)
}

// federationCase is the answer to a subject that differs in letter case only. No
// source shows its whole text (unverified).
func federationCase(subject string) *refusal {
	return unauthorized(7002138, "No matching federated identity record found for presented assertion subject '%s'. The subject matches a federated identity credential only when letter case is ignored, and the comparison is case-sensitive. https://learn.microsoft.com/entra/workload-id/workload-identity-federation", subject)
}

func pendingDevice() *refusal {
	return badRequest("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
}

func unknownDevice() *refusal {
	return badRequest("invalid_grant", 70000, "The provided value for the input parameter 'device_code' is not valid.")
}

func endedDevice() *refusal {
	return badRequest("expired_token", 70020, "The provided value for the input parameter 'device_code' is not valid. This device code has expired.")
}

func unknownCode(parameter string) *refusal {
	return badRequest("invalid_grant", 70000, "The provided value for the input parameter '%s' is not valid.", parameter)
}

func badVerifier() *refusal {
	return badRequest("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.")
}

func badRedirect(uri string) *refusal {
	return badRequest("invalid_request", 50011, "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application. The sandbox redirects to loopback addresses only.", uri)
}

func unknownInstance() *refusal {
	return badRequest("invalid_instance", 50049, "Unknown or invalid instance.")
}
