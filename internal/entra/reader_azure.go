package entra

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// managedIdentityTime limits the wait. Without a managed identity, nothing answers at
// its address.
const managedIdentityTime = 15 * time.Second

// ManagedIdentityReader reads as the managed identity of this Azure resource.
func ManagedIdentityReader(o ReaderOptions) secrets.TokenSource {
	return newCached(func(ctx context.Context) (secrets.Value, time.Time, error) {
		opts := &azidentity.ManagedIdentityCredentialOptions{}
		// The address is link-local, so no proxy is used.
		opts.Transport = &http.Client{Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		}}
		opts.Retry = policy.RetryOptions{MaxRetries: 1}
		if o.ClientID != "" {
			opts.ID = azidentity.ClientID(o.ClientID)
		}
		cred, err := azidentity.NewManagedIdentityCredential(opts)
		if err != nil {
			return secrets.Value{}, time.Time{}, managedIdentityError(err)
		}
		return tokenOf(ctx, cred, o.Scope, managedIdentityTime, managedIdentityError)
	})
}

// tokenOf requests a token from a credential of the Azure SDK. The SDK's error texts
// may contain whole answers, so only the words of explain are returned.
func tokenOf(ctx context.Context, cred azcore.TokenCredential, scope string, most time.Duration, explain func(error) error) (secrets.Value, time.Time, error) {
	bounded, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	token, err := cred.GetToken(bounded, policy.TokenRequestOptions{Scopes: []string{scope}})
	switch {
	case err == nil && token.Token != "":
		return secrets.NewValue(token.Token), token.ExpiresOn, nil
	case errors.Is(ctx.Err(), context.Canceled):
		return secrets.Value{}, time.Time{}, transport.Classify(context.Canceled)
	case err == nil:
		err = errOpaque
	}
	return secrets.Value{}, time.Time{}, explain(err)
}

func managedIdentityError(err error) error {
	var failed *azidentity.AuthenticationFailedError
	switch codes := codesIn(err.Error()); {
	case len(codes) > 0:
		return msg.Error(msg.New("the managed identity got no token: AADSTS%s", codes[len(codes)-1]))
	case errors.As(err, &failed) && failed.RawResponse != nil:
		return msg.Error(msg.New("the managed identity service refused (HTTP status %d)", failed.RawResponse.StatusCode))
	}
	return msg.Error(msg.New("this machine has no managed identity"))
}
