package sts

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const (
	noFederation    = "No matching federated identity record found for presented assertion "
	checkFederation = " Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
)

// refusals are the OAuth errors and texts by AADSTS code. They are from public logs and
// Microsoft's pages; what no source shows (marked unverified) follows a similar code.
var refusals = map[int]struct{ oauth, text string }{
	900021:  {"invalid_request", "Requested tenant identifier '%s' is not valid. Tenant identifiers may not be an empty GUID."},
	900023:  {"invalid_request", "Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain."},
	90002:   {"invalid_request", "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."},
	50059:   {"invalid_request", "No tenant-identifying information found in either the request or implied by any provided credentials."},
	9001023: {"invalid_request", "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."},
	900382:  {"invalid_request", "Confidential Client is not supported in Cross Cloud request."},
	900144:  {"invalid_request", "The request body must contain the following parameter: '%s'."},
	90014:   {"invalid_request", "The required field '%s' is missing from the credential. Ensure that you have all the necessary parameters for the login request."},
	70003:   {"unsupported_grant_type", "The app requested an unsupported grant type '%s'."},
	900561:  {"invalid_request", "The endpoint only accepts POST requests. Received a GET request."},
	7000216: {"invalid_client", "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."},
	7000218: {"invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."},
	700025:  {"invalid_client", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."},
	700038:  {"unauthorized_client", "%s is not a valid application identifier."},
	700016:  {"unauthorized_client", "Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."},
	7000215: {"invalid_client", "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'."},
	// This is also the answer to a secret that is not valid yet (unverified).
	7000222: {"invalid_client", "The provided client secret keys for app '%s' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."},
	7000229: {"invalid_client", "The client application %s is missing service principal in the tenant %s. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"},
	// No source shows the status (unverified).
	7000112: {"unauthorized_client", "Application '%s'(%s) is disabled."},
	7000116: {"invalid_client", "Client application '%s'(%s) is disabled in tenant %s."},
	70011:   {"invalid_scope", "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope %s is not valid."},
	1002012: {"invalid_scope", "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."},
	500011:  {"invalid_resource", "The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."},
	// No source shows the OAuth error (unverified).
	500014:  {"invalid_resource", "The service principal for resource '%s' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it."},
	501051:  {"invalid_grant", "Application '%s'(%s) is not assigned to a role for the application '%s'(%s)."},
	50027:   {"invalid_request", "JWT token is invalid or malformed."},
	5002723: {"invalid_client", "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header."},
	5002738: {"invalid_client", "Invalid JWT token. '%s' is not a supported signature algorithm. Supported signing algorithms are: 'RS256, RS384, RS512'."},
	700021:  {"invalid_client", "Client assertion application identifier doesn't match 'client_id' parameter."},
	// This is the newer form of an old nested text (the number is unverified).
	50012:   {"invalid_client", "Client assertion audience claim does not match Realm issuer. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials."},
	700024:  {"invalid_client", "Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials."},
	1000502: {"invalid_client", "The provided certificate is not within its specified validity window."},
	// The third value is ", Found key '…'" or empty.
	700027: {"invalid_client", "Client assertion contains an invalid signature. [Reason - %s, Thumbprint of key used by client: '%s'%s, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '%s'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/%[4]s']."},
	// Source: public reports of GitHub Actions.
	70025: {"invalid_client", "The client '%s'(%s) has no configured federated identity credentials."},
	// The value that did not match is the issuer, audience or subject.
	700211: {"invalid_client", noFederation + "issuer '%s'." + checkFederation},
	700212: {"invalid_client", noFederation + "audience '%s'." + checkFederation},
	700213: {"invalid_client", noFederation + "subject '%s'." + checkFederation},
	// No source shows the whole text (unverified).
	7002138: {"invalid_client", noFederation + "subject '%s'. The subject matches a federated identity credential only when letter case is ignored, and the comparison is case-sensitive. https://learn.microsoft.com/entra/workload-id/workload-identity-federation"},
	70016:   {"authorization_pending", "OAuth 2.0 device flow error. Authorization is pending. Continue polling."},
	70000:   {"invalid_grant", "The provided value for the input parameter '%s' is not valid."},
	70020:   {"expired_token", "The provided value for the input parameter 'device_code' is not valid. This device code has expired."},
	501481:  {"invalid_grant", "The Code_Verifier does not match the code_challenge supplied in the authorization request."},
	50011:   {"invalid_request", "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application. The sandbox redirects to loopback addresses only."},
	50049:   {"invalid_instance", "Unknown or invalid instance."},
	53003:   {"invalid_grant", "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."},
	700054:  {"unsupported_response_type", "response_type '%s' is not enabled for the application."},
	50166:   {"invalid_request", "Request to External OIDC endpoint failed."},
	50034:   {"invalid_grant", "The user account does not exist in the %s directory. To sign into this application, the account must be added to the directory."},
	50000:   {"server_error", "There was an error issuing a token."},
	// The OAuth error and the text are unverified: only synthetic bodies were seen.
	90055: {"temporarily_unavailable", "The tenant has exceeded its request limit. Please try again later."},
	90033: {"temporarily_unavailable", "A transient error has occurred. Please try again."},
}

// withoutURI are the codes that the service's look-up page does not have.
var withoutURI = []int{70003, 700038, 90055, 90033}

// refuse returns the refusal of a code. values fill in its text.
func refuse(code int, values ...any) *Refusal {
	r := refusals[code]
	status := http.StatusBadRequest
	if r.oauth == "invalid_client" {
		status = http.StatusUnauthorized
	}
	return &Refusal{Status: status, Error: r.oauth, Codes: []int{code}, Text: fmt.Sprintf(r.text, values...), noURI: slices.Contains(withoutURI, code)}
}

// legacySecret returns the answer to wrong and expired secrets before 2019.
func legacySecret() *Refusal {
	return &Refusal{
		Status: http.StatusUnauthorized, Error: "invalid_client", Codes: []int{70002, 50012},
		Text:  "Error validating credentials. AADSTS50012: Invalid client secret is provided.",
		noURI: true, crlf: true,
	}
}

// blockedByPolicy returns the refusal by a Conditional Access policy. For service
// principals, its OAuth error and status are unverified; users get invalid_grant or
// interaction_required. The claims list the policies. Source: answers in public reports.
func blockedByPolicy(p *directory.AccessPolicy) *Refusal {
	r := refuse(53003)
	r.Suberror = "message_only"
	if p != nil {
		r.claims = `{"access_token":{"capolids":{"essential":true,"values":["` + p.ID + `"]}}}`
	}
	return r
}

// Busy answers a request that a fault stops: 429 with a throttled tenant, others with a
// transient error.
func (s *Service) Busy(w http.ResponseWriter, r *http.Request, status int) {
	why := refuse(90033)
	if status == http.StatusTooManyRequests {
		why = refuse(90055)
	}
	why.Status = status
	s.refuse(w, r, newExchange(r), why)
}
