package config

import (
	"errors"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/trust"
)

// trusted refuses a file that somebody else may have written, where it does more
// than say whom to diagnose: commands that it starts, hosts that a secret, a token or
// a report goes to, CAs that vouch for them and findings that are not reported are
// this user's to choose. Doubt is what package trust says of the file.
func (f *File) trusted(doubt error) error {
	power := f.power()
	if power == "" {
		return nil
	}
	var untrusted *trust.Error
	if errors.As(doubt, &untrusted) {
		return fail.Usage(msg.New("%s, and it sets %s", untrusted, power), untrusted.Cure, msg.New("or remove %s from it", power))
	}
	return nil
}

// power names a key whose value is obeyed rather than reported; empty where the
// file has none.
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
