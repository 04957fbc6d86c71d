package main

import (
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
)

func newRemoveSecretCommand(a *app) *cobra.Command {
	req := &renew.RemoveRequest{}
	cmd := &cobra.Command{
		Use:   "remove-secret --sp NAME (--key-id ID | --expired)",
		Short: "Remove client secrets and certificates, unless that could stop the service",
		Long: `Remove client secrets and certificates of a service principal and its application by
their key IDs, or all client secrets that have expired.

spcheck shows what would be removed and why that is safe, and asks for confirmation
unless --yes is given. Without --force, it refuses to remove the configured
credential, the last credential that is known to work, one that was used recently or
whose use is not known, and any credential while a renewal of the application is
unfinished. An expired credential can no longer sign in, so it is removed even if it is
the configured one or was used recently. --expired does not remove certificates.
Federated credentials, and certificates that sign or encrypt tokens, are never removed.`,
		Example: `  spcheck remove-secret --sp MailStoreSP --expired
  spcheck remove-secret --sp MailStoreSP --key-id 1b1a0f3c-6f0e-4a4e-8d1f-2c5b7a9d3e60 --yes
  spcheck remove-secret --sp MailStoreSP --expired --dry-run -o json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return change(a, cmd, req, a.removeRequest, renew.Remove)
		},
	}
	addReportFlags(cmd)
	addStateFlag(cmd)
	f := cmd.Flags()
	addPrincipalFlag(cmd)
	f.StringArrayVar(&req.KeyIDs, "key-id", nil, "key `ID` of a secret or certificate, as list-secrets shows it (repeatable)")
	f.BoolVar(&req.Expired, "expired", false, "remove every secret that has expired")
	addTimeFrom(f, &req.NotUsedSince, 0, "not-used-since", "7d", "refuse to remove a credential that was used within this `time`; 0s turns this off")
	f.BoolVar(&req.Force, "force", false, "remove even what spcheck would refuse to remove")
	f.BoolVar(&req.Yes, "yes", false, "do not ask for confirmation")
	f.BoolVar(&req.DryRun, "dry-run", false, "show what would be removed; change nothing")
	return cmd
}

func (a *app) removeRequest(cmd *cobra.Command, s *config.Settings, out *reporting, req *renew.RemoveRequest) error {
	switch {
	case len(req.KeyIDs) > 0 && req.Expired:
		return fail.Usage(msg.New("--key-id and --expired cannot be used together"), msg.New("use one of them"))
	case len(req.KeyIDs) == 0 && !req.Expired:
		return fail.Usage(msg.New("no credential to remove was given"), msg.New("use --key-id with an ID from list-secrets, or --expired"))
	}
	for _, id := range req.KeyIDs {
		if uuid.Validate(id) != nil {
			// The value is not repeated, because somebody may paste the secret itself
			// here.
			return fail.Usage(msg.New("--key-id takes the key ID of a secret, a GUID"), msg.New("list-secrets shows it; the portal calls it Secret ID"))
		}
	}
	return a.changing(cmd, s, out, &req.Common)
}
