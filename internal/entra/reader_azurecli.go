package entra

import (
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// azureCLITime bounds Azure CLI, which takes seconds to start.
const azureCLITime = 45 * time.Second

// AzureCLIReader reads as whoever is signed in to Azure CLI on this machine. It runs
// az itself, since the Azure SDK starts it by a shell that a time-out ends without
// what it has started.
func AzureCLIReader(o ReaderOptions) secrets.TokenSource {
	return newCached(func(ctx context.Context) (secrets.Value, time.Time, error) {
		if !namesTenant(o.Tenant) {
			return secrets.Value{}, time.Time{}, msg.Error(msg.New("Azure CLI cannot be asked for a token with this tenant name"))
		}
		bounded, cancel := context.WithTimeout(ctx, azureCLITime)
		defer cancel()
		out, said, err := program.Program{Argv: azureCLIArgs(o), Environ: o.Environ}.Talk(bounded)
		if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
			return secrets.Value{}, time.Time{}, transport.Classify(context.Canceled)
		}
		if err != nil {
			return secrets.Value{}, time.Time{}, azureCLIError(err, string(said), bounded.Err() != nil)
		}
		token, expires := azureCLIToken(out)
		if token == "" {
			return secrets.Value{}, time.Time{}, msg.Error(msg.New("Azure CLI returned no token"))
		}
		return secrets.NewValue(token), expires, nil
	})
}

// azureCLIArgs ask for a resource, since older versions know no scopes.
func azureCLIArgs(o ReaderOptions) []string {
	args := []string{"az", "account", "get-access-token", "-o", "json", "--resource", strings.TrimSuffix(o.Scope, "/.default")}
	if o.Tenant != "" {
		args = append(args, "--tenant", o.Tenant)
	}
	return args
}

// namesTenant holds a tenant's name to what GUIDs and domains are made of: on Windows
// az is a batch file, whose arguments are read once more by a shell.
func namesTenant(tenant string) bool {
	return !strings.HasPrefix(tenant, "-") && strings.Trim(strings.ToLower(tenant), "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// azureCLIToken reads what az prints. Before version 2.54 the expiry is local time
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

// azureCLIError knows the few ways in which az fails, by words that it has used for
// years. Nothing else of what it said leaves here.
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
