package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
)

func newRenewCertificateCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "renew-certificate --sp NAME --to pem:PATH",
		Short: "Make a new certificate, add it, verify it, and put it in place; nothing is removed",
		Long: `Replace a certificate without an outage, in steps that can each be seen:

  preflight     permission, ownership, policies, lock, file, clock: all of it is
                looked at before anything is changed
  make          a new RSA key of 2048 bits, made on this machine, which it never
                leaves, and a certificate that it signs itself; both are written
                beside the target (PATH.new-TIME), for their owner alone
  add           the certificate, without its key, beside those that exist
  verify        sign-ins with it on fresh connections until several work in a row
  put in place  only now does it take the place of the file that the product reads;
                what stood there is kept (PATH.bak-TIME)
  report        what is new, what stays valid, what is left to do

The target is one of
  pem:PATH      certificate and private key as text, as AZURE_CLIENT_CERTIFICATE_PATH
                takes them
  pfx:PATH      both as a PFX file (PKCS#12), as Windows and .NET take them

The password of a PFX file is that of the configured certificate (environment
AZURE_CLIENT_CERTIFICATE_PASSWORD), or in the file of --password-file. A PEM file is
encrypted where --password-file is given, or where the one that it replaces is.

An application that acts itself (--reader self, by a certificate) proves that it
holds a valid certificate, and needs no permission to add another; it must be able to
read itself. Anybody else needs Application.ReadWrite.OwnedBy and to own the object,
or Application.ReadWrite.All, or a person's role.

A run that is interrupted loses nothing: the key is in the file beside the target, and
--resume goes on. --timeout bounds the preflight only.`,
		Example: `  spcheck renew-certificate --sp MailStoreSP --to pem:/etc/mailstore/certificate.pem
  spcheck renew-certificate --sp MailStoreSP --to pfx:mailstore.pfx --password-file pfx-password
  spcheck renew-certificate --sp MailStoreSP --to pem:certificate.pem --days 180 --dry-run
  spcheck renew-certificate --sp MailStoreSP --to pem:certificate.pem --if-expiring-within 30d -o json
  spcheck renew-certificate --sp MailStoreSP --resume`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.renewCertificate(cmd) },
	}
	addSettings(cmd, config.Connection, config.Judgement, config.Reporting)
	addTextFlags(cmd)
	addStateFlag(cmd)
	f := cmd.Flags()
	f.String("sp", "", "service principal: `name`, application ID or object ID (default: the configured client ID)")
	f.String("to", "", "`file` that the product reads: "+strings.Join(keyfile.Forms(), ", "))
	f.String("password-file", "", "`file` with the password of the certificate's file; - is standard input")
	f.String("then", "", "`command` to run once the new certificate is verified and in place, such as systemctl restart NAME")
	f.Int("days", 0, fmt.Sprintf("`number` of days that the new certificate lasts (default %d, or what a policy allows)", renew.DefaultDays))
	f.String("until", "", "last `day` of the new certificate, in UTC, such as 2027-01-31")
	f.String("display-name", "", "`text` in the new certificate's name, to which a unique part is added")
	f.String("on", "", "`object` that gets the certificate: application or service-principal (default: the application where it is in this tenant)")
	f.Bool("dry-run", false, "do the preflight and print the plan; change nothing")
	f.String("if-expiring-within", "", "do nothing unless the certificate in the file expires within this `time` (30d, 4w)")
	f.String("verify-timeout", "3m", "`time` that the new certificate may take to sign in")
	f.Bool("resume", false, "go on with a renewal that was interrupted")
	_ = cmd.RegisterFlagCompletionFunc("on", cobra.FixedCompletions([]string{"application", "service-principal"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) renewCertificate(cmd *cobra.Command) error {
	settings, err := config.Resolve(given(cmd), a.env)
	if err != nil {
		return err
	}
	out, err := a.reporting(&result.CertificateRenewal{}, settings, cmd)
	if err != nil {
		return err
	}
	req, err := a.certificateRequest(cmd, settings, out)
	if err != nil {
		return err
	}
	res, runErr := renew.RenewCertificate(cmd.Context(), req)
	req.Input.Progress(msg.Text{})
	return out.ended(res, runErr)
}

func (a *app) certificateRequest(cmd *cobra.Command, s *config.Settings, out *reporting) (req renew.CertificateRequest, err error) {
	if req.Common, err = a.changeInput(cmd, s, out); err != nil {
		return req, err
	}
	f := cmd.Flags()
	req.DryRun, _ = f.GetBool("dry-run")
	req.Resume, _ = f.GetBool("resume")
	if err := resumesOnly(cmd); err != nil {
		return req, err
	}
	req.DisplayName, _ = f.GetString("display-name")
	if err := renew.CheckDisplayName(req.DisplayName); err != nil {
		return req, err
	}
	if req.Lifetime, err = a.lifetime(cmd); err != nil {
		return req, err
	}
	if req.On, err = objectOf(cmd); err != nil {
		return req, err
	}
	if req.VerifyFor, err = durationOf(cmd, "verify-timeout"); err != nil {
		return req, err
	}
	if f.Changed("if-expiring-within") {
		d, err := durationOf(cmd, "if-expiring-within")
		if err != nil {
			return req, err
		}
		req.IfExpiringWithin = &d
	}
	then, _ := f.GetString("then")
	if req.Then, err = target.Then(then, target.Deps{Out: a.out, Environ: a.environ, Now: a.now}); err != nil {
		return req, err
	}
	return req, a.keyFile(cmd, s, &req)
}

// keyFile reads --to, and how the file is protected.
func (a *app) keyFile(cmd *cobra.Command, s *config.Settings, req *renew.CertificateRequest) error {
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
		return fail.Usage(msg.New("no file for the new certificate is named"), msg.New("use --to with one of: %s", strings.Join(keyfile.Forms(), ", ")))
	}
	req.To, err = req.Parse(spec)
	return err
}

// filePassword is the password of the file, and whether it was asked for by itself.
func (a *app) filePassword(cmd *cobra.Command, s *config.Settings) (password secrets.Value, asked bool, err error) {
	deps := secrets.Deps{LookupEnv: a.env, Environ: a.environ, Stdin: a.in}
	path, _ := cmd.Flags().GetString("password-file")
	if path == "" {
		password, err = session.CertificatePassword(cmd.Context(), s.Credential, deps)
		if text, _ := a.env("AZURE_CLIENT_CERTIFICATE_PASSWORD"); err == nil && password.Empty() {
			password = secrets.NewValue(text)
		}
	} else {
		var c secrets.Credential
		c, err = secrets.Source{File: path}.Load(cmd.Context(), deps)
		password = c.Secret
	}
	if err != nil {
		return password, false, fail.Usage(msg.New("the password of the certificate's file cannot be read: %s", msg.Of(err)))
	}
	return password, path != "", nil
}
