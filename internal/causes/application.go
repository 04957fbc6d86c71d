package causes

import "github.com/spcheck/spcheck/internal/msg"

func applicationCauses() []Cause {
	return []Cause{
		{AppNotFound,
			msg.New("There is no application with this client ID in the tenant."),
			msg.New("Check that the client ID and the tenant belong together, and that the application has not been deleted.")},
		{ClientIDMistaken,
			msg.New("What is configured as client ID is something else, such as the tenant ID, an object ID, a Secret ID or a placeholder."),
			msg.New("Enter the application (client) ID from the overview page of the app registration.")},
		{ServicePrincipalMissing,
			msg.New("The application exists, but it has no service principal in the tenant."),
			msg.New("Create the service principal in the tenant (az ad sp create --id CLIENT-ID), or have an administrator consent to the application there.")},
		{ServicePrincipalDisabled,
			msg.New("The service principal is disabled in the tenant."),
			msg.New("Set “Enabled for users to sign in?” to Yes on the enterprise application, unless somebody disabled it on purpose.")},
		{AppDisabled,
			msg.New("The application is disabled, by Microsoft, by its owner or in the tenant."),
			msg.New("Look at the enterprise application: enable it where it is switched off in the tenant; otherwise ask its publisher, or Microsoft where Microsoft disabled it.")},
		{AppIsPublic,
			msg.New("The application is registered as a public client, but a credential was sent."),
			msg.New("Set “Allow public client flows” to No in the app registration and add a Web platform, or sign in without a credential.")},
		{TenantNotFound,
			msg.New("There is no such tenant."),
			msg.New("Enter the tenant ID from the overview page of Microsoft Entra ID, or a domain that is verified there. Check the cloud too.")},
		{TenantMalformed,
			msg.New("The tenant is neither a complete GUID nor a domain name."),
			msg.New("Copy the tenant ID again: 36 characters with four hyphens, or a verified domain name.")},
		{TenantNotGiven,
			msg.New("The request named no tenant of its own."),
			msg.New("Configure the tenant ID; an application cannot sign in at common, organizations or an empty tenant.")},
		{WrongCloud,
			msg.New("The tenant or the sign-in address belongs to another national cloud."),
			msg.New("Use the sign-in and Graph addresses of the cloud that the tenant lives in, and an application that is registered there.")},
		{ConfigIncomplete,
			msg.New("A setting that is needed is missing or malformed."),
			msg.New("Complete the configuration; spcheck config show lists every setting with its origin.")},
		{Unknown,
			msg.New("The evidence supports none of the known causes."),
			msg.New("Keep the code, the trace ID and the correlation ID for a support case, and look the attempt up in the sign-in log of the tenant.")},
	}
}
