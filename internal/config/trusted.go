package config

import (
	"errors"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/trust"
)

// trusted refuses a file that another user may have written, if it decides more than what to
// diagnose: commands that are started, hosts that a secret, a token or a report is sent to,
// CAs, and findings that are not reported. doubt is the result of package trust.
func (f *File) trusted(doubt error) error {
	power := f.power()
	var untrusted *trust.Error
	if power != "" && errors.As(doubt, &untrusted) {
		return fail.Usage(msg.New("%s, and it sets %s", untrusted, power), untrusted.Cure, msg.New("or remove %s from it", power))
	}
	return nil
}

// power returns a key in the file that decides such a thing, if there is one.
func (f *File) power() string {
	if len(f.Exclude) > 0 {
		return "exclude"
	}
	for _, p := range f.Profiles {
		switch {
		case p.ClientSecret != nil && p.ClientSecret.Runs(), p.CertificatePassword != nil && p.CertificatePassword.Runs():
			return "command"
		case p.AuthorityHost != "":
			return "authorityHost"
		case p.GraphEndpoint != "":
			return "graphEndpoint"
		case p.CAFile != "":
			return "caFile"
		case len(p.Notify) > 0:
			return "notify"
		case p.FailOn != "":
			return "failOn"
		}
	}
	return ""
}
