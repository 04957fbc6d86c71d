// Command required links only the packages that spcheck must be made of: cobra, color,
// MSAL and the Graph SDK. spcheck cannot start faster than it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	"github.com/fatih/color"
	"github.com/microsoft/kiota-abstractions-go/authentication"
	khttp "github.com/microsoft/kiota-http-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "required"}
	root.AddCommand(
		&cobra.Command{Use: "version", Run: func(*cobra.Command, []string) {}},
		&cobra.Command{Use: "read", RunE: func(c *cobra.Command, _ []string) error { return read(c.Context()) }},
	)
	if root.Execute() != nil {
		os.Exit(1)
	}
}

// read is never run. It uses the packages, so that the linker keeps them.
func read(ctx context.Context) error {
	credential, err := confidential.NewCredFromSecret(os.Getenv("AZURE_CLIENT_SECRET"))
	if err != nil {
		return err
	}
	client, err := confidential.New("https://login.microsoftonline.com/organizations", "", credential)
	if err != nil {
		return err
	}
	if _, err := client.AcquireTokenByCredential(ctx, nil); err != nil {
		return err
	}
	adapter, err := khttp.NewNetHttpRequestAdapter(&authentication.AnonymousAuthenticationProvider{})
	if err != nil {
		return err
	}
	list, err := applications.NewApplicationsRequestBuilder("https://graph.microsoft.com/v1.0/applications", adapter).Get(ctx, nil)
	if err != nil {
		return err
	}
	color.Green(fmt.Sprint(len(list.GetValue())))
	return nil
}
