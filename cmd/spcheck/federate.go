package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/workload"
	"github.com/spcheck/spcheck/internal/secrets"
)

func newFederateCommand(a *app) *cobra.Command {
	req := &renew.FederateRequest{}
	cmd := &cobra.Command{
		Use:   "federate --sp NAME (--from-token FILE | --github … | --kubernetes … | --azure-pipelines … | --issuer … --subject …)",
		Short: "Add a federated credential, so that a workload needs no secret; nothing is removed",
		Long: `Add a federated credential to an application: it then accepts the tokens that
GitHub Actions, Kubernetes, Azure Pipelines or another issuer gives to a workload,
so that the workload needs no secret.

Say whose tokens to accept with one of
  --from-token FILE             a token of the workload, with its issuer and subject
  --github OWNER/REPO:environment:NAME (or :ref:REF, or :pull_request)
                                gh shows which form of subject the repository sends;
                                if that is not known, both forms are added
  --kubernetes [CONTEXT/]NAMESPACE/SERVICEACCOUNT
                                kubectl shows the cluster's issuer, or use --issuer
  --azure-pipelines ORG/PROJECT/CONNECTION
                                az shows what the service connection sends
  --issuer URL --subject TEXT   any other issuer; both are compared character by
                                character, including a trailing slash

Before anything is changed, a preflight checks that the credential can be added:
permission, policies, existing credentials, and the limit of 20. If a token is given
(--from-token, or the configured --federated-token-file), spcheck signs in with it
until the new credential works everywhere. Running the same command again keeps what
exists and changes nothing.

No secret is removed: the report says which ones can be removed, and when.

The identity that --reader names makes the change. It needs
Application.ReadWrite.OwnedBy and must own the application, or it needs
Application.ReadWrite.All; a person needs a role that allows this.`,
		Example: `  spcheck federate --sp MailStoreSP --github contoso/mailstore:environment:production
  spcheck federate --sp MailStoreSP --kubernetes production/mailstore --dry-run
  spcheck federate --sp MailStoreSP --from-token token.jwt -o json
  spcheck federate --sp MailStoreSP --issuer https://gitlab.com --subject project_path:contoso/mailstore:ref_type:branch:ref:main`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return change(a, cmd, req, a.federateRequest, renew.Federate)
		},
	}
	addReportFlags(cmd)
	f := cmd.Flags()
	addPrincipalFlag(cmd)
	f.String("from-token", "", "`file` with a token of the workload, which gives the issuer and subject and is used for the test")
	f.String("github", "", "`repository` on GitHub: OWNER/REPO:environment:NAME, OWNER/REPO:ref:REF or OWNER/REPO:pull_request")
	f.String("kubernetes", "", "service `account`: [CONTEXT/]NAMESPACE/NAME")
	f.String("azure-pipelines", "", "service `connection`: ORG/PROJECT/NAME")
	f.String("issuer", "", "issuer `URL` of the tokens")
	f.String("subject", "", "`subject` of the tokens")
	f.StringVar(&req.Audience, "audience", "", "`audience` of the tokens (default: api://AzureADTokenExchange, or what the cloud expects)")
	f.Func("name", "`name` of the federated credential (default: derived from the subject)", func(name string) error {
		req.Name = name
		return federation.CheckName(name)
	})
	f.BoolVar(&req.DryRun, "dry-run", false, "run the preflight checks and print the plan; change nothing")
	addVerifyFlag(cmd, &req.VerifyFor)
	return cmd
}

func (a *app) federateRequest(cmd *cobra.Command, s *config.Settings, out *reporting, req *renew.FederateRequest) (err error) {
	req.Audience = cmp.Or(req.Audience, federation.Audience(s.Value(config.Cloud)))
	if err := federation.CheckAudience(req.Audience); err != nil {
		return err
	}
	if req.Token, req.Given, err = a.tokenAtHand(cmd, s); err != nil {
		return err
	}
	if req.Source, err = a.workload(cmd, req.Token); err != nil {
		return err
	}
	return a.changing(cmd, s, out, &req.Common)
}

// tokenAtHand returns the token that --from-token names, or else the configured token,
// which may be the workload's. given is true if --from-token was used.
func (a *app) tokenAtHand(cmd *cobra.Command, s *config.Settings) (token *secrets.FederatedToken, given bool, err error) {
	if cmd.Flags().Changed("from-token") {
		path, _ := cmd.Flags().GetString("from-token")
		c, err := secrets.LoadFederatedToken(path)
		if err != nil {
			return nil, true, fail.Usage(msg.New("the token could not be read: %s", msg.Of(err)), msg.New("name the file that holds a token of the workload"))
		}
		return c.Token, true, nil
	}
	if c := s.Credential; c != nil && c.Kind == objects.Federated {
		if c, err := secrets.LoadFederatedToken(c.Path); err == nil {
			return c.Token, false, nil
		}
	}
	return nil, false, nil
}

// workload works out from the flags which workload the tokens belong to.
func (a *app) workload(cmd *cobra.Command, token *secrets.FederatedToken) (workload.Source, error) {
	text := func(name string) string { v, _ := cmd.Flags().GetString(name); return v }
	client := func(name string) program.Client { return program.Client{Name: name, Environ: a.environ} }
	ways := slices.DeleteFunc([]string{"github", "kubernetes", "azure-pipelines", "subject"}, func(name string) bool { return !cmd.Flags().Changed(name) })
	if len(ways) > 1 {
		return nil, fail.Usage(msg.New("--%s and --%s contradict each other", ways[0], ways[1]), msg.New("use one of them"))
	}
	issuer := text("issuer")
	switch strings.Join(ways, "") {
	case "github":
		return workload.GitHub(text("github"), issuer, client("gh"))
	case "kubernetes":
		return workload.Kubernetes(text("kubernetes"), issuer, client("kubectl"))
	case "azure-pipelines":
		return workload.Pipelines(text("azure-pipelines"), issuer, client("az"))
	case "subject":
		p := federation.Pair{Issuer: issuer, Subject: text("subject")}
		return workload.Plain(p), p.Check()
	}
	if cmd.Flags().Changed("from-token") && issuer == "" {
		p := federation.Pair{Issuer: token.Issuer, Subject: token.Subject}
		return workload.Plain(p), p.Check()
	}
	return nil, fail.Usage(msg.New("it is not specified whose tokens to accept"),
		msg.New("use one of %s, or --issuer with --subject", "--from-token, --github, --kubernetes, --azure-pipelines"))
}
