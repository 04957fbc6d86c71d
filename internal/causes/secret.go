package causes

import "github.com/spcheck/spcheck/internal/msg"

func secretCauses() []Cause {
	return []Cause{
		{SecretExpired,
			msg.New("The client secret has expired."),
			msg.New("Add a new secret to the application, put its value into the product, check that it signs in, and remove the old one afterwards. Note the new end date.")},
		{SecretNotYetValid,
			msg.New("The client secret is not valid yet: its start date lies in the future."),
			msg.New("Wait until the start date, or add a secret that is valid from now on.")},
		{SecretIsKeyID,
			msg.New("The Secret ID is configured in place of the secret's value."),
			msg.New("Enter the value of the secret, not its ID. The value is shown only once, when the secret is created; if nobody kept it, add a new secret.")},
		{SecretDamaged,
			msg.New("The secret was altered on its way into the configuration."),
			msg.New("Enter the value again without quotes, blanks or line breaks, and keep it from the shell, from variable substitution and from percent-encoding.")},
		{SecretOfOtherApp,
			msg.New("The secret belongs to another application than the configured client ID."),
			msg.New("Use a client ID and a secret that come from the same app registration.")},
		{SecretRemoved,
			msg.New("The secret is well-formed, but the application no longer has it."),
			msg.New("Add a new secret to the application and put its value into the product.")},
		{SecretSuperseded,
			msg.New("An older secret that has ended is still configured, although a newer one is valid."),
			msg.New("Put the value of the newer secret into the product. If nobody kept it, add another one.")},
		{SecretNotPropagated,
			msg.New("The secret is so new that it is not accepted everywhere yet."),
			msg.New("Wait a few minutes and try again; nothing has to be changed.")},
		{SecretWrong,
			msg.New("Entra refused the client secret: it is none of the valid secrets of this application."),
			msg.New("Compare the client ID with the application that the secret was made for, and enter the secret's value (not its ID) without any change. If in doubt, add a new secret.")},
		{SecretMissing,
			msg.New("The request carried no client secret, or an empty one."),
			msg.New("Check that the product's secret setting is filled and that the process really sees it, for instance by printing its length.")},
		{SecretsForbidden,
			msg.New("A policy forbids client secrets for this application."),
			msg.New("Use a certificate or a federated credential, or ask for an exemption from the app management policy.")},
		{SecretExpiring,
			msg.New("The sign-in works, but the client secret ends soon."),
			msg.New("Add a new secret and change the product over before the old one ends.")},
	}
}
