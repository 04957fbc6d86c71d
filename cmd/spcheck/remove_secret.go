package main

import (
	"github.com/spcheck/spcheck/internal/result"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
)

func newRemoveSecretCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove-secret --sp NAME (--key-id ID | --expired)",
		Short: "Remove client secrets and certificates, unless that could stop the service",
		Long: `Remove client secrets and certificates of a service principal and its application by
their key IDs, or all client secrets that have expired.

spcheck shows what would be removed and why that is safe, and asks for confirmation
unless --yes is given. Without --force, it refuses to remove the configured
credential, the last credential that is known to work, one that was used recently or
whose use is not known, and any credential while a renewal of the application is
unfinished. --expired does not remove certificates. Federated credentials, and
certificates that sign or encrypt tokens, are never removed.`,
		Example: `  spcheck remove-secret --sp MailStoreSP --expired
  spcheck remove-secret --sp MailStoreSP --key-id 1b1a0f3c-6f0e-4a4e-8d1f-2c5b7a9d3e60 --yes
  spcheck remove-secret --sp MailStoreSP --expired --dry-run -o json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.removeSecret(cmd) },
	}
	addSettings(cmd, config.Connection, config.Judgement, config.Reporting)
	addTextFlags(cmd)
	addStateFlag(cmd)
	f := cmd.Flags()
	addPrincipalFlag(cmd)
	f.StringArray("key-id", nil, "key `ID` of a secret or certificate, as list-secrets shows it (repeatable)")
	f.Bool("expired", false, "remove every secret that has expired")
	f.String("not-used-since", "7d", "refuse to remove a credential that was used within this `time`; 0s turns this off")
	f.Bool("force", false, "remove even what spcheck would refuse to remove")
	f.Bool("yes", false, "do not ask for confirmation")
	f.Bool("dry-run", false, "show what would be removed; change nothing")
	return cmd
}

func (a *app) removeSecret(cmd *cobra.Command) error {
	settings, out, err := a.begin(cmd, &result.Removal{})
	if err != nil {
		return err
	}
	req, err := a.removeRequest(cmd, settings, out)
	if err != nil {
		return err
	}
	res, runErr := renew.Remove(cmd.Context(), req)
	req.Input.Progress(msg.Text{})
	return out.ended(res, runErr)
}

func (a *app) removeRequest(cmd *cobra.Command, s *config.Settings, out *reporting) (renew.RemoveRequest, error) {
	req := renew.RemoveRequest{}
	f := cmd.Flags()
	req.KeyIDs, _ = f.GetStringArray("key-id")
	req.Expired, _ = f.GetBool("expired")
	req.Force, _ = f.GetBool("force")
	req.Yes, _ = f.GetBool("yes")
	req.DryRun, _ = f.GetBool("dry-run")
	if len(req.KeyIDs) > 0 && req.Expired {
		return req, fail.Usage(msg.New("--key-id and --expired cannot be used together"), msg.New("use one of them"))
	}
	if len(req.KeyIDs) == 0 && !req.Expired {
		return req, fail.Usage(msg.New("no credential to remove was given"), msg.New("use --key-id with an ID from list-secrets, or --expired"))
	}
	for _, id := range req.KeyIDs {
		if uuid.Validate(id) != nil {
			// The value is not repeated, because somebody may paste the secret itself
			// here.
			return req, fail.Usage(msg.New("--key-id takes the key ID of a secret, a GUID"), msg.New("list-secrets shows it; the portal calls it Secret ID"))
		}
	}
	var err error
	if req.NotUsedSince, err = anyDurationOf(cmd, "not-used-since"); err != nil {
		return req, err
	}
	req.Common, err = a.changeInput(cmd, s, out)
	return req, err
}
