package entra

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// managedIdentityTime limits the wait. Without a managed identity, nothing answers at
// its address.
const managedIdentityTime = 15 * time.Second

// ManagedIdentityReader reads as the managed identity of this Azure resource.
func ManagedIdentityReader(o ReaderOptions) secrets.TokenSource {
	return newCached(func(ctx context.Context) (Token, error) {
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
			return Token{}, managedIdentityError(err)
		}
		bounded, cancel := context.WithTimeout(ctx, managedIdentityTime)
		defer cancel()
		token, err := cred.GetToken(bounded, policy.TokenRequestOptions{Scopes: []string{o.Scope}})
		switch {
		case err == nil && token.Token != "":
			return Token{Value: secrets.NewValue(token.Token), ExpiresAt: token.ExpiresOn}, nil
		case errors.Is(ctx.Err(), context.Canceled):
			return Token{}, transport.Classify(context.Canceled)
		case err == nil:
			err = errOpaque
		}
		return Token{}, managedIdentityError(err)
	})
}

// managedIdentityError does not return the texts of the Azure SDK, because they may contain
// whole answers.
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

// azureCLITime limits Azure CLI, which takes seconds to start.
const azureCLITime = 45 * time.Second

// AzureCLIReader reads as the user who is signed in to Azure CLI on this machine. It
// runs az directly. The Azure SDK runs it in a shell, and a timeout ends the shell but
// not what it started.
func AzureCLIReader(o ReaderOptions) secrets.TokenSource {
	return newCached(func(ctx context.Context) (Token, error) {
		if !namesTenant(o.Tenant) {
			return Token{}, msg.Error(msg.New("Azure CLI cannot be asked for a token with this tenant name"))
		}
		bounded, cancel := context.WithTimeout(ctx, azureCLITime)
		defer cancel()
		out, said, err := program.Program{Argv: azureCLIArgs(o), Environ: o.Environ}.Talk(bounded)
		if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
			return Token{}, transport.Classify(context.Canceled)
		}
		if err != nil {
			return Token{}, azureCLIError(err, string(said), bounded.Err() != nil)
		}
		token, expires := azureCLIToken(out)
		if token == "" {
			return Token{}, msg.Error(msg.New("Azure CLI returned no token"))
		}
		return Token{Value: secrets.NewValue(token), ExpiresAt: expires}, nil
	})
}

// azureCLIArgs requests a resource rather than a scope, because older versions do not
// support scopes.
func azureCLIArgs(o ReaderOptions) []string {
	args := []string{"az", "account", "get-access-token", "-o", "json", "--resource", strings.TrimSuffix(o.Scope, "/.default")}
	if o.Tenant != "" {
		args = append(args, "--tenant", o.Tenant)
	}
	return args
}

// namesTenant restricts a tenant to the characters of GUIDs and domains. On Windows az
// is a batch file, and a shell parses its arguments again.
func namesTenant(tenant string) bool {
	return !strings.HasPrefix(tenant, "-") && strings.Trim(strings.ToLower(tenant), "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// azureCLIToken reads the output of az. Before version 2.54 the expiry is in local time
// only (learn.microsoft.com/cli/azure/account, get-access-token).
func azureCLIToken(out []byte) (token string, expires time.Time) {
	var answer struct {
		AccessToken string `json:"accessToken"`
		Seconds     int64  `json:"expires_on"`
		Local       string `json:"expiresOn"`
	}
	if json.Unmarshal(out, &answer) != nil {
		return "", time.Time{}
	}
	if answer.Seconds != 0 {
		return answer.AccessToken, time.Unix(answer.Seconds, 0).UTC()
	}
	expires, err := time.ParseInLocation("2006-01-02 15:04:05.999999", answer.Local, time.Local)
	if err != nil {
		return "", time.Time{}
	}
	return answer.AccessToken, expires.UTC()
}

// azureCLIError recognises the few ways in which az fails by messages that it has used
// for years. It returns nothing else of the output.
func azureCLIError(err error, said string, late bool) error {
	switch codes := codesIn(said); {
	case errors.Is(err, exec.ErrNotFound):
		return msg.Error(msg.New("Azure CLI (az) is not installed, or not on the PATH"))
	case late:
		return msg.Error(msg.New("Azure CLI did not answer in time"))
	case len(codes) > 0:
		return msg.Error(msg.New("Azure CLI got no token: AADSTS%s", codes[len(codes)-1]))
	case strings.Contains(said, "az login"), strings.Contains(said, "az account set"):
		return msg.Error(msg.New("Azure CLI is not signed in to this tenant (az login)"))
	}
	return msg.Error(msg.New("Azure CLI returned no token"))
}
