package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

func newRenewCertificateCommand(a *app) *cobra.Command {
	req := &renew.CertificateRequest{}
	cmd := &cobra.Command{
		Use:   "renew-certificate --sp NAME --to pem:PATH",
		Short: "Create a new certificate, add it, check that it works, and install it; nothing is removed",
		Long: `Replace a certificate without an outage, step by step:

  preflight  check permission, ownership, policies, lock, file and clock, before
             anything is changed
  create     create a 2048-bit RSA key, which never leaves this machine, and a
             self-signed certificate; both go into a file next to the target
             (PATH.new-TIME) that only its owner can read
  add        add the certificate, without its key; existing ones stay valid
  verify     sign in with it on new connections until it works several times in
             a row
  install    only now replace the file that the product reads; the previous file
             is kept (PATH.bak-TIME)
  report     what is new, what stays valid, and what is left to do

The target is one of
  pem:PATH   certificate and private key as text, for AZURE_CLIENT_CERTIFICATE_PATH
  pfx:PATH   both in a PFX file (PKCS#12), for Windows and .NET

A PFX file gets the password of the configured certificate (environment variable
AZURE_CLIENT_CERTIFICATE_PASSWORD) or the one in --password-file. A PEM file is
encrypted if --password-file is given, or if the file that it replaces is encrypted.

An application that renews its own certificate (--reader self) proves that it has
the key of a valid one, and needs no permission to add another; it must be able to
read itself. Any other identity needs Application.ReadWrite.OwnedBy and must own the
object, or it needs Application.ReadWrite.All; a person needs a role that allows
this.

If a run is interrupted, nothing is lost: the key is in the file next to the target,
and --resume continues. --timeout limits only the preflight.`,
		Example: `  spcheck renew-certificate --sp MailStoreSP --to pem:/etc/mailstore/certificate.pem
  spcheck renew-certificate --sp MailStoreSP --to pfx:mailstore.pfx --password-file pfx-password
  spcheck renew-certificate --sp MailStoreSP --to pem:certificate.pem --days 180 --dry-run
  spcheck renew-certificate --sp MailStoreSP --to pem:certificate.pem --if-expiring-within 30d -o json
  spcheck renew-certificate --sp MailStoreSP --resume`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return change(a, cmd, req, a.certificateRequest, renew.RenewCertificate)
		},
	}
	a.addRenewalFlags(cmd, &req.Renewal)
	f := cmd.Flags()
	f.String("to", "", "`file` that the product reads")
	_ = f.SetAnnotation("to", flagValues, keyfile.Forms())
	f.String("password-file", "", "`file` with the password of the certificate file; - is standard input")
	return cmd
}

func (a *app) certificateRequest(cmd *cobra.Command, s *config.Settings, out *reporting, req *renew.CertificateRequest) error {
	if err := a.renewal(cmd, s, out, &req.Renewal); err != nil {
		return err
	}
	deps := keyfile.Deps{Now: a.now}
	var err error
	if deps.Password, deps.Protect, err = a.filePassword(cmd, s); err != nil {
		return err
	}
	req.Parse = func(spec string) (*keyfile.File, error) { return keyfile.Parse(spec, deps) }
	spec, _ := cmd.Flags().GetString("to")
	switch {
	case spec == "" && (req.DryRun || req.Resume):
		return nil
	case spec == "":
		return fail.Usage(msg.New("no file was given for the new certificate"), msg.New("use --to with one of: %s", strings.Join(keyfile.Forms(), ", ")))
	}
	req.To, err = req.Parse(spec)
	return err
}

// filePassword returns the password of the file, and whether one was requested
// explicitly.
func (a *app) filePassword(cmd *cobra.Command, s *config.Settings) (password secrets.Value, asked bool, err error) {
	path, _ := cmd.Flags().GetString("password-file")
	if path == "" {
		password, err = session.CertificatePassword(cmd.Context(), s.Credential, a.secretDeps())
		if text, _ := a.env("AZURE_CLIENT_CERTIFICATE_PASSWORD"); err == nil && password.Empty() {
			password = secrets.NewValue(text)
		}
	} else {
		var c secrets.Credential
		c, err = secrets.Source{File: path}.Load(cmd.Context(), a.secretDeps())
		password = c.Secret
	}
	if stopped := interrupted(cmd.Context()); stopped != nil {
		return password, false, stopped
	}
	if err != nil {
		return password, false, fail.Usage(msg.New("the password of the certificate's file cannot be read: %s", msg.Of(err)))
	}
	return password, path != "", nil
}
