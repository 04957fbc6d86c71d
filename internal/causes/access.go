package causes

import "github.com/spcheck/spcheck/internal/msg"

func accessCauses() []Cause {
	return []Cause{
		{ScopeInvalid,
			msg.New("The scope or resource in the request is missing or malformed."),
			msg.New("Ask for the resource with /.default behind it, for Microsoft Graph https://graph.microsoft.com/.default, and nothing else.")},
		{ResourceNotFound,
			msg.New("The API that the token was asked for is not known in the tenant."),
			msg.New("Check the resource address for typing mistakes, the tenant and the cloud, and whether the API's service principal exists in the tenant.")},
		{ResourceDisabled,
			msg.New("The API that the token was asked for is disabled in the tenant."),
			msg.New("Enable the API's enterprise application, or renew the subscription that it belongs to.")},
		{ResourceNotListed,
			msg.New("The app registration does not list the API among its permissions."),
			msg.New("Add the API under “API permissions” of the app registration and grant admin consent.")},
		{RoleNotAssigned,
			msg.New("The API requires an assignment that the application does not have."),
			msg.New("Assign an app role of the API to the application (an application permission with admin consent), or switch off “Assignment required” on the API's enterprise application.")},
		{PermissionMissing,
			msg.New("The sign-in works, but Microsoft Graph refuses: an application permission is not granted."),
			msg.New("Add the application permission (not the delegated one) in the app registration and grant admin consent.")},
		{ConsentMissing,
			msg.New("Nobody has consented to the application's permissions yet."),
			msg.New("Have an administrator of the tenant grant admin consent to the application.")},
		{ConditionalAccess,
			msg.New("A Conditional Access policy blocked the sign-in."),
			msg.New("Open the failed entry in the sign-in log (Service principal sign-ins, tab Conditional Access); it names the policy. Sign in from an allowed place, or have the policy changed.")},
		{UserFlow,
			msg.New("The error belongs to the sign-in of a user: the product does not sign in as an application here."),
			msg.New("Switch the product to application sign-in (client credentials); otherwise the user's password, licence or second factor is the matter.")},
		{RequestMalformed,
			msg.New("The request to the token endpoint is malformed."),
			msg.New("Send a POST with form-encoded parameters to /oauth2/v2.0/token, each value percent-encoded once. In a finished product, report it to the vendor.")},
		{Throttled,
			msg.New("Entra slowed the client down because of too many requests."),
			msg.New("Wait as long as the answer says, and make the product keep its token until it ends instead of asking for one each time.")},
		{ServiceUnavailable,
			msg.New("The sign-in service had a fault of its own."),
			msg.New("Try again in a few minutes and look at the service health page; nothing has to be changed on the application.")},
	}
}
